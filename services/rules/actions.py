"""The registry of actions: what a rule can do, what each needs to know, and how it reads in a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from models import Priority, TicketStatus


class Needs(StrEnum):
    """What a parameter is: words, one of `choices`, an address outside or inside, or things of the organisation."""

    WORD = "word"
    TEXT = "text"
    CHOICE = "choice"
    ADDRESS = "address"
    USER = "user"
    USERS = "users"
    MAILBOX = "mailbox"
    TEMPLATE = "template"
    INTEGRATION = "integration"


@dataclass(frozen=True)
class Parameter:
    """`name` as it is kept; outside it is written in camelCase, and ids are opaque there."""

    name: str
    label: str
    needs: Needs
    choices: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class ActionType:
    """`doing` and `done` are sentences with `{}` for the first parameter. `outside`: it is done after the filing,
    tried again when it fails."""

    name: str
    label: str
    doing: str
    done: str
    parameters: tuple[Parameter, ...] = ()
    outside: bool = False


_STATUSES = tuple(each for each in TicketStatus if each not in (TicketStatus.SNOOZED, TicketStatus.SPAM))
_ALL = (
    ActionType(
        "assign",
        "Assign to",
        "assign to {}",
        "assigned to {}",
        (Parameter("user_id", "Member", Needs.USER),),
    ),
    ActionType(
        "round_robin",
        "Assign in turn",
        "assign in turn to {}",
        "assigned in turn to {}",
        (Parameter("user_ids", "Members", Needs.USERS),),
    ),
    ActionType("tag", "Add a tag", "tag {}", "tagged {}", (Parameter("value", "Tag", Needs.WORD),)),
    ActionType(
        "priority",
        "Set the priority",
        "set the priority to {}",
        "priority set to {}",
        (Parameter("value", "Priority", Needs.CHOICE, tuple(Priority)),),
    ),
    ActionType(
        "status",
        "Set the status",
        "set the status to {}",
        "status set to {}",
        (Parameter("value", "Status", Needs.CHOICE, _STATUSES),),
    ),
    ActionType(
        "move",
        "Move to a mailbox",
        "move to {}",
        "moved to {}",
        (Parameter("mailbox_id", "Mailbox", Needs.MAILBOX),),
    ),
    ActionType(
        "note",
        "Add a note",
        "add the note “{}”",
        "note added: “{}”",
        (Parameter("value", "Note", Needs.TEXT),),
        outside=True,
    ),
    ActionType(
        "reply",
        "Reply with a template",
        "reply with {}",
        "answered with {}",
        (Parameter("template_id", "Template", Needs.TEMPLATE),),
        outside=True,
    ),
    ActionType(
        "forward",
        "Forward to",
        "forward to {}",
        "forwarded to {}",
        (Parameter("to", "Address", Needs.ADDRESS),),
        outside=True,
    ),
    ActionType(
        "notify",
        "Notify",
        "notify {}",
        "{} notified",
        (Parameter("integration_id", "Integration", Needs.INTEGRATION),),
        outside=True,
    ),
    ActionType("spam", "Mark as spam", "mark as spam", "marked as spam"),
    ActionType("discard", "Discard into the trash", "discard into the trash", "discarded into the trash"),
    ActionType(
        "reject",
        "Reject with a reason",
        "reject it with “{}”",
        "rejected with “{}”",
        (Parameter("value", "Reason", Needs.TEXT),),
    ),
    ActionType("stop", "Stop: look at no further rule", "stop", "no further rule"),
)
ACTIONS: dict[str, ActionType] = {each.name: each for each in _ALL}
