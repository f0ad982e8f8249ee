"""Templates kept: whose they are, what is refused where, every version there again."""

from typing import Any

import pytest

from models import Visibility
from services import access, database, templates
from services.access import Actor
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.conftest import People


def made(actor: Actor, **content: Any) -> int:
    with database.transaction() as session:
        written = {"name": "Delay", "text": "Sorry, {{ first_name }}."} | content
        return templates.create(session, actor=actor, **written).id or 0


def names(actor: Actor, q: str = "") -> list[str]:
    with database.reading() as session:
        return [each.name for each in templates.all(session, q=q, actor=actor)]


def test_shared_ones_are_everybody_s_and_private_ones_their_owner_s(people: People) -> None:
    made(people.bob, name="Shared")
    private = made(people.bob, name="mine", visibility=Visibility.PRIVATE)
    assert names(people.bob) == ["mine", "Shared"] and names(people.olga) == ["Shared"]
    assert names(access.system(people.bob.organisation_id)) == ["Shared"] and names(people.charlie) == []
    with database.transaction() as session:
        for stranger in (people.alice, people.charlie, access.system(people.bob.organisation_id)):
            for verb in (templates.get, templates.delete, templates.duplicate, templates.versions, templates.render):
                with pytest.raises(NotFound):
                    verb(session, private, actor=stranger)
            with pytest.raises(NotFound):
                templates.update(session, private, name="taken", actor=stranger)
            with pytest.raises(NotFound):
                templates.restore(session, private, 1, actor=stranger)


def test_observers_read_and_do_not_write(people: People) -> None:
    shared = made(people.bob)
    with database.transaction() as session:
        assert templates.get(session, shared, actor=people.olga).name == "Delay"
        with pytest.raises(NotPermitted):
            templates.create(session, actor=people.olga, name="Mine", text="x")
        with pytest.raises(NotPermitted):
            templates.update(session, shared, name="Mine", actor=people.olga)
        with pytest.raises(NotPermitted):
            templates.delete(session, shared, actor=people.olga)


def test_only_its_maker_takes_a_template_for_themselves(people: People) -> None:
    shared = made(people.bob)
    with database.transaction() as session, pytest.raises(NotPermitted):
        templates.update(session, shared, visibility=Visibility.PRIVATE, actor=people.alice)
    with database.transaction() as session:
        templates.update(session, shared, visibility=Visibility.PRIVATE, actor=people.bob)
    assert names(people.alice) == []


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("subject", {"subject": "x" * 999}),
        ("subject", {"subject": "{{ first_name"}),
        ("html", {"html": "<p>{% if %}</p>"}),
        ("text", {"text": "{{ a | nothing }}"}),
        ("text", {"text": ""}),
        ("shortcut", {"shortcut": "two words"}),
        ("shortcut", {"shortcut": "x" * 65}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people: People, field: str, content: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        made(people.bob, **content)
    assert refused.value.field == field


def test_a_shortcut_is_folded_and_leads_to_one_template(people: People) -> None:
    first = made(people.bob, shortcut="/Delay")
    with database.reading() as session:
        assert templates.get(session, first, actor=people.bob).shortcut == "delay"
    with pytest.raises(Conflict) as taken:
        made(people.alice, shortcut="delay")
    assert taken.value.field == "shortcut"
    made(people.charlie, shortcut="delay")


def test_search_looks_into_everything(people: People) -> None:
    made(people.bob, name="Refund", subject="Your money", text="It comes back.", shortcut="rf")
    made(people.bob, name="Delay", html="<p>100% sorry</p>", text="")
    assert names(people.bob, "refund") == names(people.bob, "MONEY back") == names(people.bob, "rf") == ["Refund"]
    assert names(people.bob, "100%") == ["Delay"] and names(people.bob, "_") == []


def test_every_save_is_a_version_and_any_comes_back(people: People) -> None:
    number = made(people.bob, text="One")
    with database.transaction() as session:
        templates.update(session, number, text="Two", actor=people.alice)
        templates.update(session, number, shortcut="two", actor=people.alice)
        assert [each.text for each in templates.versions(session, number, actor=people.olga)] == ["Two", "One"]
        assert templates.restore(session, number, 1, actor=people.bob).version == 3
        assert templates.get(session, number, actor=people.bob).shortcut == "two"
        with pytest.raises(NotFound):
            templates.restore(session, number, 9, actor=people.bob)
        with pytest.raises(Conflict):
            templates.update(session, number, text="Three", version=2, actor=people.bob)
        copy = templates.duplicate(session, number, actor=people.alice)
        assert (copy.name, copy.text, copy.shortcut, copy.owner_id) == (
            "Copy of Delay",
            "One",
            "",
            people.alice.user_id,
        )
        templates.delete(session, number, actor=people.bob)
    assert names(people.bob) == ["Copy of Delay"]


def test_uses_are_counted(people: People) -> None:
    number = made(people.bob)
    with database.transaction() as session:
        templates.count_use(session, number, actor=people.alice)
        templates.count_use(session, number, actor=people.charlie)
    with database.reading() as session:
        assert templates.get(session, number, actor=people.bob).used_count == 1


def test_a_rule_s_template_that_is_gone_is_never_another_one(people: People) -> None:
    gone = made(people.alice)
    with database.transaction() as session:
        templates.delete(session, gone, actor=people.alice)
    assert made(people.alice, name="Internal") != gone
