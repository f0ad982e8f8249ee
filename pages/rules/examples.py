"""Rules to begin with, ready but for a look."""

from dataclasses import dataclass

from models import Match, Priority, TicketStatus
from services.rules import Act, Condition, Draft


@dataclass(frozen=True)
class Example:
    """`key` is what the address of the editor calls it."""

    key: str
    icon: str
    about: str
    draft: Draft


ALL = (
    Example(
        "billing",
        "sym_o_receipt_long",
        "Subject speaks of an invoice or a payment → tag billing",
        Draft(
            "Tag invoices as billing",
            conditions=(Condition("subject", "contains", "invoice"), Condition("subject", "contains", "payment")),
            actions=(Act("tag", {"value": "billing"}),),
            match=Match.ANY,
        ),
    ),
    Example(
        "urgent",
        "sym_o_priority_high",
        "Subject speaks of an outage → priority urgent",
        Draft(
            "Outages first",
            conditions=(Condition("subject", "matches", r"\b(outage|down|not working)\b"),),
            actions=(Act("priority", {"value": Priority.URGENT}), Act("tag", {"value": "outage"})),
        ),
    ),
    Example(
        "newsletters",
        "sym_o_newspaper",
        "Has a List-Id header → tag newsletter, close",
        Draft(
            "Newsletters out of the way",
            conditions=(Condition("header", "exists", name="List-Id"),),
            actions=(Act("tag", {"value": "newsletter"}), Act("status", {"value": TicketStatus.CLOSED})),
            stop=True,
        ),
    ),
)
BY_KEY = {each.key: each for each in ALL}
