"""Macros: several acts on a ticket under one name, done with one click on one ticket or many, undone together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Macro, MemberStatus, Priority, User, Visibility
from services import access, clock, events, secrets, templates, tickets
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.tickets import Changed

MOST_ACTS = 12
MOST_TICKETS = 500
STATUSES = ("open", "in_progress", "waiting", "resolved", "closed")
SNOOZES = ("3 hours", "Tomorrow", "Monday", "In a week")
Act = Mapping[str, Any]


@dataclass(frozen=True)
class Ran:
    """What a macro did: to which tickets, why not to others, what undoes it (0 = nothing), and the template whose
    text is to be put into an answer (0 = none)."""

    changed: tuple[int, ...]
    failed: dict[int, str]
    event_id: int
    template_id: int


def all(session: Session, *, actor: Actor) -> list[Macro]:
    """The shared ones and the caller's own, by name."""
    access.require(actor, Permission.READ_TEMPLATES)
    query = select(Macro).where(*_visible(actor)).order_by(sa.func.lower(col(Macro.name)), col(Macro.id))
    return list(session.exec(query))


def get(session: Session, macro_id: int, *, actor: Actor) -> Macro:
    """Raises NotFound, also for another's private one."""
    access.require(actor, Permission.READ_TEMPLATES)
    macro = session.exec(select(Macro).where(col(Macro.id) == macro_id, *_visible(actor))).first()
    if macro is None:
        raise NotFound("There is no such macro.")
    return macro


def save(
    session: Session,
    macro_id: int | None = None,
    *,
    name: str | None = None,
    actions: Sequence[Act] | None = None,
    visibility: Visibility | None = None,
    actor: Actor,
) -> Macro:
    """A new macro (`macro_id` None), or another form of one; what is None stays. Raises Invalid naming the field."""
    access.require(actor, Permission.WRITE_TEMPLATES)
    macro = get(session, macro_id, actor=actor) if macro_id is not None else _new(actor)
    macro.name = " ".join((macro.name if name is None else name).replace("\0", "").split())
    macro.visibility = macro.visibility if visibility is None else visibility
    if not 0 < len(macro.name) <= 200:
        raise Invalid("A macro needs a name of at most 200 characters.", code="invalid_name", field="name")
    if macro.visibility is Visibility.PRIVATE and macro.owner_id != actor.user_id:
        raise Invalid("Only who made a macro can keep it to themselves.", code="not_owner", field="visibility")
    macro.actions = checked(session, macro.actions if actions is None else actions, actor=actor)
    macro.template_id = next((each["template_id"] for each in macro.actions if each["type"] == "template"), None)  # type: ignore[assignment]
    if macro.template_id is not None and macro.visibility is Visibility.SHARED:
        _refuse_private_template(session, macro.template_id, actor)
    session.add(macro)
    session.flush()
    events.record(session, events.MacrosChanged(actor.organisation_id))
    return macro


def delete(session: Session, macro_id: int, *, actor: Actor) -> None:
    access.require(actor, Permission.WRITE_TEMPLATES)
    session.delete(get(session, macro_id, actor=actor))
    events.record(session, events.MacrosChanged(actor.organisation_id))


def run(session: Session, macro_id: int, ticket_ids: Sequence[int], *, actor: Actor) -> Ran:
    """Do all acts to each ticket, or none to one where an act fails; that one is left out and named."""
    access.require(actor, Permission.WORK_TICKETS)
    macro = get(session, macro_id, actor=actor)
    if len(ticket_ids) > MOST_TICKETS:
        raise Invalid(f"At most {MOST_TICKETS} conversations at once.", code="invalid_bulk")
    steps = [_STEPS[str(act["type"])](session, act, actor) for act in macro.actions if act["type"] != "template"]
    batch, done, failed = secrets.token()[:32], list[int](), dict[int, str]()
    event_id = 0
    for ticket_id in sorted(set(ticket_ids)):
        try:
            with session.begin_nested():
                found = [step(session, ticket_id, actor=actor, batch=batch) for step in steps]
        except (Conflict, Invalid, NotFound) as error:
            failed[ticket_id] = error.message
            continue
        done.append(ticket_id)
        event_id = event_id or next((each.event_id for each in found if each.event_id), 0)
    return Ran(tuple(done), failed, event_id, macro.template_id or 0)


def checked(session: Session, actions: Sequence[Act], *, actor: Actor) -> list[dict[str, object]]:
    """The acts as they are kept. Raises Invalid for what is no act, NotFound for a member or template not there."""
    if not 0 < len(actions) <= MOST_ACTS:
        raise Invalid(f"A macro does one thing at least and {MOST_ACTS} at most.", code="no_actions", field="actions")
    return [_checked(session, act, actor) for act in actions]


def _checked(session: Session, act: Act, actor: Actor) -> dict[str, object]:
    kind = act.get("type")
    if not isinstance(kind, str):
        raise Invalid("An act has a type.", code="invalid_action", field="actions")
    if kind in _WORDS:
        value = act.get("value")
        if not isinstance(value, str) or not value.strip() or len(value) > _WORDS[kind]:
            raise Invalid(f"Say what to {kind}, in words.", code="invalid_action", field="actions")
        return {"type": kind, "value": value.strip().replace("\0", "")}
    if kind in CHOICES:
        if act.get("value") not in CHOICES[kind]:
            choices = ", ".join(CHOICES[kind])
            raise Invalid(f"For {kind} choose one of {choices}.", code="invalid_action", field="actions")
        return {"type": kind, "value": act["value"]}
    if kind == "assign" and isinstance(act.get("user_id"), int):
        _refuse_stranger(session, act["user_id"], actor)
        return {"type": kind, "user_id": act["user_id"]}
    if kind == "template" and isinstance(act.get("template_id"), int):
        templates.get(session, act["template_id"], actor=actor)
        return {"type": kind, "template_id": act["template_id"]}
    if kind in ("assign_me", "release"):
        return {"type": kind}
    words = f"There is no act “{kind[:40]}”, or it lacks what it is about."
    raise Invalid(words, code="invalid_action", field="actions")


def _refuse_stranger(session: Session, user_id: int, actor: Actor) -> None:
    user = session.get(User, user_id)
    if user is None or user.organisation_id != actor.organisation_id or user.status is not MemberStatus.ACTIVE:
        raise NotFound("There is no such member.")


def _snooze(session: Session, act: Act, actor: Actor) -> Any:
    until = next(each.at for each in tickets.presets(session, actor=actor) if each.name == act["value"])
    return lambda s, number, **how: tickets.snooze(s, number, until, **how)


def _simple(verb: Callable[..., Changed]) -> Callable[[Session, Act, Actor], Any]:
    return lambda _session, act, _actor: lambda s, number, **how: verb(s, number, act["value"], **how)


_STEPS: dict[str, Callable[[Session, Act, Actor], Any]] = {
    "tag": _simple(tickets.tag),
    "untag": _simple(tickets.untag),
    "priority": _simple(tickets.set_priority),
    "status": _simple(tickets.set_status),
    "note": _simple(tickets.note),
    "snooze": _snooze,
    "assign": lambda _s, act, _a: lambda s, number, **how: tickets.assign(s, number, act["user_id"], **how),
    "assign_me": lambda _s, _act, me: lambda s, number, **how: tickets.assign(s, number, me.user_id, **how),
    "release": lambda _s, _act, _a: tickets.release,
}
_WORDS = {"tag": 64, "untag": 64, "note": 10_000}
CHOICES: dict[str, tuple[str, ...]] = {"priority": tuple(Priority), "status": STATUSES, "snooze": SNOOZES}


def _new(actor: Actor) -> Macro:
    return Macro(organisation_id=actor.organisation_id, owner_id=actor.user_id, name="", created_at=clock.now())


def _refuse_private_template(session: Session, template_id: int, actor: Actor) -> None:
    if templates.get(session, template_id, actor=actor).visibility is Visibility.PRIVATE:
        words = "The team cannot use a template that is only yours; share it, or keep the macro to yourself."
        raise Invalid(words, code="private_template", field="actions")


def _visible(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    own = sa.and_(col(Macro.visibility) == Visibility.PRIVATE, col(Macro.owner_id) == actor.user_id)
    shared = col(Macro.visibility) == Visibility.SHARED
    return (col(Macro.organisation_id) == actor.organisation_id, sa.or_(shared, own) if actor.user_id else shared)
