"""Delivers queued events to integrations: claimed with a lease, posted outside any transaction, then written down.

A delivery is tried ten times over three days; one that is given up while nothing else got through, or a target that
says 410 Gone, switches its integration off and tells the administrators.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select, update
from standardwebhooks import Webhook

from models import Integration, IntegrationType, MemberStatus, User, WebhookDelivery, WebhookStatus
from services import clock, database, events, replies, secrets, settings, webhooks
from services.access import MAY, Permission
from services.errors import Error
from services.targets import Answer

BATCH = 20
LEASE = timedelta(seconds=60)
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)  # over three days in all
)
GONE = 410


@dataclass(frozen=True)
class Parcel:
    """What posting needs of a claimed delivery and its integration."""

    delivery_id: int
    event_id: str
    url: str
    secret: str
    kind: IntegrationType
    payload: str


async def process_one() -> bool:
    """Post what is due, some at the same time. False when nothing was."""
    parcels = await database.call(_claim)
    await asyncio.gather(*(_deliver(parcel) for parcel in parcels))
    return bool(parcels)


def _claim(session: Session) -> list[Parcel]:
    """Take the earliest due deliveries; those of integrations that are switched off end here."""
    now = clock.now()
    free = sa.or_(col(WebhookDelivery.lease_until).is_(None), col(WebhookDelivery.lease_until) < now)
    due = (col(WebhookDelivery.status) == WebhookStatus.PENDING, col(WebhookDelivery.due_at) <= now, free)
    query = select(WebhookDelivery, Integration).join(Integration).where(*due)
    rows = session.exec(query.order_by(col(WebhookDelivery.due_at)).limit(BATCH)).all()
    parcels = []
    for delivery, integration in rows:
        take = update(WebhookDelivery).where(col(WebhookDelivery.id) == delivery.id, *due)
        if not integration.active and delivery.event_type != "test":
            values = {"status": WebhookStatus.FAILED, "answer": "The integration is switched off."}
            session.exec(take.values(**values))
        elif database.affected(session.exec(take.values(lease_until=now + LEASE))):
            parcels.append(_parcel(delivery, integration))
    return parcels


def _parcel(delivery: WebhookDelivery, integration: Integration) -> Parcel:
    secret = secrets.unseal(integration.secret) if integration.secret else ""
    url = secrets.unseal(integration.url)
    return Parcel(delivery.id or 0, delivery.event_id, url, secret, integration.type, delivery.payload)


async def _deliver(parcel: Parcel) -> None:
    from services.targets import posting  # its HTTP client is slow to load, and most starts post nothing

    try:
        answer = await posting.post(parcel.url, *_request(parcel))
    except Error as error:
        answer = Answer(0, error.message)
    await database.call(_keep, parcel.delivery_id, answer)


def _request(parcel: Parcel) -> tuple[bytes, dict[str, str]]:
    """Body and headers; webhooks are signed after Standard Webhooks 1.0."""
    content = webhooks.body(parcel.kind, parcel.payload)
    headers = {"content-type": "application/json", "user-agent": "Mailroom", "accept-encoding": "identity"}
    if parcel.secret:
        now = clock.now()
        headers |= {
            "webhook-id": parcel.event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(parcel.secret).sign(parcel.event_id, now, content.decode()),
        }
    return content, headers


def _keep(session: Session, delivery_id: int, answer: Answer) -> None:
    """Write the answer down and decide what follows from it."""
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None:  # removed with its integration meanwhile
        return
    integration, now = session.get_one(Integration, delivery.integration_id), clock.now()
    delivery.attempts += 1
    delivery.lease_until = None
    delivery.answer_code = answer.status or None
    delivery.answer = answer.text[:2000]
    if answer.is_success:
        delivery.status, delivery.delivered_at = WebhookStatus.DELIVERED, now
        integration.failures = 0
    else:
        _fail(session, delivery, integration, answer, now)
    session.add_all([delivery, integration])


def _fail(session: Session, delivery: WebhookDelivery, integration: Integration, answer: Answer, now: datetime) -> None:
    integration.failures += 1
    exhausted = delivery.attempts > len(WAITS)
    if exhausted or answer.status == GONE or delivery.event_type == "test":
        delivery.status = WebhookStatus.FAILED
    else:
        delivery.due_at = now + max(WAITS[delivery.attempts - 1], timedelta(seconds=answer.retry_after))
    silent = exhausted and integration.failures >= delivery.attempts
    if integration.active and (silent or answer.status == GONE):
        integration.active, integration.disabled_at = False, now
        events.record(session, events.DirectoryChanged(integration.organisation_id))
        _tell_admins(session, integration, answer)


def _tell_admins(session: Session, integration: Integration, answer: Answer) -> None:
    """A notice by e-mail to everybody who can switch it on again."""
    words = f"answered {answer.status}" if answer.status else answer.text
    text = (
        f"Mailroom has switched the integration “{integration.name}” off, because what it was sent did not arrive.\n"
        f"The last attempt: {words}\n\nSwitch it on again at {settings.current().url}/integrations\n"
    )
    allowed = MAY[Permission.MANAGE_INTEGRATIONS]
    query = select(User.email).where(
        User.organisation_id == integration.organisation_id,
        User.status == MemberStatus.ACTIVE,
        col(User.role).in_(allowed),
    )
    for email in session.exec(query.order_by(col(User.id))):
        subject = f"Integration “{integration.name}” was switched off"
        replies.system_mail(session, organisation_id=integration.organisation_id, to=email, subject=subject, text=text)
