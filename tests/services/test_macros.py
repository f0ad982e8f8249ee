"""Macros: several acts as one, on one ticket or many, undone together; and whose they are."""

from typing import Any

import pytest

from models import MemberStatus, Priority, TicketStatus, User, Visibility
from services import database, macros, templates, tickets
from services.access import Actor
from services.errors import Invalid, NotFound, NotPermitted
from tests.conftest import People
from tests.services.flows.inbound.conftest import post
from tests.services.tickets.made import now, ticket

__all__ = ["post"]
ESCALATE: list[dict[str, Any]] = [
    {"type": "tag", "value": "vip"},
    {"type": "priority", "value": "urgent"},
    {"type": "assign_me"},
    {"type": "note", "value": "Called back."},
    {"type": "status", "value": "waiting"},
]


def saved(actor: Actor, actions: list[dict[str, Any]] = ESCALATE, **fields: Any) -> int:
    with database.transaction() as session:
        macro = macros.save(session, **({"name": "Escalate", "actions": actions} | fields), actor=actor)
        return macro.id or 0


@pytest.mark.usefixtures("post")
def test_all_acts_are_done_to_all_and_undone_at_once(people: People) -> None:
    macro_id, one, two = saved(people.bob), ticket(), ticket()
    with database.transaction() as session:
        ran = macros.run(session, macro_id, [one, two, 10_000], actor=people.bob)
    assert ran.changed == (one, two) and list(ran.failed) == [10_000] and ran.template_id == 0
    for each in (one, two):
        found = now(each, people.bob)
        assert (found.priority, found.status) == (Priority.URGENT, TicketStatus.WAITING)
        assert found.assignee_id == people.bob.user_id
    with database.reading() as session:
        shown = tickets.get(session, one, actor=people.bob)
        assert [tag.name for tag in shown.tags] == ["vip"] and len(shown.entries) == 2
    with database.transaction() as session:
        tickets.undo(session, ran.event_id, actor=people.bob)
    for each in (one, two):
        found = now(each, people.bob)
        assert (found.priority, found.status, found.assignee_id) == (Priority.NORMAL, TicketStatus.OPEN, None)
    with database.reading() as session:
        shown = tickets.get(session, one, actor=people.bob)
        assert shown.tags == () and len(shown.entries) == 1


@pytest.mark.usefixtures("post")
def test_of_a_ticket_where_one_act_fails_nothing_is_changed(people: People) -> None:
    acts = [{"type": "tag", "value": "late"}, {"type": "assign", "user_id": people.alice.user_id}]
    macro_id, one = saved(people.bob, acts), ticket()
    with database.transaction() as session:
        alice = session.get_one(User, people.alice.user_id)
        alice.status = MemberStatus.REMOVED
        session.add(alice)
    with database.transaction() as session:
        ran = macros.run(session, macro_id, [one], actor=people.bob)
    assert ran.changed == () and list(ran.failed) == [one] and ran.event_id == 0
    with database.reading() as session:
        assert tickets.get(session, one, actor=people.bob).tags == ()


@pytest.mark.usefixtures("post")
def test_snooze_is_counted_from_when_it_runs_and_a_template_is_handed_on(people: People) -> None:
    with database.transaction() as session:
        number = templates.create(session, actor=people.bob, name="T", text="x").id or 0
    acts: list[dict[str, Any]] = [{"type": "snooze", "value": "Tomorrow"}, {"type": "template", "template_id": number}]
    macro_id, one = saved(people.bob, acts), ticket()
    with database.transaction() as session:
        ran = macros.run(session, macro_id, [one], actor=people.bob)
    assert ran.template_id == number and now(one, people.bob).status is TicketStatus.SNOOZED


@pytest.mark.parametrize(
    "act",
    [
        {},
        {"type": "shell", "value": "ls"},
        {"type": "tag"},
        {"type": "tag", "value": " "},
        {"type": "tag", "value": 3},
        {"type": "priority", "value": "highest"},
        {"type": "status", "value": "snoozed"},
        {"type": "snooze", "value": "2020"},
        {"type": "assign", "user_id": "me"},
        {"type": "template"},
    ],
)
def test_what_is_no_act_is_refused(people: People, act: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        saved(people.bob, [act])
    assert refused.value.field == "actions"


@pytest.mark.parametrize(("field", "fields"), [("name", {"name": " "}), ("actions", {"actions": []})])
def test_a_macro_has_a_name_and_does_something(people: People, field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        saved(people.bob, **fields)
    assert refused.value.field == field


def test_strangers_members_and_templates_are_absent(people: People) -> None:
    with database.transaction() as session:
        foreign = templates.create(session, actor=people.charlie, name="T", text="x").id or 0
        own = templates.create(session, actor=people.bob, name="T", text="x", visibility=Visibility.PRIVATE).id or 0
    for act in ({"type": "assign", "user_id": people.charlie.user_id}, {"type": "template", "template_id": foreign}):
        with pytest.raises(NotFound):
            saved(people.bob, [act])
    with pytest.raises(Invalid):
        saved(people.bob, [{"type": "template", "template_id": own}])
    saved(people.bob, [{"type": "template", "template_id": own}], visibility=Visibility.PRIVATE)


def test_whose_macros_are(people: People) -> None:
    shared, private = saved(people.bob), saved(people.bob, name="mine", visibility=Visibility.PRIVATE)
    with database.reading() as session:
        assert [each.name for each in macros.all(session, actor=people.bob)] == ["Escalate", "mine"]
        assert [each.id for each in macros.all(session, actor=people.olga)] == [shared]
        assert macros.all(session, actor=people.charlie) == []
    with database.transaction() as session:
        for stranger, number in ((people.alice, private), (people.charlie, shared)):
            with pytest.raises(NotFound):
                macros.run(session, number, [], actor=stranger)
            with pytest.raises(NotFound):
                macros.delete(session, number, actor=stranger)
        for verb in (macros.run, macros.delete, macros.save):
            arguments = ([],) if verb is macros.run else ()
            with pytest.raises(NotPermitted):
                verb(session, shared, *arguments, actor=people.olga)  # type: ignore[operator]
        macros.delete(session, shared, actor=people.alice)
