"""Mail that goes on: what an alias forwards outside, the bounces that come back for it, and those that failed.

Before: `sam@shop.example` → `support@ours`. After: `SRS0=…=sam@ours` → each outside address, the content untouched,
`Delivered-To: support@ours` on top of it, by which it is known should it come back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, Domain, Outbound, OutboundStatus, RawMessage
from services import access, clock, mailboxes, notices, outbound, reception, secrets, settings
from services.access import Actor, Permission
from services.errors import NotFound
from services.mail import address, srs
from services.mail.dsn import Failure, compose_dsn
from services.mail.message import Parsed
from services.notices import Trouble
from services.reception import Envelope

MOST_HOPS = 25  # what has come by as many servers goes no further
_FAILED = (OutboundStatus.FAILED,)


@dataclass(frozen=True, slots=True)
class Forward:
    """One stored message on its way from `address`, the one written to, to where its alias forwards."""

    organisation_id: int
    alias_id: int | None
    address: str
    targets: tuple[str, ...]
    raw_id: int
    reverse_path: str
    subject: str


def refusal(parsed: Parsed, address: str) -> str:
    """Why mail for `address` goes no further, in words; "" where it may."""
    if any(value.strip().lower() == address.lower() for value in parsed.all("delivered-to")):
        return f"It came back to {address}, which had forwarded it already."
    hops = len(parsed.all("received"))
    return f"It has come by {hops} servers already." if hops > MOST_HOPS else ""


def forward(session: Session, forwards: Sequence[Forward]) -> None:
    """Queue all of them in one statement. The reverse-path becomes one of ours (SRS), and null stays null."""
    if not forwards:
        return
    raws = sa.select(col(RawMessage.id), col(RawMessage.queue_id))
    mine = col(RawMessage.id).in_({each.raw_id for each in forwards})
    queue_ids = {row[0]: row[1] for row in session.connection().execute(raws.where(mine))}
    now = clock.now()
    outbound.queue_rows(
        session,
        [
            {
                "organisation_id": each.organisation_id,
                "alias_id": each.alias_id,
                "forwarded_for": each.address,
                "raw_id": each.raw_id,
                "queue_id": queue_ids[each.raw_id],
                "reverse_path": _rewritten(each.reverse_path, each.address, each.raw_id),
                "signing_domain": "",
                "subject": each.subject[:998],
                "priority": outbound.PRIORITY_AUTOMATIC,
                "due_at": now,
                "created_at": now,
                "recipient": target,
            }
            for each in forwards
            for target in each.targets
        ],
    )


def _rewritten(reverse_path: str, forwarded_for: str, raw_id: int) -> str:
    domain = address.domain_of(forwarded_for)
    return srs.rewrite(reverse_path, domain, key=secrets.subkey("srs"), at=clock.now(), number=raw_id)


def returned_to(session: Session, original: srs.Original) -> str:
    """The reverse-path a bounce belongs to; "" where that was null or is not known any more."""
    if original.number is None:
        return original.address
    return session.exec(select(RawMessage.reverse_path).where(RawMessage.id == original.number)).first() or ""


def report(
    session: Session,
    failure: Failure,
    *,
    to: str,
    original: bytes,
    arrived_at: datetime,
    organisation_id: int,
    retried_until: datetime | None = None,
) -> None:
    """Tell the reverse-path `to` that mail was not delivered, or not yet, but never the null one (RFC 5321 6.1)."""
    if not to:
        return
    host = settings.current().mail_host
    subject = "Undelivered mail returned to sender" if retried_until is None else "Your mail is late"
    notice = compose_dsn(
        reporting_mta=host,
        to=to,
        sent_at=clock.now(),
        arrived_at=arrived_at,
        failures=[failure],
        original=original,
        subject=subject,
        retried_until=retried_until,
    )
    if mailboxes.resolve(session, to) is not None:
        reception.accept(session, Envelope("", (to,), notice, host, "", "LOCAL"))
        return
    outbound.enqueue(
        session,
        raw=notice,
        reverse_path="",
        recipients=[to],
        organisation_id=organisation_id,
        priority=outbound.PRIORITY_AUTOMATIC,
        subject=subject,
        signing_domain=address.domain_of(host),
    )


def failed(session: Session, alias_id: int, *, actor: Actor) -> list[Outbound]:
    """What an alias could not forward, newest first; kept until it is sent again or cancelled."""
    access.require(actor, Permission.READ_QUEUE)
    query = select(Outbound).where(*_failures(_owned(session, alias_id, actor)))
    return list(session.exec(query.order_by(col(Outbound.id).desc()).limit(200)))


def failure_counts(session: Session, *, actor: Actor) -> dict[int, int]:
    """How many forwards of each alias failed, for those that have any."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Outbound.alias_id, sa.func.count()).where(
        Outbound.organisation_id == actor.organisation_id,
        col(Outbound.status).in_(_FAILED),
        col(Outbound.alias_id).is_not(None),
    )
    return {alias_id or 0: count for alias_id, count in session.exec(query.group_by(col(Outbound.alias_id)))}


def send_again(
    session: Session, alias_id: int, *, outbound_ids: Collection[int] | None = None, actor: Actor
) -> list[Outbound]:
    """Try what failed once more: all of it, or some. Raises NotFound for a delivery that is not one of them."""
    access.require(actor, Permission.MANAGE_QUEUE)
    rows = {row.id or 0: row for row in failed(session, alias_id, actor=actor)}
    chosen = list(rows) if outbound_ids is None else list(outbound_ids)
    if not rows.keys() >= set(chosen):
        raise NotFound("There is no such failed delivery.")
    sent = [outbound.retry(session, each, actor=actor) for each in chosen]
    for row in sent:  # with the day of today, so that a bounce is still known for what it is
        came_from = session.get_one(RawMessage, row.raw_id).reverse_path
        row.reverse_path = _rewritten(came_from, row.forwarded_for, row.raw_id)
    if len(sent) == len(rows):
        notices.close(session, _trouble(actor.organisation_id, alias_id))
    return sent


def warn(session: Session, alias_id: int, *, recipient: str, words: str) -> None:
    """Tell those who run the place that an alias could not forward."""
    alias = session.get_one(Alias, alias_id)
    name = f"{alias.local_part}@{session.get_one(Domain, alias.domain_id).name}"
    notices.open(
        session,
        _trouble(alias.organisation_id, alias_id),
        f"Mail for {name} could not be forwarded to {recipient}",
        text=words,
        link="/aliases",
    )


def _trouble(organisation_id: int, alias_id: int) -> Trouble:
    return Trouble(organisation_id, "forward_failed", alias_id)


def _failures(alias: Alias) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Outbound.organisation_id) == alias.organisation_id,
        col(Outbound.alias_id) == alias.id,
        col(Outbound.status).in_(_FAILED),
    )


def _owned(session: Session, alias_id: int, actor: Actor) -> Alias:
    alias = session.get(Alias, alias_id)
    if alias is None or alias.organisation_id != actor.organisation_id:
        raise NotFound("There is no such alias.")
    return alias
