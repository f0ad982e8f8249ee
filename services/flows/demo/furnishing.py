"""What the demo's company set up before its first mail: saved replies, a macro, rules, and whom it never writes to."""

from sqlmodel import Session

from models import Match, Priority, SuppressionReason, TicketStatus
from services import macros, mailboxes, rules, suppressions, templates
from services.access import Actor
from services.flows.demo.letters import content
from services.rules import Act, Condition, Draft

ASKS = "Sales"  # the inbox whose customers are asked how it went
RULES = (
    Draft(
        "Safety first",
        conditions=(Condition("subject", "contains", "very hot"), Condition("body", "contains", "smoke")),
        match=Match.ANY,
        actions=(Act("priority", {"value": Priority.URGENT}), Act("tag", {"value": "safety"})),
    ),
    Draft(
        "Newsletters out of the way",
        conditions=(Condition("header", "exists", name="List-Id"),),
        actions=(Act("tag", {"value": "newsletter"}), Act("status", {"value": TicketStatus.CLOSED})),
        stop=True,
    ),
    Draft(
        "Vouchers",
        conditions=(Condition("subject", "contains", "voucher"), Condition("subject", "contains", "gift")),
        actions=(Act("tag", {"value": "voucher"}),),
        match=Match.ANY,
    ),
    Draft(
        "Written in German",
        conditions=(Condition("body", "starts", "Hallo"), Condition("body", "contains", "Grüße")),
        match=Match.ANY,
        actions=(Act("tag", {"value": "german"}),),
        shadow=True,
    ),
)


def furnish(session: Session, actor: Actor) -> None:
    for each in content("templates.json"):
        templates.create(session, actor=actor, **each)
    macros.save(
        session,
        name="Mine, and waiting for the carrier",
        actions=[
            {"type": "assign_me"},
            {"type": "tag", "value": "carrier"},
            {"type": "status", "value": TicketStatus.WAITING},
        ],
        actor=actor,
    )
    for draft in RULES:
        rules.add(session, draft, actor=actor)
    suppressions.add(
        session,
        ["tom.berg@oldmail.example"],
        reason=SuppressionReason.MANUAL,
        detail="Asked by phone not to be written to again.",
        actor=actor,
    )
    for box in mailboxes.all(session, actor=actor):
        if box.name == ASKS:
            mailboxes.update(session, box.id or 0, rating_hours=0, actor=actor)
