"""Saved views: one's own and the team's."""

import pytest

from services import database, views
from services.errors import Invalid, NotFound, NotPermitted
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


@pytest.mark.parametrize(("name", "query", "field"), [(" ", "is:mine", "name"), ("Mine", "", "query")])
def test_a_view_needs_a_name_and_a_search(people: People, name: str, query: str, field: str) -> None:
    with database.transaction() as session, pytest.raises(Invalid) as refused:
        views.create(session, name, query, actor=people.bob)
    assert refused.value.field == field
