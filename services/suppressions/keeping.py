"""Putting addresses on the list, and taking them off."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models import Suppression, SuppressionReason
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.mail import address as mail_address

MOST_AT_ONCE = 1_000
LONGEST_DETAIL = 1_000


def add(
    session: Session,
    addresses: Sequence[str],
    *,
    reason: SuppressionReason = SuppressionReason.MANUAL,
    detail: str = "",
    expires_at: datetime | None = None,
    actor: Actor,
) -> list[Suppression]:
    """Suppress each until `expires_at` (None: for good); what is on the list already takes the new reason and end.

    Raises Invalid naming the first that is no address, and for more than MOST_AT_ONCE.
    """
    access.require(actor, Permission.WRITE_SUPPRESSIONS)
    wanted = list(dict.fromkeys(checked(each) for each in addresses if each.strip()))
    if not wanted:
        raise Invalid("Give at least one address.", code="no_addresses", field="addresses")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE} at once; import a file for more.", code="too_many", field="addresses")
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("The end must lie ahead.", code="invalid_expiry", field="expires_at")
    mine = col(Suppression.organisation_id) == actor.organisation_id
    known = {
        row.address: row for row in session.exec(select(Suppression).where(mine, col(Suppression.address).in_(wanted)))
    }
    rows = [known.get(each) or _new(each, actor) for each in wanted]
    for row in rows:
        row.reason, row.detail, row.expires_at = reason, detail.strip()[:LONGEST_DETAIL], expires_at
        row.actor_id = actor.user_id
        session.add(row)
    session.flush()
    _tell(session, actor)
    return rows


def get(session: Session, suppression_id: int, *, actor: Actor) -> Suppression:
    access.require(actor, Permission.READ_SUPPRESSIONS)
    row = session.get(Suppression, suppression_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound("This address is not on the list.", code="not_suppressed")
    return row


def remove(session: Session, suppression_ids: Sequence[int], *, actor: Actor) -> list[str]:
    """Take them off the list: mail goes to them again. The addresses. Raises NotFound for one that is not on it."""
    access.require(actor, Permission.WRITE_SUPPRESSIONS)
    rows = [get(session, each, actor=actor) for each in suppression_ids]
    for row in rows:
        session.delete(row)
    session.flush()
    _tell(session, actor)
    return [row.address for row in rows]


def lift(session: Session, addresses: Sequence[str], *, actor: Actor) -> None:
    """Take addresses off the list, whether they are on it or not."""
    access.require(actor, Permission.WRITE_SUPPRESSIONS)
    wanted = [each.strip().lower() for each in addresses]
    mine = col(Suppression.organisation_id) == actor.organisation_id
    for row in session.exec(select(Suppression).where(mine, col(Suppression.address).in_(wanted))):
        session.delete(row)
    session.flush()
    _tell(session, actor)


def checked(typed: str) -> str:
    """The address as the list keeps it. Raises Invalid for what is none."""
    try:
        return mail_address.normalise(typed.replace("\x00", ""))[:320]
    except ValueError as error:
        raise Invalid(f"{typed.strip()[:100]} is not an address.", code="invalid_address", field="addresses") from error


def _new(address: str, actor: Actor) -> Suppression:
    return Suppression(
        organisation_id=actor.organisation_id,
        address=address,
        reason=SuppressionReason.MANUAL,
        created_at=clock.now(),
    )


def _tell(session: Session, actor: Actor) -> None:
    events.record(session, events.SuppressionsChanged(actor.organisation_id))
