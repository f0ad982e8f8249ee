"""Posting to a real HTTP server: signed, tried again, given up, switched off."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlmodel import select
from standardwebhooks import Webhook, WebhookVerificationError

from models import Integration, IntegrationType, Outbound, WebhookDelivery, WebhookStatus
from services import aliases, clock, database, domains, integrations, webhooks
from services import settings as configuration
from services.flows import webhooks as flow
from services.settings import Settings
from tests.api.mail import arrive
from tests.conftest import People
from tests.http_target import Target
from tests.services.webhooks.conftest import a_message, a_ticket, target

__all__ = ["target"]


def announced(people: People, target: Target, kind: IntegrationType = IntegrationType.WEBHOOK) -> str:
    """Queue one event for a new integration at `target`; its signing secret."""
    with database.transaction() as session:
        made = integrations.add(session, kind, "CRM", target.url, event_types=["message.received"], actor=people.alice)
        ticket = a_ticket(session, people.alice)
        webhooks.announce_ticket(session, "message.received", ticket, message=a_message(ticket))
    return made.secret


def delivery() -> WebhookDelivery:
    with database.reading() as session:
        return session.exec(select(WebhookDelivery).order_by("id")).all()[-1]


def integration() -> Integration:
    with database.reading() as session:
        return session.exec(select(Integration)).one()


async def test_webhook_is_signed(people: People, target: Target) -> None:
    secret = announced(people, target)
    assert await flow.process_one() and not await flow.process_one()
    request = target.requests[0]
    event = Webhook(secret).verify(request.body, request.headers)
    assert event["type"] == "message.received" and event["data"]["message"]["from"] == "ann@customer.example"
    assert request.headers["webhook-id"] == delivery().event_id
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.replace(b"ann@", b"eve@"), request.headers)
    kept = delivery()
    assert (kept.status, kept.answer_code, kept.answer, kept.attempts) == (WebhookStatus.DELIVERED, 200, "ok", 1)


async def test_slack_gets_its_json_unsigned(people: People, target: Target) -> None:
    announced(people, target, IntegrationType.SLACK)
    await flow.process_one()
    assert "Broken lamp" in json.loads(target.requests[0].body)["text"]
    assert "webhook-signature" not in target.requests[0].headers


async def test_failure_is_tried_again_for_days_then_switches_off(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(500, b"down")
    elapsed, tries = timedelta(0), 0
    while delivery().status is WebhookStatus.PENDING:
        with clock.ahead(elapsed):
            assert await flow.process_one()
            assert not await flow.process_one()
            tries += 1
            elapsed += max(delivery().due_at - clock.now(), timedelta(0)) + timedelta(seconds=1)
    assert tries == 10 and elapsed > timedelta(days=3)
    assert delivery().status is WebhookStatus.FAILED and delivery().answer == "down"
    assert not integration().active and integration().disabled_at is not None
    assert {each.headers["webhook-id"] for each in target.requests} == {delivery().event_id}


async def test_success_forgives(people: People, target: Target) -> None:
    announced(people, target)
    target.answers = [(503, {"retry-after": "120"}, b""), (204, {}, b"")]
    await flow.process_one()
    assert delivery().due_at - clock.now() > timedelta(seconds=100)
    with clock.ahead(timedelta(minutes=5)):
        await flow.process_one()
    assert delivery().status is WebhookStatus.DELIVERED and integration().failures == 0


async def test_gone_switches_off_at_once(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(410)
    await flow.process_one()
    assert delivery().status is WebhookStatus.FAILED and not integration().active
    with database.reading() as session:
        notices = session.exec(select(Outbound)).all()
    assert [(each.recipient, each.reverse_path) for each in notices] == [("alice@people.test", "")]
    assert "CRM" in notices[0].subject


async def test_redirect_is_a_failure(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(302, location=target.url)
    await flow.process_one()
    assert len(target.requests) == 1 and delivery().answer_code == 302
    assert delivery().status is WebhookStatus.PENDING


async def test_private_target_is_refused_when_delivering(people: People, target: Target, settings: Settings) -> None:
    announced(people, target)
    configuration.use(settings)  # the permission is taken back
    await flow.process_one()
    assert target.requests == [] and delivery().answer_code is None and "https" in delivery().answer


async def test_dead_target_is_written_down(people: People, target: Target) -> None:
    announced(people, target)
    with database.transaction() as session:
        integrations.update(session, integration().id or 0, url="http://127.0.0.1:1/", actor=people.alice)
    await flow.process_one()
    assert delivery().status is WebhookStatus.PENDING and "could not be reached" in delivery().answer


async def test_switched_off_integration_gets_tests_only(people: People, target: Target) -> None:
    announced(people, target)
    number = integration().id or 0
    with database.transaction() as session:
        integrations.update(session, number, active=False, actor=people.alice)
    await flow.process_one()
    assert target.requests == [] and delivery().status is WebhookStatus.FAILED
    with database.transaction() as session:
        webhooks.test(session, number, actor=people.alice)
    await flow.process_one()
    assert len(target.requests) == 1 and delivery().status is WebhookStatus.DELIVERED


async def test_redelivery_keeps_the_event_s_id(people: People, target: Target) -> None:
    announced(people, target)
    await flow.process_one()
    with database.transaction() as session:
        webhooks.redeliver(session, delivery().id or 0, actor=people.alice)
    await flow.process_one()
    assert len({request.headers["webhook-id"] for request in target.requests}) == 1 and len(target.requests) == 2


async def test_two_workers_post_once(people: People, target: Target) -> None:
    announced(people, target)
    await asyncio.gather(*(flow.process_one() for _ in range(4)))
    assert len(target.requests) == 1


async def test_removed_meanwhile(people: People, target: Target) -> None:
    announced(people, target)
    parcels = await database.call(flow._claim)
    with database.transaction() as session:
        integrations.remove(session, integration().id or 0, actor=people.alice)
    await flow._deliver(parcels[0])
    with database.reading() as session:
        assert session.exec(select(WebhookDelivery)).all() == []


async def test_mail_to_an_alias_reaches_its_channel(people: People, target: Target) -> None:
    with database.transaction() as session:
        chat = integrations.add(session, IntegrationType.SLACK, "#sales", target.url, actor=people.alice).integration
        domain = domains.add(session, "acme.example", actor=people.alice)
        aliases.add(session, domain.id or 0, "sales", integration_id=chat.id, actor=people.alice)
        aliases.add(session, domain.id or 0, "support", actor=people.alice)
    arrive("sales@acme.example", subject="Forty lamps")
    arrive("support@acme.example", subject="A broken lamp")
    while await flow.process_one():
        pass
    texts = [json.loads(request.body)["text"] for request in target.requests]
    assert len(texts) == 1 and "Forty lamps" in texts[0] and "Ann Lee" in texts[0]
