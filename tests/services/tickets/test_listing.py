"""Folders, pages and counts."""

from datetime import timedelta

import pytest

from models import DraftKind
from services import clock, database, drafts, tickets, views
from services.access import Actor
from services.errors import NotFound
from services.tickets import View, listing
from tests.conftest import People
from tests.services.tickets.made import ticket

pytestmark = pytest.mark.usefixtures("post")


def ids(view: str, actor: Actor, **more: object) -> list[int]:
    with database.reading() as session:
        return [row.id for row in tickets.listed(session, view=View.parse(view), actor=actor, **more)]  # type: ignore[arg-type]


def test_each_folder_holds_what_its_name_says(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    free, mine, theirs, waiting, snoozed, done, spam, trash = (ticket() for _ in range(8))
    bob, alice = people.bob, people.alice
    with database.transaction() as session:
        tickets.claim(session, mine, actor=bob)
        tickets.claim(session, theirs, actor=alice)
        tickets.set_status(session, waiting, "waiting", actor=bob)
        tickets.snooze(session, snoozed, clock.now() + timedelta(days=1), actor=bob)
        tickets.set_status(session, done, "closed", actor=bob)
        tickets.set_status(session, spam, "spam", actor=bob)
        tickets.delete(session, trash, actor=bob)
        tag = [tickets.tag(session, each, "vip", actor=bob) for each in (free, done)]
        assert all(each.event_id for each in tag)
        drafts.start(session, DraftKind.REPLY, ticket_id=waiting, actor=bob)
        view = views.create(session, "Mine", "is:mine", actor=bob)
        tag_id = tickets.tags(session, actor=bob)[0].id
    expected = {
        "inbox": [theirs, mine, free],
        "unassigned": [free],
        "mine": [mine],
        "assigned": [theirs, mine],
        "waiting": [waiting],
        "snoozed": [snoozed],
        "done": [done],
        "spam": [spam],
        "trash": [trash],
        "all": [done, snoozed, waiting, theirs, mine, free],
        "drafts": [waiting],
        "sent": [],
        "starred": [],
        f"tag:{tag_id}": [done, free],
        f"mailbox:{people.mailbox_id}": [theirs, mine, free],
        f"saved:{view.id}": [mine],
    }
    assert {name: ids(name, bob) for name in expected} == expected
    assert all(ids(name, people.charlie) == [] for name in expected if not name.startswith("saved"))
    monkeypatch.setattr(listing, "FEW", 0)
    assert ids(f"tag:{tag_id}", bob) == [done, free]
    with database.reading() as session:
        counts = tickets.counts(session, actor=bob)
    assert (counts["inbox"], counts["mine"], counts["drafts"], counts[f"mailbox:{people.mailbox_id}"]) == (3, 1, 1, 3)


@pytest.mark.parametrize("view", ["inbox", "all"])
def test_pages_follow_each_other_without_gap_or_repeat(people: People, view: str) -> None:
    with clock.stopped(clock.now()):  # all at the same moment: the id decides
        made = [ticket() for _ in range(7)]
    seen: list[int] = []
    before = None
    with database.reading() as session:
        while rows := tickets.listed(session, view=View.parse(view), before=before, limit=3, actor=people.bob):
            seen += [row.id for row in rows]
            before = rows[-1].cursor
    assert seen == made[::-1]


@pytest.mark.parametrize("text", ["", "nonsense", "mailbox", "mailbox:x", "inbox:1", "saved:99"])
def test_folders_that_are_none(people: People, text: str) -> None:
    with pytest.raises(NotFound):
        ids(text, people.bob)
