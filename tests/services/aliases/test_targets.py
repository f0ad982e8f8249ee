"""Where an alias may forward, whether it has a queue, and circles that are refused when they are saved."""

import pytest
from sqlmodel import Session

from models import Assignment
from services import aliases
from services.errors import Invalid
from tests.conftest import People
from tests.services.aliases.conftest import Places


def test_forwards_outside_without_a_queue_or_with_one(people: People, places: Places, session: Session) -> None:
    outside = ["Sam@Elsewhere.example", "Sam@elsewhere.example ", "bob@übung.example"]
    alone = aliases.add(session, places.ours, "alone", forward_to=outside, actor=people.alice).alias
    assert alone.forward_to == ["Sam@elsewhere.example", "bob@xn--bung-zra.example"]
    assert alone.mailbox_id is None
    both = aliases.add(
        session, places.ours, "both", forward_to=outside, mailbox_id=people.mailbox_id, actor=people.alice
    )
    assert both.alias.mailbox_id == people.mailbox_id


def test_no_alias_points_nowhere(people: People, places: Places, session: Session) -> None:
    number = aliases.add(session, places.ours, "a", forward_to=["x@y.example"], actor=people.alice).alias.id or 0
    handed = aliases.update(session, number, member_ids=[people.bob.user_id or 0], actor=people.alice)
    assert handed.alias.mailbox_id == people.mailbox_id, "conversations that members answer wait in a queue"
    number = aliases.add(session, places.ours, "b", forward_to=["x@y.example"], actor=people.alice).alias.id or 0
    assert aliases.update(session, number, forward_to=[], actor=people.alice).alias.mailbox_id == people.mailbox_id


def test_members_take_turns_unless_all_are_meant(people: People, places: Places, session: Session) -> None:
    bob = [people.bob.user_id or 0]
    assert (
        aliases.add(session, places.ours, "a", member_ids=bob, actor=people.alice).alias.assignment
        is Assignment.ROUND_ROBIN
    )
    both = aliases.add(
        session, places.ours, "b", member_ids=bob, assignment=Assignment.LEAST_LOADED, actor=people.alice
    )
    assert both.alias.assignment is Assignment.LEAST_LOADED


@pytest.mark.parametrize("target", ["a@acme.example", "A+x@ACME.example"])
def test_an_alias_never_forwards_to_itself(people: People, places: Places, session: Session, target: str) -> None:
    with pytest.raises(Invalid, match="circle"):
        aliases.add(session, places.ours, "a", forward_to=[target], actor=people.alice)


def test_nor_round_in_a_circle(people: People, places: Places, session: Session) -> None:
    def forward(local: str, target: str) -> int:
        return (
            aliases.add(session, places.ours, local, forward_to=["out@y.example", target], actor=people.alice).alias.id
            or 0
        )

    c = aliases.add(session, places.ours, "c", actor=people.alice).alias.id or 0
    forward("b", "c@acme.example")
    forward("a", "b@acme.example")
    with pytest.raises(Invalid) as refused:
        aliases.update(session, c, forward_to=["a+x@acme.example"], actor=people.alice)
    way = "c@acme.example → a+x@acme.example → b@acme.example → c@acme.example"
    assert way in refused.value.message and refused.value.field == "forward_to"
    assert aliases.get(session, c, actor=people.alice).alias.forward_to == []


def test_a_catch_all_that_forwards_to_nobody_of_its_own(people: People, places: Places, session: Session) -> None:
    with pytest.raises(Invalid, match="circle"):
        aliases.add(session, places.ours, "*", forward_to=["nobody@acme.example"], actor=people.alice)


def test_what_others_do_with_it_is_theirs(people: People, places: Places, session: Session) -> None:
    aliases.add(session, places.theirs, "a", forward_to=["a@acme.example"], actor=people.charlie)
    made = aliases.add(session, places.ours, "a", forward_to=["a@other.example"], actor=people.alice)
    assert made.alias.forward_to == ["a@other.example"]
