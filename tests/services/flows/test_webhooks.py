"""Posting to a real HTTP server: signed, tried again, given up, switched off."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from standardwebhooks import Webhook, WebhookVerificationError

from models import Integration, IntegrationType, Outbound, WebhookDelivery, WebhookStatus
from services import aliases, clock, database, domains, integrations, jobs, notices, webhooks
from services import settings as configuration
from services.flows import webhooks as flow
from services.settings import Settings
from tests import http_target
from tests.api.mail import arrive
from tests.conftest import People
from tests.http_target import Target
from tests.program import Program
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


async def post_due() -> bool:
    """What the job of each integration would do. False when nothing was due."""
    found = await database.read(flow.due)
    for integration_id in found:
        await flow.deliver(integration_id)
    return bool(found)


async def test_webhook_is_signed(people: People, target: Target) -> None:
    secret = announced(people, target)
    assert await post_due() and not await post_due()
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
    await post_due()
    assert "Broken lamp" in json.loads(target.requests[0].body)["text"]
    assert "webhook-signature" not in target.requests[0].headers


async def test_failure_is_tried_again_for_days_then_switches_off(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(500, b"down")
    begun = now = clock.now()
    tries = 0
    while delivery().status is WebhookStatus.PENDING:
        with clock.stopped(now):
            assert await post_due()
            assert not await post_due()
        tries += 1
        now = max(delivery().due_at, now)
    assert tries == 10 and now - begun > timedelta(days=3)
    assert delivery().status is WebhookStatus.FAILED and delivery().answer == "down"
    assert not integration().active and integration().disabled_at is not None
    assert {each.headers["webhook-id"] for each in target.requests} == {delivery().event_id}


async def test_success_forgives(people: People, target: Target) -> None:
    announced(people, target)
    target.answers = [(503, {"retry-after": "120"}, b""), (204, {}, b"")]
    now = clock.now()
    with clock.stopped(now):
        await post_due()
    assert delivery().due_at == now + timedelta(seconds=120)
    with clock.ahead(timedelta(minutes=5)):
        await post_due()
    assert delivery().status is WebhookStatus.DELIVERED and integration().failures == 0


async def test_gone_switches_off_at_once(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(410)
    await post_due()
    assert delivery().status is WebhookStatus.FAILED and not integration().active
    with database.reading() as session:
        notices = session.exec(select(Outbound)).all()
    assert [(each.recipient, each.reverse_path) for each in notices] == [("alice@people.test", "")]
    assert "CRM" in notices[0].subject


async def test_switching_on_again_puts_the_notice_away(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(410)
    await post_due()
    with database.reading() as session:
        titles = [each.title for each in notices.current(session, actor=people.alice)]
    assert titles == ["Integration “CRM” was switched off"]
    with database.transaction() as session:
        integrations.update(session, integration().id or 0, active=True, actor=people.alice)
    with database.reading() as session:
        assert notices.current(session, actor=people.alice) == []


async def test_renewed_secret_and_the_one_before_sign_for_a_day(people: People, target: Target) -> None:
    old = announced(people, target)
    number = integration().id or 0
    with database.transaction() as session:
        new = integrations.renew_secret(session, number, actor=people.alice).secret
    await post_due()
    for secret in (old, new):
        Webhook(secret).verify(target.requests[0].body, target.requests[0].headers)
    with clock.ahead(timedelta(hours=25)), database.transaction() as session:
        webhooks.test(session, number, actor=people.alice)
    with clock.ahead(timedelta(hours=25)):
        await post_due()
    assert target.requests[1].headers["webhook-signature"].count("v1,") == 1


async def test_a_receiver_that_hangs_keeps_nobody_waiting(people: People, target: Target, settings: Settings) -> None:
    announced(people, target)
    target.open.clear()
    worker = jobs.Worker(settings)
    with http_target.serving() as quick:
        with database.transaction() as session:
            made = integrations.add(session, IntegrationType.WEBHOOK, "ERP", quick.url, actor=people.alice)
            webhooks.test(session, made.integration.id or 0, actor=people.alice)
        while not quick.requests:
            await worker.process_one()
            await asyncio.sleep(0.01)
        assert delivery().status is not WebhookStatus.FAILED and len(target.requests) <= 1
    target.open.set()
    await worker.settle()


async def test_redirect_is_a_failure(people: People, target: Target) -> None:
    announced(people, target)
    target.answer(302, location=target.url)
    await post_due()
    assert len(target.requests) == 1 and delivery().answer_code == 302
    assert delivery().status is WebhookStatus.PENDING


async def test_private_target_is_refused_when_delivering(people: People, target: Target, settings: Settings) -> None:
    announced(people, target)
    configuration.use(settings)  # the permission is taken back
    await post_due()
    assert target.requests == [] and delivery().answer_code is None and "https" in delivery().answer


async def test_dead_target_is_written_down(people: People, target: Target) -> None:
    announced(people, target)
    with database.transaction() as session:
        integrations.update(session, integration().id or 0, url="http://127.0.0.1:1/", actor=people.alice)
    await post_due()
    assert delivery().status is WebhookStatus.PENDING and "could not be reached" in delivery().answer


async def test_switched_off_integration_gets_tests_only(people: People, target: Target) -> None:
    announced(people, target)
    number = integration().id or 0
    with database.transaction() as session:
        integrations.update(session, number, active=False, actor=people.alice)
    await post_due()
    assert target.requests == [] and delivery().status is WebhookStatus.FAILED
    with database.transaction() as session:
        webhooks.test(session, number, actor=people.alice)
    await post_due()
    assert len(target.requests) == 1 and delivery().status is WebhookStatus.DELIVERED


async def test_redelivery_keeps_the_event_s_id(people: People, target: Target) -> None:
    announced(people, target)
    await post_due()
    with database.transaction() as session:
        webhooks.redeliver(session, delivery().id or 0, actor=people.alice)
    await post_due()
    assert len({request.headers["webhook-id"] for request in target.requests}) == 1 and len(target.requests) == 2


async def test_removed_meanwhile(people: People, target: Target) -> None:
    announced(people, target)
    parcels = await database.read(flow._parcels, integration().id or 0)
    with database.transaction() as session:
        integrations.remove(session, integration().id or 0, actor=people.alice)
    assert parcels
    await flow._deliver(parcels[0])
    with database.reading() as session:
        assert session.exec(select(WebhookDelivery)).all() == []


@pytest.mark.process
@pytest.mark.timeout(500)
def test_a_killed_process_delivers_after_all(
    people: People, target: Target, tmp_path: Path, settings: Settings
) -> None:
    """B7: killed in the middle of a delivery, started again; it arrives, under the same id, signed."""
    target.open.clear()
    secret = announced(people, target)
    mine = {"database_url": settings.database, "secret_key": settings.secret_key, "allow_private_targets": "true"}
    program = Program(tmp_path, roles="worker", **mine).start()
    wait(lambda: target.requests)
    program.kill()
    assert delivery().status is WebhookStatus.PENDING
    target.open.set()
    with Program(tmp_path, roles="worker", **mine):
        wait(lambda: delivery().status is WebhookStatus.DELIVERED)
    assert len(target.requests) >= 2 and len({each.headers["webhook-id"] for each in target.requests}) == 1
    for request in target.requests:
        Webhook(secret).verify(request.body, request.headers)


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_mail_to_an_alias_reaches_its_channel(people: People, target: Target) -> None:
    with database.transaction() as session:
        chat = integrations.add(session, IntegrationType.SLACK, "#sales", target.url, actor=people.alice).integration
        domain = domains.add(session, "acme.example", actor=people.alice)
        aliases.add(session, domain.id or 0, "sales", integration_id=chat.id, actor=people.alice)
        aliases.add(session, domain.id or 0, "support", actor=people.alice)
    arrive("sales@acme.example", subject="Forty lamps")
    arrive("support@acme.example", subject="A broken lamp")
    while await post_due():
        pass
    texts = [json.loads(request.body)["text"] for request in target.requests]
    assert len(texts) == 1 and "Forty lamps" in texts[0] and "Ann Lee" in texts[0]
