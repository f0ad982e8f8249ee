"""Who hears of what."""

import json
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import IntegrationType, WebhookDelivery, WebhookStatus
from services import aliases, clock, domains, events, ids, integrations, tickets, webhooks
from services.errors import NotFound, NotPermitted
from tests.conftest import People
from tests.services.webhooks.conftest import a_message, a_ticket

URL = "https://hooks.example.com/x"


def queued(session: Session) -> list[tuple[int, str]]:
    session.flush()
    return [(each.integration_id, each.event_type) for each in session.exec(select(WebhookDelivery).order_by("id"))]


def test_each_event_reaches_who_follows_it(people: People, session: Session) -> None:
    crm = integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice).integration
    chat = integrations.add(session, IntegrationType.SLACK, "chat", URL, actor=people.alice).integration
    integrations.add(session, IntegrationType.WEBHOOK, "theirs", URL, actor=people.charlie)
    off = integrations.add(session, IntegrationType.WEBHOOK, "off", URL, actor=people.alice).integration
    integrations.update(session, off.id or 0, active=False, actor=people.alice)
    ticket = a_ticket(session, people.alice)
    webhooks.announce_ticket(session, "ticket.created", ticket, message=a_message(ticket))
    webhooks.announce_ticket(session, "message.received", ticket, message=a_message(ticket))
    assert queued(session) == [
        (crm.id, "ticket.created"),
        (crm.id, "message.received"),
        (chat.id, "message.received"),
    ]
    assert events.WorkArrived(0, "jobs") in events.taken_from(session)


def test_integration_that_an_alias_names_hears_of_that_alias(people: People, session: Session) -> None:
    chat = integrations.add(session, IntegrationType.SLACK, "chat", URL, actor=people.alice).integration
    domain = domains.add(session, "acme.example", actor=people.alice)
    sales = aliases.add(session, domain.id or 0, "sales", integration_id=chat.id, actor=people.alice).alias
    other = aliases.add(session, domain.id or 0, "other", actor=people.alice).alias
    for number, alias in enumerate((sales, other)):
        ticket = a_ticket(session, people.alice, alias_id=alias.id, number=number)
        webhooks.announce_ticket(session, "message.received", ticket, message=a_message(ticket))
    assert queued(session) == [(chat.id, "message.received")]


def test_payload_speaks_the_api_s_language(people: People, session: Session) -> None:
    integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice)
    ticket = a_ticket(session, people.alice)
    tickets.claim(session, ticket.id or 0, actor=people.bob)
    session.flush()
    event = json.loads(session.exec(select(WebhookDelivery)).one().payload)
    assert event["type"] == "ticket.claimed" and event["timestamp"].endswith("Z")
    ticket_id = ids.encode("ticket", ticket.id or 0)
    shown = event["data"]["ticket"]
    assert (shown["id"], shown["status"], shown["url"]) == (
        ticket_id,
        "in_progress",
        f"http://mailroom.test/t/{ticket_id}",
    )
    assert event["data"]["actor"] == {"id": ids.encode("user", people.bob.user_id or 0), "name": "Bob"}


def test_where_nobody_listens_only_the_feed_hears(people: People, session: Session) -> None:
    webhooks.announce_ticket(session, "ticket.created", a_ticket(session, people.alice))
    assert queued(session) == []


def test_log_belongs_to_admins_of_the_organisation(people: People, session: Session) -> None:
    crm = integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice).integration
    first = webhooks.test(session, crm.id or 0, actor=people.alice)
    again = webhooks.redeliver(session, first.id or 0, actor=people.alice)
    assert again.event_id == first.event_id and again.id != first.id
    log = webhooks.deliveries(session, crm.id or 0, actor=people.alice)
    assert [each.id for each in log] == [again.id, first.id]
    assert [each.id for each in webhooks.deliveries(session, crm.id or 0, before=again.id, actor=people.alice)] == [
        first.id
    ]
    for actor, error in ((people.charlie, NotFound), (people.bob, NotPermitted)):
        with pytest.raises(error):
            webhooks.deliveries(session, crm.id or 0, actor=actor)
        with pytest.raises(error):
            webhooks.test(session, crm.id or 0, actor=actor)
        with pytest.raises(error):
            webhooks.redeliver(session, first.id or 0, actor=actor)


def test_old_deliveries_are_forgotten_what_waits_is_not(people: People, session: Session) -> None:
    crm = integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice).integration
    old, waiting = (webhooks.test(session, crm.id or 0, actor=people.alice) for _ in range(2))
    old.status = WebhookStatus.FAILED
    session.flush()
    assert not webhooks.forget_old(session)
    with clock.ahead(timedelta(days=31)):
        assert webhooks.forget_old(session) and not webhooks.forget_old(session)
    session.expire_all()
    assert [each.id for each in webhooks.deliveries(session, crm.id or 0, actor=people.alice)] == [waiting.id]


def test_a_rule_tells_an_integration_whatever_it_follows(people: People, session: Session) -> None:
    chat = integrations.add(
        session, IntegrationType.SLACK, "chat", URL, event_types=["note.added"], actor=people.alice
    ).integration
    ticket = a_ticket(session, people.alice)
    webhooks.tell(session, chat.id or 0, ticket, message=a_message(ticket))
    assert queued(session) == [(chat.id, "rule.matched")]
