"""Rules made, ordered, copied and kept apart from other organisations'."""

import pytest
from sqlmodel import Session

from models import Integration, IntegrationType
from services import clock, events, rules
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.rules import Act, Condition, Draft, draft_of, wire
from services.rules.register import version
from tests.conftest import People

TAG = (Act("tag", {"value": "billing"}),)
INVOICES = Draft("Invoices", (Condition("subject", "contains", "invoice"),), TAG)


def test_kept_and_given_back(people: People, session: Session) -> None:
    made = rules.add(session, INVOICES, actor=people.alice)
    again = rules.get(session, made.id or 0, actor=people.olga)
    assert draft_of(again) == Draft("Invoices", INVOICES.conditions, TAG, priority=0)
    assert wire.of(wire.to(draft_of(again))) == draft_of(again)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(people: People, session: Session) -> None:
    made = rules.add(session, INVOICES, actor=people.alice)
    seen, number = made.updated_at, made.id or 0
    rules.update(session, number, name="Theirs", seen=seen, actor=people.alice)
    with pytest.raises(Conflict) as caught:
        rules.update(session, number, name="Mine", seen=seen, actor=people.alice)
    assert caught.value.code == "rule_changed"
    again = rules.get(session, number, actor=people.alice)
    assert again.name == "Theirs"
    assert rules.update(session, number, name="Mine", seen=again.updated_at, actor=people.alice).name == "Mine"


def test_only_who_may(people: People, session: Session) -> None:
    made = rules.add(session, INVOICES, actor=people.alice)
    for actor in (people.bob, people.olga):
        with pytest.raises(NotPermitted):
            rules.update(session, made.id or 0, name="Mine", actor=actor)
    with pytest.raises(NotFound):
        rules.remove(session, made.id or 0, actor=people.charlie)
    assert rules.all(session, actor=people.charlie) == []


def test_what_is_named_must_be_ours(people: People, session: Session) -> None:
    theirs = Integration(
        organisation_id=people.charlie.organisation_id,
        type=IntegrationType.SLACK,
        name="#x",
        url="",
        created_at=clock.now(),
    )
    session.add(theirs)
    session.flush()
    for act in (
        Act("assign", {"user_id": people.charlie.user_id}),
        Act("assign", {"user_id": people.olga.user_id}),  # an observer takes no work
        Act("round_robin", {"user_ids": [people.bob.user_id, people.charlie.user_id]}),
        Act("move", {"mailbox_id": people.other_mailbox_id}),
        Act("notify", {"integration_id": theirs.id}),
        Act("reply", {"template_id": 99}),
    ):
        with pytest.raises(NotFound) as refused:
            rules.add(session, Draft("x", (), (act,)), actor=people.alice)
        assert (refused.value.field or "").startswith("actions.0.")


def test_order(people: People, session: Session) -> None:
    first, second, third = (rules.add(session, INVOICES, actor=people.alice).id or 0 for _ in range(3))
    rules.update(session, third, priority=-5, actor=people.alice)
    assert [each.id for each in rules.all(session, actor=people.alice)] == [third, first, second]
    rules.reorder(session, [second, first, third], actor=people.alice)
    assert [each.id for each in rules.all(session, actor=people.alice)] == [second, first, third]
    for wrong in ([second, first], [second, first, first]):
        with pytest.raises(Invalid):
            rules.reorder(session, wrong, actor=people.alice)


def test_a_copy_is_off_and_last(people: People, session: Session) -> None:
    made = rules.add(session, INVOICES, actor=people.alice)
    copy = rules.duplicate(session, made.id or 0, actor=people.alice)
    assert (copy.name, copy.active, copy.conditions) == ("Invoices (copy)", False, made.conditions)
    assert [each.id for each in rules.all(session, actor=people.alice)] == [made.id, copy.id]


def test_every_change_is_told(people: People, session: Session) -> None:
    seen = [version(session, people.alice.organisation_id)]
    made = rules.add(session, INVOICES, actor=people.alice)
    seen.append(version(session, people.alice.organisation_id))
    rules.update(session, made.id or 0, active=False, actor=people.alice)
    seen.append(version(session, people.alice.organisation_id))
    rules.remove(session, made.id or 0, actor=people.alice)
    seen.append(version(session, people.alice.organisation_id))
    assert seen == sorted(set(seen))
    assert version(session, people.charlie.organisation_id) == 0
    assert events.RulesChanged(people.alice.organisation_id) in events.taken_from(session)
