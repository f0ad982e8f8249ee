"""One verb for many tickets: each that can change changes, all of them are undone together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from services import access, secrets
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.tickets import changing, claiming, marks, snoozing
from services.tickets.rows import Changed, Mark

MOST = 500
_VERBS: dict[str, Callable[..., Changed]] = {
    "claim": claiming.claim,
    "release": claiming.release,
    "assign": claiming.assign,
    "set_status": changing.set_status,
    "set_priority": changing.set_priority,
    "tag": changing.tag,
    "untag": changing.untag,
    "snooze": snoozing.snooze,
    "delete": changing.delete,
    "restore": changing.restore,
}
_PERSONAL: dict[str, Callable[..., Changed]] = {
    "mark_read": marks.mark_read,
    "mark_unread": marks.mark_unread,
    "star": marks.star,
    "follow": marks.follow,
}


@dataclass(frozen=True)
class Bulk:
    """`event_id` undoes the whole action (0 = nothing to undo), `marks` do for `put_back`; `failed` says why, by
    ticket id."""

    changed: tuple[int, ...]
    failed: dict[int, str]
    event_id: int
    marks: tuple[Mark, ...] = ()


def bulk(session: Session, ticket_ids: Sequence[int], verb: str, *values: Any, actor: Actor, **options: Any) -> Bulk:
    """`bulk(session, ids, "tag", "billing", actor=…)`. Tickets that are gone or taken are left out and named."""
    access.require(actor, Permission.READ_TICKETS)
    act = _VERBS.get(verb) or _PERSONAL.get(verb)
    if act is None or len(ticket_ids) > MOST:
        raise Invalid(f"At most {MOST} conversations at once, and a known verb.", code="invalid_bulk")
    if verb in _VERBS:
        options["batch"] = secrets.token()[:32]
    done: list[Changed] = []
    failed: dict[int, str] = {}
    for ticket_id in sorted(set(ticket_ids)):
        try:
            done.append(act(session, ticket_id, *values, actor=actor, **options))
        except (Conflict, NotFound) as error:
            failed[ticket_id] = error.message
    event_id = next((each.event_id for each in done if each.event_id), 0)
    before = tuple(each.mark for each in done if each.mark)
    return Bulk(tuple(each.ticket.id or 0 for each in done), failed, event_id, before)
