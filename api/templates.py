"""Dialect A: templates, and beyond it their versions, copies and previews."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.access import Acting
from api.email_shapes import Plain, Subject
from api.shapes import Deleted, Moment, Page, Paging, Shape, Whole, example, paging
from models import Template, TemplateVersion, Visibility
from services import database, ids, templates
from services.templates import Content, Source

router = APIRouter(prefix="/templates", tags=["Templates"])

_SHOWN: dict[str, Any] = {
    "id": "tmpl_7d1x5n9b3v6kz",
    "name": "Delayed order",
    "subject": "Your order {{ order.id }}",
    "html": '<p>Hello {{ first_name | default: "there" }}, your order is late.</p>',
    "text": "",
    "visibility": "shared",
    "shortcut": "delay",
    "ownerId": "user_2f8k4m0q6r9tx",
    "version": 3,
    "usedCount": 41,
    "variables": [
        {"name": "order.id", "known": False, "covered": False, "parts": ["subject"]},
        {"name": "first_name", "known": True, "covered": True, "parts": ["html"]},
    ],
    "createdAt": "2026-11-20T09:00:00.000Z",
    "updatedAt": "2026-11-21T09:00:00.000Z",
}


class VariableShape(Shape):
    """A field the template names. One that is neither `known` here nor `covered` by a default must be given."""

    name: str
    known: bool
    covered: bool
    parts: list[str]


class TemplateShape(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    name: str
    subject: str
    html: str
    text: str
    visibility: Visibility
    shortcut: str
    owner_id: str | None
    version: int
    used_count: int
    variables: list[VariableShape]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: Template) -> Self:
        same = ("name", "subject", "html", "text", "visibility", "shortcut", "version", "used_count")
        named = [
            VariableShape(name=each.name, known=each.is_known, covered=each.is_covered, parts=list(each.parts))
            for each in templates.variables(Source.of(row))
        ]
        return cls(
            id=ids.encode("tmpl", row.id or 0),
            owner_id=ids.encode("user", row.owner_id) if row.owner_id else None,
            variables=named,
            created_at=row.created_at,
            updated_at=row.updated_at,
            **{name: getattr(row, name) for name in same},
        )


class Templates(Page):
    model_config = Shape.model_config | example(templates=[_SHOWN], page=1, limit=20, total=1)
    templates: list[TemplateShape]


class TemplateChange(Shape):
    """Any of these; what is left out stays as it is. Each is Liquid but the name and the shortcut."""

    model_config = Shape.model_config | example(name="Delayed order", visibility="private")
    name: Plain | None = None
    subject: Subject | None = None
    html: Plain | None = None
    text: Plain | None = None
    visibility: Visibility | None = None
    shortcut: Plain | None = None

    def content(self) -> Content:
        sent: Any = {name: getattr(self, name) for name in self.model_fields_set & _CONTENT}
        chosen: Content = {name: value for name, value in sent.items() if value is not None}  # type: ignore[assignment]
        return chosen


_CONTENT = frozenset(TemplateChange.model_fields)


class NewTemplate(TemplateChange):
    model_config = Shape.model_config | example(
        name="Delayed order",
        subject="Your order",
        text='Hello {{ first_name | default: "there" }}.',
        visibility="shared",
    )
    name: Plain
    subject: Subject


_VERSION: dict[str, Any] = {
    "number": 2,
    "authorId": "user_2f8k4m0q6r9tx",
    **{name: _SHOWN[name] for name in ("name", "subject", "html", "text")},
    "createdAt": "2026-11-20T16:00:00.000Z",
}


class VersionShape(Shape):
    number: int
    author_id: str | None
    name: str
    subject: str
    html: str
    text: str
    created_at: Moment

    @classmethod
    def of(cls, row: TemplateVersion) -> Self:
        same = ("number", "name", "subject", "html", "text", "created_at")
        author = ids.encode("user", row.author_id) if row.author_id else None
        return cls(author_id=author, **{name: getattr(row, name) for name in same})


class Versions(Page):
    model_config = Shape.model_config | example(versions=[_VERSION], page=1, limit=20, total=1)
    versions: list[VersionShape]


class Restoring(Shape):
    model_config = Shape.model_config | example(version=2)
    version: Whole = Field(ge=1, le=1 << 31)


class PreviewRequest(Shape):
    """For whom: the correspondent of a ticket; and what fields get in the place of what is built in."""

    model_config = Shape.model_config | example(variables={"order": {"id": 1042}})
    ticket_id: str | None = None
    variables: dict[str, Any] = {}


class PreviewShape(Shape):
    model_config = Shape.model_config | example(
        subject="Your order 1042", html="<p>Hello Ann, your order is late.</p>", text="Hello Ann, your order is late.",
        missing=[],
    )  # fmt: skip
    subject: str
    html: str
    text: str
    missing: list[str]


@router.get("")
def list_templates(
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    q: Annotated[str, Query(max_length=200)] = "",
    visibility: Visibility | None = None,
) -> Templates:
    """The shared templates and the caller's own private ones, by name; `q` looks in everything they say."""
    with database.reading() as session:
        found, total = templates.page(
            session, q=q, visibility=visibility, number=paging.page, limit=paging.limit, actor=actor
        )
    shown = [TemplateShape.of(each) for each in found]
    return Templates(templates=shown, page=paging.page, limit=paging.limit, total=total)


@router.post("", status_code=201)
def add_template(body: NewTemplate, actor: Acting) -> TemplateShape:
    """Keep a new template. What is not Liquid is refused with its line."""
    with database.transaction() as session:
        return TemplateShape.of(templates.create(session, actor=actor, **body.content()))


@router.get("/{id}")
def get_template(id: str, actor: Acting) -> TemplateShape:
    """One template; another member's private one does not exist."""
    with database.reading() as session:
        return TemplateShape.of(templates.get(session, ids.decode("tmpl", id), actor=actor))


@router.put("/{id}")
def update_template(id: str, body: TemplateChange, actor: Acting) -> TemplateShape:
    """Change what is sent and leave the rest; what it said before stays a version."""
    with database.transaction() as session:
        return TemplateShape.of(templates.update(session, ids.decode("tmpl", id), actor=actor, **body.content()))


@router.delete("/{id}")
def delete_template(id: str, actor: Acting) -> Deleted:
    """Remove a template and its versions."""
    with database.transaction() as session:
        templates.delete(session, ids.decode("tmpl", id), actor=actor)
        return Deleted(id=id)


@router.post("/{id}/duplicate", status_code=201)
def duplicate_template(id: str, actor: Acting) -> TemplateShape:
    """A copy that is the caller's own."""
    with database.transaction() as session:
        return TemplateShape.of(templates.duplicate(session, ids.decode("tmpl", id), actor=actor))


@router.get("/{id}/versions")
def list_template_versions(id: str, actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Versions:
    """What it said each time it was saved, newest first."""
    with database.reading() as session:
        found = templates.versions(session, ids.decode("tmpl", id), actor=actor)
    return Versions(versions=[VersionShape.of(each) for each in paging.of(found)], **paging.told(len(found)))


@router.post("/{id}/restore")
def restore_template(id: str, body: Restoring, actor: Acting) -> TemplateShape:
    """What an earlier version said becomes the newest one."""
    with database.transaction() as session:
        return TemplateShape.of(templates.restore(session, ids.decode("tmpl", id), body.version, actor=actor))


@router.post("/{id}/preview")
def preview_template(id: str, body: PreviewRequest, actor: Acting) -> PreviewShape:
    """Filled in and not sent. A field without a value is marked ⟦name⟧ and named in `missing`."""
    number = ids.decode("tmpl", id)
    ticket_id = ids.decode("ticket", body.ticket_id) if body.ticket_id else None
    with database.reading() as session:
        made = templates.render(
            session, number, variables=body.variables, ticket_id=ticket_id, marks_gaps=True, actor=actor
        )
    return PreviewShape(subject=made.subject, html=made.html, text=made.text, missing=list(made.gaps))
