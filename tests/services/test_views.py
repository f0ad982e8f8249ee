"""Saved views: one's own and the team's."""

import pytest

from services import database, events, views
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.conftest import People


def test_own_views_are_private_and_shared_ones_are_not(people: People) -> None:
    with database.transaction() as session:
        own = views.create(session, "Mine", "is:mine", actor=people.bob)
        shared = views.create(session, "Urgent", "is:urgent", shared=True, actor=people.bob)
        assert [view.name for view in views.all(session, actor=people.bob)] == ["Mine", "Urgent"]
        assert [view.name for view in views.all(session, actor=people.alice)] == ["Urgent"]
        assert views.all(session, actor=people.charlie) == []
        with pytest.raises(NotFound):
            views.get(session, own.id or 0, actor=people.alice)
        with pytest.raises(NotFound):
            views.delete(session, shared.id or 0, actor=people.charlie)
        with pytest.raises(NotPermitted):
            views.delete(session, shared.id or 0, actor=people.olga)
        views.update(session, own.id or 0, name="Ours", position=9, actor=people.bob)
        assert [view.name for view in views.all(session, actor=people.bob)] == ["Urgent", "Ours"]
        views.delete(session, own.id or 0, actor=people.bob)
        assert [view.name for view in views.all(session, actor=people.bob)] == ["Urgent"]


def test_a_view_is_renamed_to_what_is_free(people: People) -> None:
    heard: list[events.Fact] = []
    stop = events.subscribe(heard.append)
    with database.transaction() as session:
        parts = views.create(session, "Parts", "tag:parts", shared=True, actor=people.bob)
        views.create(session, "Mine", "is:mine", actor=people.bob)
        with pytest.raises(Conflict, match="already a view named MINE"):
            views.update(session, parts.id or 0, name="MINE", actor=people.bob)
        views.update(session, parts.id or 0, name="Mine", actor=people.alice)  # bob's is none of hers
        views.update(session, parts.id or 0, name="mine", actor=people.alice)
        with pytest.raises(NotPermitted):
            views.update(session, parts.id or 0, name="Theirs", actor=people.olga)
        assert [views.may_change(parts, actor=each) for each in (people.alice, people.olga)] == [True, False]
    stop()
    assert heard == [events.ViewsChanged(people.bob.organisation_id)]


@pytest.mark.parametrize(
    ("name", "query", "field"), [(" ", "is:mine", "name"), ("x" * 101, "is:mine", "name"), ("Mine", "", "query")]
)
def test_a_view_needs_a_name_and_a_search(people: People, name: str, query: str, field: str) -> None:
    with database.transaction() as session, pytest.raises(Invalid) as refused:
        views.create(session, name, query, actor=people.bob)
    assert refused.value.field == field
