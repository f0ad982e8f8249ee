"""What the panes ask for by a word, as calls of the tickets' services, and what the notice then says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services import macros, tickets
from services.access import Actor
from services.errors import Invalid
from services.tickets import Bulk, Mark

Arguments = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """What a verb did: what to say of it, what undoes it (an event, or marks of one's own), whom it failed for, what
    opens next, and which template's text is to be put into an answer."""

    words: str
    event_id: int
    marks: tuple[Mark, ...] = ()
    failed: tuple[str, ...] = ()
    opens: int = 0
    template_id: int = 0


_CALLS: dict[str, Callable[[Any], Arguments]] = {
    "claim": lambda _: ("claim", (), {}),
    "assign": lambda value: ("assign", (int(value),), {}) if value else ("release", (), {}),
    "close": lambda _: ("set_status", ("closed",), {}),
    "open": lambda _: ("set_status", ("open",), {}),
    "spam": lambda _: ("set_status", ("spam",), {}),
    "status": lambda value: ("set_status", (str(value),), {}),
    "priority": lambda value: ("set_priority", (str(value),), {}),
    "tag": lambda value: ("tag", (str(value),), {}),
    "untag": lambda value: ("untag", (str(value),), {}),
    "snooze": lambda value: ("snooze", (moment(value["until"]),), {"keeps": bool(value.get("keep"))}),
    "delete": lambda _: ("delete", (), {}),
    "restore": lambda _: ("restore", (), {}),
    "star": lambda value: ("star", (), {"starred": bool(value)}),
    "follow": lambda value: ("follow", (), {"following": bool(value)}),
    "read": lambda _: ("mark_read", (), {}),
    "unread": lambda _: ("mark_unread", (), {}),
}
_WORDS = {
    "claim": "Claimed",
    "assign": "Assigned",
    "close": "Closed",
    "open": "Reopened",
    "spam": "Marked as spam",
    "status": "Status changed",
    "priority": "Priority changed",
    "tag": "Tagged",
    "untag": "Tag removed",
    "snooze": "Snoozed",
    "delete": "Moved to the trash",
    "restore": "Restored",
    "star": "Starred",
    "follow": "Following",
    "read": "Marked read",
    "unread": "Marked unread",
    "merge": "Merged",
    "split": "Split off",
}
_WITHOUT_VALUE = {"assign": "Back in the queue", "star": "Star removed", "follow": "No longer following"}
LEAVES = frozenset({"close", "open", "spam", "snooze", "delete", "restore"})  # the list's folder may lose the ticket


def perform(session: Any, ticket_ids: list[int], verb: str, value: Any, *, actor: Actor) -> Done:
    """Do `verb` to the tickets. What the browser sent is not believed to have any shape."""
    try:
        numbers = [int(number) for number in ticket_ids]
        if verb == "merge":
            return _merge(session, numbers, value, actor)
        if verb == "split":
            return _split(session, numbers[0], int(value), actor)
        if verb == "macro":
            return _macro(session, numbers, int(value), actor)
        name, values, options = _CALLS[verb](value)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Invalid("This cannot be done.", code="invalid_action") from error
    done: Bulk = tickets.bulk(session, numbers, name, *values, actor=actor, **options)
    words = _WORDS[verb] if value or verb not in _WITHOUT_VALUE else _WITHOUT_VALUE[verb]
    count = len(done.marks or done.changed)
    if count > 1:
        words = f"{words}: {count} conversations"
    has_undo = done.event_id or done.marks
    return Done(words if has_undo else "", done.event_id, done.marks, tuple(done.failed.values()))


def _macro(session: Any, numbers: list[int], macro_id: int, actor: Actor) -> Done:
    """Its answer is offered in one conversation; in several nobody would have read what is sent."""
    ran = macros.run(session, macro_id, numbers, actor=actor)
    words = "Done" if len(ran.changed) == 1 else f"Done: {len(ran.changed)} conversations"
    words = words if ran.event_id else ""
    failed = tuple(ran.failed.values())
    if ran.template_id and len(numbers) > 1:
        failed = (*failed, "The steps are done. Its answer is put into one conversation at a time: open it there.")
    offered = ran.template_id if len(ran.changed) == len(numbers) == 1 else 0
    return Done(words, ran.event_id, failed=failed, template_id=offered)


def moment(text: Any) -> datetime:
    """A time the browser sent, in UTC."""
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).astimezone(UTC)


def _merge(session: Any, numbers: list[int], value: Any, actor: Actor) -> Done:
    """Several of the list into the first of them, or the open one into another."""
    target, others = (int(value), numbers) if value else (numbers[0], numbers[1:])
    changed = tickets.merge(session, target, others, actor=actor)
    return Done(_WORDS["merge"], changed.event_id, opens=target)


def _split(session: Any, ticket_id: int, message_id: int, actor: Actor) -> Done:
    changed = tickets.split(session, ticket_id, [message_id], actor=actor)
    return Done(_WORDS["split"], changed.event_id, opens=changed.ticket.id or 0)
