"""What follows when mail of ours did not arrive, however we learnt of it: a server's refusal, or a report later.

Before: findings. After: each kept, the address suppressed where the rule says so, the ticket marked, and whoever wrote
told; neither status nor owner nor clocks change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models import BounceKind, Message, NoticeLevel, Outbound, Ticket
from services import access, events, ids, notices, suppressions, tickets
from services.notices import Trouble
from services.suppressions import Finding

TAGS = {BounceKind.COMPLAINT: "complaint"}
UNDELIVERED = "undelivered"
_TAG = sa.text("INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (:ticket_id, :tag_id) ON CONFLICT DO NOTHING")
_WRITTEN = (
    sa.select(col(Outbound.id), col(Message.user_id), col(Message.automatic), col(Ticket.id), col(Ticket.number))
    .join_from(Outbound, Message, col(Message.id) == col(Outbound.message_id))
    .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
    .where(col(Outbound.id).in_(sa.bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class _Written:
    """The message a finding is about: who wrote it, and in which ticket."""

    outbound_id: int | None
    user_id: int | None
    automatic: str
    ticket_id: int | None
    number: int


def settle(session: Session, findings: Sequence[Finding]) -> None:
    """Keep, suppress, mark and tell, in the transaction the findings were made in."""
    if not findings:
        return
    burnt = {each.address.lower() for each in suppressions.learn(session, findings)}
    asked = {"ids": [each.outbound_id for each in findings if each.outbound_id]}
    written = {row[0]: _Written(*row) for row in session.connection().execute(_WRITTEN, asked)}
    for finding in findings:
        about = written.get(finding.outbound_id or 0)
        if about is not None and finding.kind is not BounceKind.DELAYED:
            _mark(session, finding, about)
            if not about.automatic:
                _tell(session, finding, about, is_burnt=finding.address.lower() in burnt)
            events.record(session, events.TicketChanged(finding.organisation_id, about.ticket_id or 0))


def _mark(session: Session, finding: Finding, about: _Written) -> None:
    """A tag shows it in every list, and is what to search for."""
    name = TAGS.get(finding.kind, UNDELIVERED)
    numbers = tickets.tag_ids(session, [name], actor=access.system(finding.organisation_id))
    session.connection().execute(_TAG, {"ticket_id": about.ticket_id, "tag_id": numbers[name]})


def _tell(session: Session, finding: Finding, about: _Written, *, is_burnt: bool) -> None:
    """Whoever wrote must know that it was not read; of what a machine reported everybody who runs the place is told."""
    complaint = finding.kind is BounceKind.COMPLAINT
    title = (
        f"{finding.address} reported your message in #{about.number} as spam"
        if complaint
        else f"Your message in #{about.number} did not reach {finding.address}"
    )
    why = suppressions.kind_words(finding.kind)
    text = f"{why[0].upper()}{why[1:]}. {finding.diagnostic[:600]}".strip()
    if is_burnt:
        text += " Nothing more is sent to this address."
    notices.open(
        session,
        Trouble(finding.organisation_id, UNDELIVERED, about.ticket_id or 0, about.user_id),
        title,
        text=text,
        link=f"/t/{ids.encode('ticket', about.ticket_id or 0)}",
        level=NoticeLevel.WARNING,
    )


def failing_values(finding: Finding) -> dict[str, Any]:
    """What an outbound row says once it is known that it failed."""
    return {
        "reply_code": finding.reply_code,
        "enhanced_code": finding.enhanced_code[:16],
        "reply": f"Reported later: {finding.diagnostic}"[:2000],
    }
