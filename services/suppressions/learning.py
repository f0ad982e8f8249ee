"""What reports and refusals teach: each is kept, and by the rule of the house some end with a suppression.

Hard: at once. Soft: after three in thirty days. Complaint: at once. Block, transient and delayed burn no address.
The audit tells of these as of a member's, in our own name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from models import Bounce, BounceKind, Suppression, SuppressionReason
from services import clock, events

SOFT_LIMIT = 3
SOFT_DAYS = 30
_bounces = SQLModel.metadata.tables[str(Bounce.__tablename__)]
_AT_ONCE = {BounceKind.HARD: SuppressionReason.HARD_BOUNCE, BounceKind.COMPLAINT: SuppressionReason.COMPLAINT}
_STRONG = set(_AT_ONCE.values()) | {SuppressionReason.UNSUBSCRIBE}


@dataclass(frozen=True, slots=True)
class Finding:
    """One recipient of ours mail did not reach, or who complained of it. What was forwarded burns no address: where
    an alias forwards is its setting, and whoever runs it is told."""

    organisation_id: int
    address: str
    kind: BounceKind
    reason: str = ""
    enhanced_code: str = ""
    reply_code: int | None = None
    diagnostic: str = ""
    outbound_id: int | None = None
    report_id: int | None = None
    is_forward: bool = False


def learn(session: Session, findings: Sequence[Finding]) -> list[Finding]:
    """Keep them, suppress whom the rule says, and give back those whose address is suppressed by it."""
    if not findings:
        return []
    now = clock.now()
    session.connection().execute(sa.insert(_bounces), [_row(each) | {"at": now} for each in findings])
    burnt: list[Finding] = []
    for finding in findings:
        if finding.is_forward:
            continue
        reason = _AT_ONCE.get(finding.kind)
        if finding.kind is BounceKind.SOFT and _softly(session, finding) >= SOFT_LIMIT:
            reason = SuppressionReason.SOFT_BOUNCE
        if reason is not None:
            _suppress(session, finding, reason)
            burnt.append(finding)
    for organisation_id in {each.organisation_id for each in burnt}:
        events.record(session, events.SuppressionsChanged(organisation_id))
    return burnt


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "organisation_id": finding.organisation_id,
        "outbound_id": finding.outbound_id,
        "report_id": finding.report_id,
        "address": finding.address.lower()[:320],
        "kind": finding.kind,
        "reason": finding.reason[:64],
        "enhanced_code": finding.enhanced_code[:16],
        "reply_code": finding.reply_code,
        "diagnostic": finding.diagnostic[:2000],
    }


def _softly(session: Session, finding: Finding) -> int:
    """How many soft ones the address has had lately."""
    query = sa.select(sa.func.count()).where(
        _bounces.c.organisation_id == finding.organisation_id,
        _bounces.c.address == finding.address.lower(),
        _bounces.c.at > clock.now() - timedelta(days=SOFT_DAYS),
        _bounces.c.kind == BounceKind.SOFT,
    )
    return int(session.connection().execute(query).scalar_one())


def _suppress(session: Session, finding: Finding, reason: SuppressionReason) -> None:
    """What is suppressed for good already stays as it is, unless this says more."""
    address, soft = finding.address.lower()[:320], reason is SuppressionReason.SOFT_BOUNCE
    mine = (Suppression.organisation_id == finding.organisation_id, Suppression.address == address)
    row = session.exec(select(Suppression).where(*mine).with_for_update()).first()
    if row is None:
        row = Suppression(
            organisation_id=finding.organisation_id, address=address, reason=reason, created_at=clock.now()
        )
    elif row.expires_at is None and (row.reason in _STRONG or soft):
        return
    row.reason, row.detail, row.report_id = reason, finding.diagnostic[:1000], finding.report_id
    row.expires_at = clock.now() + timedelta(days=SOFT_DAYS) if soft else None
    session.add(row)
    session.flush()
