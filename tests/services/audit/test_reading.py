"""The audit narrowed, paged, kept to who may read it, and saved for a spreadsheet."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from models import Role
from services import audit, clock, database, organisations, team
from services.audit import Filter
from services.errors import NotFound, NotPermitted
from tests.conftest import People
from tests.services.audit.test_recording import do


def names(people: People, wanted: Filter) -> list[str]:
    with database.reading() as session:
        return [audit.sentence(each) for each in audit.entries(session, wanted, actor=people.alice).entries]


@pytest.fixture
def story(people: People) -> People:
    with clock.ahead(timedelta(days=1)):
        do(people.alice, organisations.update, name="Acme Two")
    with clock.ahead(timedelta(days=2)):
        do(people.alice, team.change_role, people.bob.user_id, "admin")
    with clock.ahead(timedelta(days=3)):
        do(replace(people.bob, role=Role.ADMIN), organisations.update, name="=Bob's")
    return people


def test_each_filter_narrows(story: People) -> None:
    renamed, promoted, bobs = (
        "changed organisation Acme Two: name Acme → Acme Two",
        "changed member bob@people.test: role agent → admin",
        "changed organisation =Bob's: name Acme Two → =Bob's",
    )
    later = clock.now() + timedelta(hours=36)
    assert names(story, Filter(since=later)) == [bobs, promoted]
    assert names(story, Filter(since=later, until=later + timedelta(days=1))) == [promoted]
    assert names(story, Filter(member_id=story.bob.user_id, subject="organisation")) == [bobs]
    assert names(story, Filter(subject="organisation", since=clock.now() + timedelta(hours=1))) == [bobs, renamed]
    assert names(story, Filter(q="ADMIN")) == [promoted]
    assert names(story, Filter(q="acme two")) == [bobs, renamed]
    assert names(story, Filter(q="100%")) == []
    assert names(story, Filter(member_id=story.charlie.user_id)) == []
    with database.reading() as session:
        assert list(audit.members(session, actor=story.alice).values()) == ["Alice", "Bob", "Olga"]


def test_pages_meet_without_a_gap(story: People) -> None:
    seen: list[int | None] = []
    before = None
    with database.reading() as session:
        whole = [each.id for each in audit.entries(session, actor=story.alice).entries]
        while True:
            page = audit.entries(session, before=before, limit=2, actor=story.alice)
            seen += [each.id for each in page.entries]
            before = page.before
            if before is None:
                break
    assert seen == whole and len(whole) >= 6


def test_only_who_may_reads_it(story: People) -> None:
    with database.reading() as session:
        entry = audit.entries(session, actor=story.alice).entries[0]
        assert audit.get(session, entry.id or 0, actor=story.alice).id == entry.id
        with pytest.raises(NotFound):
            audit.get(session, entry.id or 0, actor=story.charlie)
        for refused in (story.bob, story.olga):  # bob came as an agent
            with pytest.raises(NotPermitted):
                audit.entries(session, actor=refused)


def test_a_spreadsheet_runs_nothing_of_it(story: People) -> None:
    with database.reading() as session:
        found = audit.entries(session, actor=story.alice).entries
    table = list(csv.DictReader(io.StringIO(audit.heading() + audit.lines(found))))
    assert table[0]["name"] == "'=Bob's" and table[0]["who"] == "Bob" and table[0]["kind"] == "organisation"
    assert table[0]["before"] == '{"name": "Acme Two"}' and table[0]["at"].endswith("Z")
    assert len(table) == len(found)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row.values())
