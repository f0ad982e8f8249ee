"""Folders, pages and counts."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session

from models import DraftKind, PresenceState
from services import clock, database, drafts, presence, tickets, views
from services.access import Actor
from services.errors import NotFound, NotPermitted
from services.tickets import View, ViewKind, listing
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
        begun = drafts.start(session, DraftKind.REPLY, ticket_id=waiting, actor=bob)
        drafts.save(session, begun.id or 0, drafts.Writing(text="Dear"), version=1, actor=bob)
        drafts.start(session, DraftKind.REPLY, ticket_id=free, actor=bob)  # nothing is written in it
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


def test_asking_together_is_asking_alone_for_each(people: People) -> None:
    free, claimed, starred, done = (ticket() for _ in range(4))
    bob, alice, olga = people.bob, people.alice, people.olga
    with database.transaction() as session:
        tickets.claim(session, claimed, actor=bob)
        tickets.mark_read(session, free, actor=alice)
        tickets.star(session, starred, starred=True, actor=olga)
        tickets.set_status(session, done, "closed", actor=bob)
        tickets.note(session, free, "Look @Alice", mentions=[alice.user_id or 0], actor=bob)
        tickets.tag(session, done, "vip", actor=bob)
        with clock.stopped(clock.now() + timedelta(hours=1)):  # which no reading of this test outlasts
            presence.heartbeat(session, free, state=PresenceState.TYPING, actor=olga)
        drafts.start(session, DraftKind.REPLY, ticket_id=free, actor=bob)
        tag_id = tickets.tags(session, actor=bob)[0].id
    folders = [str(kind) for kind in ViewKind if kind not in (ViewKind.MAILBOX, ViewKind.TAG, ViewKind.SAVED)]
    actors = [bob, alice, olga, bob]
    with database.reading() as session:
        for view in map(View.parse, [*folders, f"tag:{tag_id}", f"mailbox:{people.mailbox_id}"]):
            alone = [tickets.listed(session, view=view, actor=actor) for actor in actors]
            assert tickets.listed_together(session, view=view, actors=actors) == alone, view
        counts = [tickets.counts(session, actor=actor) for actor in actors]
        assert tickets.counts_together(session, actors=actors) == counts
    assert [(each["mine"], each["starred"], each["mentions"]) for each in counts] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (1, 0, 0),
    ]


def test_what_looks_the_same_to_several_is_one_row(people: People) -> None:
    read, unread = ticket(), ticket()
    with database.transaction() as session:
        tickets.mark_read(session, read, actor=people.alice)
        bobs, alices = tickets.listed_together(session, view=View(ViewKind.INBOX), actors=[people.bob, people.alice])
    assert [row.id for row in bobs] == [unread, read]
    assert bobs[0] is alices[0]
    assert (bobs[1].unread, alices[1].unread) == (True, False)


def test_nobody_asks_together_with_strangers_or_without_permission(people: People, session: Session) -> None:
    powerless = replace(people.bob, scopes=frozenset())
    for read in (partial(tickets.listed_together, view=View(ViewKind.INBOX)), tickets.counts_together):
        with pytest.raises(ValueError):
            read(session, actors=[people.bob, people.charlie])
        with pytest.raises(NotPermitted):
            read(session, actors=[people.bob, powerless])
