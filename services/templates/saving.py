"""Templates written: checked, kept with every version, copied, thrown away."""

import re
from typing import Any, TypedDict, Unpack

from sqlmodel import Session, col, select
from sqlmodel import update as change

from models import Template, TemplateVersion, Visibility
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.templates import reading
from services.templates.rendering import Source, check

_SHORTCUT = re.compile(r"[\w.-]{1,64}")
_WRITTEN = ("name", "subject", "html", "text")


class Content(TypedDict, total=False):
    name: str
    subject: str
    html: str
    text: str
    shortcut: str
    visibility: Visibility


def create(session: Session, *, actor: Actor, **content: Unpack[Content]) -> Template:
    """A new template of the actor's. Raises Invalid naming the field, Conflict for a shortcut that is taken."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    now = clock.now()
    template = Template(
        organisation_id=actor.organisation_id,
        owner_id=actor.user_id,
        name="",
        version=0,
        created_at=now,
        updated_at=now,
    )
    return _write(session, template, {"name": "", **content}, actor)


def update(
    session: Session, template_id: int, *, version: int | None = None, actor: Actor, **content: Unpack[Content]
) -> Template:
    """Change what is given and leave the rest. Conflict `template_changed` if `version` is not the current one."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    template = locked(session, template_id, actor)
    if version is not None and version != template.version:
        raise Conflict("Somebody else changed this template meanwhile; reload it.", code="template_changed")
    makes_private = content.get("visibility") is Visibility.PRIVATE and template.visibility is Visibility.SHARED
    if makes_private and template.owner_id != actor.user_id:
        raise NotPermitted("Only who made a template can take it for themselves; make a copy.", code="not_owner")
    return _write(session, template, dict(content), actor)


def restore(session: Session, template_id: int, number: int, *, actor: Actor) -> Template:
    """What version `number` said becomes a new version."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    found = [each for each in reading.versions(session, template_id, actor=actor) if each.number == number]
    if not found:
        raise NotFound("There is no such version.")
    content: Content = {name: getattr(found[0], name) for name in _WRITTEN}  # type: ignore[assignment]
    return update(session, template_id, actor=actor, **content)


def duplicate(session: Session, template_id: int, *, actor: Actor) -> Template:
    """A copy of the actor's own, without the shortcut."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    original = reading.get(session, template_id, actor=actor)
    content: Content = {
        "name": f"Copy of {original.name}"[:200],
        "subject": original.subject,
        "html": original.html,
        "text": original.text,
        "visibility": original.visibility,
    }
    return create(session, actor=actor, **content)


def delete(session: Session, template_id: int, *, actor: Actor) -> None:
    """Gone with its versions; a macro or rule that used it says so when it runs."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    template = locked(session, template_id, actor)
    for version in reading.versions(session, template_id, actor=actor):
        session.delete(version)
    session.flush()
    session.delete(template)
    _tell(session, actor)


def count_use(session: Session, template_id: int, *, actor: Actor) -> None:
    """It was put into a message."""
    access.require(actor, Permission.READ_TEMPLATES)
    mine = change(Template).where(col(Template.id) == template_id, *reading.visible(actor))
    session.exec(mine.values(used_count=col(Template.used_count) + 1).execution_options(synchronize_session=False))
    _tell(session, actor)


def locked(session: Session, template_id: int, actor: Actor) -> Template:
    """The template as it is now, kept from other writers. Raises NotFound."""
    query = select(Template).where(col(Template.id) == template_id, *reading.visible(actor))
    template = session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if template is None:
        raise NotFound("There is no such template.")
    return template


def _write(session: Session, template: Template, content: dict[str, Any], actor: Actor) -> Template:
    """Put the fields in; a new version where what is written differs."""
    content = {name: _clean(name, value) for name, value in content.items()}
    if content.get("shortcut"):
        _refuse_taken(session, template, content["shortcut"], actor)
    differs = any(getattr(template, name) != content[name] for name in _WRITTEN if name in content)
    for name, value in content.items():
        setattr(template, name, value)
    if not (template.subject or template.html or template.text):
        raise Invalid("Write something: a subject or a text.", code="empty_template", field="text")
    check(Source.of(template))
    template.updated_at = clock.now()
    template.version += differs
    session.add(template)
    session.flush()
    if differs:
        _keep_version(session, template, actor)
    _tell(session, actor)
    return template


def _clean(name: str, value: Any) -> Any:
    if name == "visibility":
        return Visibility(value)
    value = value.replace("\0", "")
    if name == "name":
        value = " ".join(value.split())
        if not 0 < len(value) <= 200:
            raise Invalid("A template needs a name of at most 200 characters.", code="invalid_name", field="name")
    if name == "subject":
        value = " ".join(value.split())
        if len(value) > 998:  # RFC 5322 2.1.1
            raise Invalid("A subject has at most 998 characters.", code="invalid_subject", field="subject")
    if name == "shortcut":
        value = value.strip().lstrip("/").lower()
        if value and not _SHORTCUT.fullmatch(value):
            words = "A shortcut is one word of letters, digits, dots and dashes."
            raise Invalid(words, code="invalid_shortcut", field="shortcut")
    return value


def _refuse_taken(session: Session, template: Template, shortcut: str, actor: Actor) -> None:
    taken = select(Template).where(col(Template.shortcut) == shortcut, *reading.visible(actor))
    other = session.exec(taken.where(col(Template.id) != (template.id or 0))).first()
    if other is not None:
        raise Conflict(f"“{other.name}” has this shortcut already.", code="shortcut_taken", field="shortcut")


def _keep_version(session: Session, template: Template, actor: Actor) -> None:
    written = {name: getattr(template, name) for name in _WRITTEN}
    version = TemplateVersion(
        template_id=template.id or 0,
        number=template.version,
        author_id=actor.user_id,
        created_at=template.updated_at,
        **written,
    )
    session.add(version)
    session.flush()


def _tell(session: Session, actor: Actor) -> None:
    events.record(session, events.TemplatesChanged(actor.organisation_id))
