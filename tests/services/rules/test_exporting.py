"""Files of rules: out, and in again, here or in another organisation."""

import json

import pytest
from sqlmodel import Session

from models import Mailbox
from services import clock, rules
from services.errors import Invalid
from services.rules import Act, Condition, Draft, draft_of
from tests.conftest import People

MOVES = Draft("Moves", (Condition("from", "ends", "@a.test"),), (Act("tag", {"value": "a"}),), priority=4)


def test_out_and_in_again(people: People, session: Session) -> None:
    given = (Act("assign", {"user_id": people.bob.user_id}), Act("move", {"mailbox_id": people.mailbox_id}))
    rules.add(session, MOVES, actor=people.alice)
    rules.add(session, Draft("Gives", (), given, stop=True, shadow=True), actor=people.alice)
    text = json.dumps(rules.exported(session, actor=people.olga))
    again = rules.imported(session, text, actor=people.alice)
    assert [draft_of(each).actions for each in again] == [MOVES.actions, given]
    assert [each.priority for each in again] == [6, 7] and again[1].shadow and again[1].stop


def test_elsewhere_names_are_looked_for(people: People, session: Session) -> None:
    session.add(Mailbox(organisation_id=people.charlie.organisation_id, name="Sales", created_at=clock.now()))
    ours = Mailbox(organisation_id=people.alice.organisation_id, name="Sales", created_at=clock.now())
    session.add(ours)
    session.flush()
    rules.add(session, Draft("x", (), (Act("move", {"mailbox_id": ours.id}),)), actor=people.alice)
    made = rules.imported(session, rules.exported(session, actor=people.alice), actor=people.charlie)
    assert made[0].actions[0]["mailbox_id"] not in (ours.id, None)
    assert made[0].organisation_id == people.charlie.organisation_id
    rules.add(session, Draft("y", (), (Act("assign", {"user_id": people.bob.user_id}),)), actor=people.alice)
    with pytest.raises(Invalid) as refused:
        rules.imported(session, rules.exported(session, actor=people.alice), actor=people.charlie)
    assert refused.value.field == "rules.1.actions.0.user_id"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("nothing", "file"),
        ("[]", "file"),
        ('{"rules": 3}', "file"),
        ('{"rules": [3]}', "rules.0"),
        ('{"rules": [{"name": "x"}]}', "rules.0"),
        ('{"rules": [{"name": "x", "actions": [{"type": "spam"}], "conditions": [{"field": "x"}]}]}', None),
        ('{"rules": [{"name": "x", "actions": [{"type": ["spam"]}]}]}', None),
        ('{"rules": [{"name": "x", "actions": [{"type": "spam"}], "stop": 3, "match": []}]}', None),
    ],
)
def test_what_is_no_file_of_ours(people: People, session: Session, text: str, field: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        rules.imported(session, text, actor=people.alice)
    assert refused.value.field == field or (field is None and (refused.value.field or "").startswith("rules.0"))
