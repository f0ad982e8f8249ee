"""Integrations: made, changed, sealed."""

import pytest
from sqlmodel import Session

from models import IntegrationType
from services import integrations, secrets
from services.errors import Invalid, NotFound, NotPermitted
from tests.conftest import People

URL = "https://hooks.slack.com/services/T0/B0/secret"


def test_url_and_secret_are_sealed(people: People, session: Session) -> None:
    made = integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice)
    row = made.integration
    assert URL not in row.url and secrets.unseal(row.url) == URL
    assert made.secret.startswith("whsec_") and secrets.unseal(row.secret) == made.secret
    assert row.event_types == list(integrations.EVENT_TYPES)


def test_chats_hear_of_new_mail_and_have_no_secret(people: People, session: Session) -> None:
    for kind in (IntegrationType.SLACK, IntegrationType.DISCORD, IntegrationType.TEAMS):
        made = integrations.add(session, kind, "chat", URL, actor=people.alice)
        assert made.secret == "" and made.integration.event_types == ["message.received"]


def test_one_that_follows_nothing_is_left_to_rules(people: People, session: Session) -> None:
    made = integrations.add(session, IntegrationType.SLACK, "sales", URL, event_types=[], actor=people.alice)
    assert made.integration.event_types == []


def test_changes(people: People, session: Session) -> None:
    made = integrations.add(session, IntegrationType.WEBHOOK, "CRM", URL, actor=people.alice)
    number = made.integration.id or 0
    changed = integrations.update(session, number, name=" New ", event_types=["ticket.created"], actor=people.alice)
    assert (changed.name, changed.event_types) == ("New", ["ticket.created"])
    off = integrations.update(session, number, active=False, actor=people.alice)
    assert not off.active and off.disabled_at is not None
    off.failures = 9
    on = integrations.update(session, number, active=True, actor=people.alice)
    assert on.active and on.disabled_at is None and on.failures == 0
    assert integrations.renew_secret(session, number, actor=people.alice).secret != made.secret
    integrations.remove(session, number, actor=people.alice)
    session.flush()
    assert integrations.all(session, actor=people.alice) == []
    assert (integrations.add(session, IntegrationType.SLACK, "x", URL, actor=people.alice).integration.id or 0) > number


def test_bad_input_names_its_field(people: People, session: Session) -> None:
    number = integrations.add(session, IntegrationType.SLACK, "x", URL, actor=people.alice).integration.id or 0
    cases: list[tuple[str, dict[str, object]]] = [
        ("url", {"url": "http://hooks.slack.com/"}),
        ("url", {"url": "https://127.0.0.1/"}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("event_types", {"event_types": ["everything"]}),
    ]
    for field, changes in cases:
        with pytest.raises(Invalid) as caught:
            integrations.update(session, number, actor=people.alice, **changes)  # type: ignore[arg-type]
        assert caught.value.field == field
    with pytest.raises(Invalid):
        integrations.renew_secret(session, number, actor=people.alice)


def test_others_and_agents_stay_out(people: People, session: Session) -> None:
    number = integrations.add(session, IntegrationType.SLACK, "x", URL, actor=people.alice).integration.id or 0
    for actor, error in ((people.charlie, NotFound), (people.bob, NotPermitted)):
        with pytest.raises(error):
            integrations.update(session, number, name="y", actor=actor)
        with pytest.raises(error):
            integrations.remove(session, number, actor=actor)
        with pytest.raises(error):
            integrations.renew_secret(session, number, actor=actor)
    with pytest.raises(NotPermitted):
        integrations.add(session, IntegrationType.SLACK, "x", URL, actor=people.bob)
    assert [each.name for each in integrations.all(session, actor=people.olga)] == ["x"]
