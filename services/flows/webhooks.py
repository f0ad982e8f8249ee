"""Delivers queued events to integrations: one job an integration, so that a dead receiver keeps nobody else waiting.

What is due is posted outside any transaction, then written down. A delivery is tried ten times over three days; one
that is given up while nothing else got through, or a target that says 410 Gone, switches its integration off, opens a
notice and tells the administrators.
"""

import asyncio
import logging
import secrets as random
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, exists, select, update
from standardwebhooks import Webhook

from models import Integration, IntegrationType, JobKind, MemberStatus, User, WebhookDelivery, WebhookStatus
from services import clock, database, events, integrations, jobs, notices, replies, secrets, settings, webhooks
from services.access import MAY, Permission
from services.errors import Error
from services.targets import Answer

log = logging.getLogger("mailroom.webhooks")
BATCH = 20  # posted to one integration at the same time
BATCHES = 50  # in one run
AT_ONCE = 32  # integrations
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)  # over three days in all
)
GONE = 410


@dataclass(frozen=True)
class Parcel:
    """What posting needs of a due delivery and its integration; URL and secrets still sealed."""

    delivery_id: int
    event_id: str
    kind: IntegrationType
    payload: str
    url: str
    secrets: tuple[str, ...]


def due(session: Session) -> list[int]:
    """Integrations that something is due for."""
    waiting = exists(select(WebhookDelivery.id).where(col(WebhookDelivery.integration_id) == Integration.id, *_due()))
    return [each or 0 for each in session.exec(select(Integration.id).where(waiting))]


def _due() -> tuple[sa.ColumnElement[bool], ...]:
    return col(WebhookDelivery.status) == WebhookStatus.PENDING, col(WebhookDelivery.due_at) <= clock.now()


@jobs.define(JobKind.WEBHOOKS, at_once=AT_ONCE, due=due)
async def deliver(integration_id: int) -> None:
    """Post everything that is due for one integration. What is left over is due again at once."""
    for number in range(BATCHES):
        if not await jobs.step(f"batch {number}", _deliver_some, integration_id):
            return


async def _deliver_some(integration_id: int) -> bool:
    parcels = await database.read(_parcels, integration_id)
    if parcels is None:
        await database.call(_end, integration_id)
        parcels = await database.read(_parcels, integration_id, tests_only=True) or []
    await asyncio.gather(*(_deliver(parcel) for parcel in parcels))
    return bool(parcels)


def _parcels(session: Session, integration_id: int, *, tests_only: bool = False) -> list[Parcel] | None:
    """The earliest due deliveries; None where the integration is switched off and gets tests only."""
    integration = session.get(Integration, integration_id)
    if integration is None:
        return []
    if not integration.active and not tests_only:
        return None
    query = select(WebhookDelivery).where(WebhookDelivery.integration_id == integration_id, *_due())
    if tests_only:
        query = query.where(WebhookDelivery.event_type == "test")
    rows = session.exec(query.order_by(col(WebhookDelivery.due_at), col(WebhookDelivery.id)).limit(BATCH))
    sealed = _sealed_secrets(integration)
    return [Parcel(row.id or 0, row.event_id, integration.type, row.payload, integration.url, sealed) for row in rows]


def _sealed_secrets(integration: Integration) -> tuple[str, ...]:
    until = integration.previous_secret_until
    previous = integration.previous_secret if until is not None and until > clock.now() else ""
    return tuple(each for each in (integration.secret, previous) if each)


def _end(session: Session, integration_id: int) -> None:
    """What was still due when the integration was switched off is not sent any more."""
    ended = update(WebhookDelivery).where(col(WebhookDelivery.integration_id) == integration_id)
    ended = ended.where(*_due(), col(WebhookDelivery.event_type) != "test")
    session.exec(ended.values(status=WebhookStatus.FAILED, answer="The integration is switched off."))


async def _deliver(parcel: Parcel) -> None:
    await database.call(_keep, parcel.delivery_id, await _answer(parcel))


async def _answer(parcel: Parcel) -> Answer:
    """What came back; status 0 where nothing did. A fault of ours counts as a failed try and is reported."""
    from services.targets import posting  # its HTTP client is slow to load, and most starts post nothing

    try:
        return await posting.post(secrets.unseal(parcel.url), *_request(parcel))
    except Error as error:
        return Answer(0, error.message)
    except Exception:
        reference = random.token_hex(4)
        log.exception("delivery %s failed, reference %s", parcel.delivery_id, reference)
        return Answer(0, f"Mailroom could not send this, reference {reference}.")


def _request(parcel: Parcel) -> tuple[bytes, dict[str, str]]:
    """Body and headers; webhooks are signed after Standard Webhooks 1.0, with each secret that is in force."""
    content = webhooks.body(parcel.kind, parcel.payload)
    headers = {"content-type": "application/json", "user-agent": "Mailroom", "accept-encoding": "identity"}
    if parcel.secrets:
        now, text = clock.now(), content.decode()
        marks = (Webhook(secrets.unseal(each)).sign(parcel.event_id, now, text) for each in parcel.secrets)
        headers |= {
            "webhook-id": parcel.event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(marks),
        }
    return content, headers


def _keep(session: Session, delivery_id: int, answer: Answer) -> None:
    """Write the answer down and decide what follows from it."""
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None:  # removed with its integration meanwhile
        return
    integration, now = session.get_one(Integration, delivery.integration_id, with_for_update=True), clock.now()
    delivery.attempts += 1
    delivery.answer_code = answer.status or None
    delivery.answer = answer.text[:2000]
    if answer.is_success:
        delivery.status, delivery.delivered_at = WebhookStatus.DELIVERED, now
        integration.failures = 0
    else:
        _fail(session, delivery, integration, answer, now)
    session.add_all([delivery, integration])
    events.record(session, events.DeliveryAnswered(delivery.organisation_id, integration.id or 0, delivery_id))


def _fail(session: Session, delivery: WebhookDelivery, integration: Integration, answer: Answer, now: datetime) -> None:
    integration.failures += 1
    exhausted = delivery.attempts > len(WAITS)
    if exhausted or answer.status == GONE or delivery.event_type == "test":
        delivery.status = WebhookStatus.FAILED
    else:
        delivery.due_at = now + max(WAITS[delivery.attempts - 1], timedelta(seconds=answer.retry_after))
    silent = exhausted and integration.failures >= delivery.attempts
    if integration.active and (silent or answer.status == GONE):
        _switch_off(session, integration, answer, now)


def _switch_off(session: Session, integration: Integration, answer: Answer, now: datetime) -> None:
    """Off, with a notice on the pages and by e-mail for everybody who can switch it on again."""
    integration.active, integration.disabled_at = False, now
    events.record(session, events.DirectoryChanged(integration.organisation_id))
    title = f"Integration “{integration.name}” was switched off"
    last = f"The last attempt: {f'answered {answer.status}' if answer.status else answer.text}"
    words = f"What it was sent did not arrive. {last}"
    notices.open(session, integrations.trouble(integration), title, text=words, link="/integrations")
    text = (
        f"Mailroom has switched the integration “{integration.name}” off, because what it was sent did not arrive.\n"
        f"{last}\n\nSwitch it on again at {settings.current().url}/integrations\n"
    )
    query = select(User.email).where(
        User.organisation_id == integration.organisation_id,
        User.status == MemberStatus.ACTIVE,
        col(User.role).in_(MAY[Permission.MANAGE_INTEGRATIONS]),
    )
    for email in session.exec(query.order_by(col(User.id))):
        replies.system_mail(session, organisation_id=integration.organisation_id, to=email, subject=title, text=text)
