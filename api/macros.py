"""Dialect A, ours: macros, several acts on tickets under one name."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends
from pydantic import Field, JsonValue

from api.access import Acting
from api.email_shapes import Plain
from api.shapes import Deleted, Moment, Page, Paging, Shape, example, paging
from models import Macro, Visibility
from services import database, ids, macros
from services.errors import Invalid
from services.macros import MOST_TICKETS, Act, Ran

router = APIRouter(prefix="/macros", tags=["Macros"])

_ACTIONS: list[dict[str, Any]] = [
    {"type": "tag", "value": "refund"},
    {"type": "assign", "userId": "user_4f0c1n8b2k7qe"},
    {"type": "status", "value": "waiting"},
    {"type": "template", "templateId": "tmpl_7d1x5n9b3v6kz"},
]
_SHOWN: dict[str, Any] = {
    "id": "macro_5k1p8s3v7y0bd",
    "name": "Refund",
    "actions": _ACTIONS,
    "visibility": "shared",
    "ownerId": "user_2f8k4m0q6r9tx",
    "createdAt": "2026-11-20T09:00:00.000Z",
}
_NAMED = {"userId": ("user_id", "user"), "templateId": ("template_id", "tmpl")}
Json = dict[str, JsonValue]


class MacroShape(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    name: str
    actions: list[Json]
    visibility: Visibility
    owner_id: str | None
    created_at: Moment

    @classmethod
    def of(cls, row: Macro) -> Self:
        return cls(
            id=ids.encode("macro", row.id or 0),
            name=row.name,
            actions=[_shown(each) for each in row.actions],
            visibility=row.visibility,
            owner_id=ids.encode("user", row.owner_id) if row.owner_id else None,
            created_at=row.created_at,
        )


class Macros(Page):
    model_config = Shape.model_config | example(macros=[_SHOWN], page=1, limit=20, total=1)
    macros: list[MacroShape]


class MacroChange(Shape):
    """Any of these; what is left out stays as it is. An act is `{"type": …}` with what it needs: `value` for tag,
    untag, note, priority, status and snooze, `userId` for assign, `templateId` for template; assign_me and release
    need nothing."""

    model_config = Shape.model_config | example(actions=_ACTIONS)
    name: Plain | None = None
    actions: list[Json] | None = None
    visibility: Visibility | None = None

    def options(self) -> dict[str, Any]:
        acts = None if self.actions is None else [_act(each) for each in self.actions]
        return {"name": self.name, "actions": acts, "visibility": self.visibility}


class NewMacro(MacroChange):
    model_config = Shape.model_config | example(name="Refund", actions=_ACTIONS, visibility="shared")
    name: Plain
    actions: list[Json]


class Applying(Shape):
    model_config = Shape.model_config | example(ticketIds=["ticket_7k2m9x4c1v5bn"])
    ticket_ids: Annotated[list[str], Field(min_length=1, max_length=MOST_TICKETS)]


class Refused(Shape):
    ticket_id: str
    message: str


class Applied(Shape):
    """`failed` are left as they were; `templateId` is the template whose text the macro puts into an answer."""

    model_config = Shape.model_config | example(applied=["ticket_7k2m9x4c1v5bn"], failed=[], templateId=None)
    applied: list[str]
    failed: list[Refused]
    template_id: str | None

    @classmethod
    def of(cls, ran: Ran) -> Self:
        refused = [Refused(ticket_id=ids.encode("ticket", key), message=why) for key, why in ran.failed.items()]
        return cls(
            applied=[ids.encode("ticket", each) for each in ran.changed],
            failed=refused,
            template_id=ids.encode("tmpl", ran.template_id) if ran.template_id else None,
        )


@router.get("")
def list_macros(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Macros:
    """The shared macros and the caller's own private ones, by name."""
    with database.reading() as session:
        found = macros.all(session, actor=actor)
    shown = [MacroShape.of(each) for each in found[paging.offset : paging.offset + paging.limit]]
    return Macros(macros=shown, page=paging.page, limit=paging.limit, total=len(found))


@router.post("", status_code=201)
def add_macro(body: NewMacro, actor: Acting) -> MacroShape:
    """Keep a new macro."""
    with database.transaction() as session:
        return MacroShape.of(macros.save(session, **body.options(), actor=actor))


@router.get("/{id}")
def get_macro(id: str, actor: Acting) -> MacroShape:
    """One macro; another member's private one does not exist."""
    with database.reading() as session:
        return MacroShape.of(macros.get(session, ids.decode("macro", id), actor=actor))


@router.put("/{id}")
def update_macro(id: str, body: MacroChange, actor: Acting) -> MacroShape:
    """Change what is sent and leave the rest."""
    with database.transaction() as session:
        return MacroShape.of(macros.save(session, ids.decode("macro", id), **body.options(), actor=actor))


@router.delete("/{id}")
def delete_macro(id: str, actor: Acting) -> Deleted:
    """Remove a macro; what it did stays done."""
    with database.transaction() as session:
        macros.delete(session, ids.decode("macro", id), actor=actor)
        return Deleted(id=id)


@router.post("/{id}/apply")
def apply_macro(id: str, body: Applying, actor: Acting) -> Applied:
    """Do all its acts to each ticket, or none to one where an act fails."""
    tickets = [ids.decode("ticket", each) for each in body.ticket_ids]
    with database.transaction() as session:
        return Applied.of(macros.run(session, ids.decode("macro", id), tickets, actor=actor))


def _shown(act: Act) -> Json:
    shown: Json = dict(act)
    for name, (ours, kind) in _NAMED.items():
        if ours in shown:
            shown[name] = ids.encode(kind, int(str(shown.pop(ours))))
    return shown


def _act(sent: Json) -> dict[str, Any]:
    act: dict[str, Any] = dict(sent)
    for name, (ours, kind) in _NAMED.items():
        if name in act:
            given = act.pop(name)
            if not isinstance(given, str):
                raise Invalid(f"{name} is an id.", code="invalid_action", field="actions")
            act[ours] = ids.decode(kind, given)
    return act
