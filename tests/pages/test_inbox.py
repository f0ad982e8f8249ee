"""The inbox without a browser: what it is drawn with, what its events do, and for whom."""

from datetime import timedelta
from typing import Any

import pytest

from components.conversation_list import ConversationList
from components.conversation_view import ConversationView
from components.folder_list import FolderList
from components.toasts import Toasts
from models import DraftKind, TargetKind, Ticket, TicketStatus, TicketTarget
from services import clock, database, drafts, ids, tickets, views
from services.access import Actor
from tests.conftest import People
from tests.pages.conftest import Web, until

MOST_ELEMENTS = 75


def ticket(actor: Actor, number: int, subject: str, **fields: Any) -> int:
    with database.transaction() as session:
        now = clock.now()
        made = Ticket(
            organisation_id=actor.organisation_id,
            number=number,
            subject=subject,
            correspondent="zoe@globex.test",
            active_at=now,
            created_at=now,
            last_inbound_at=now,
            **fields,
        )
        session.add(made)
        session.flush()
        return made.id or 0


def state(screen: Any, kind: type) -> dict[str, Any]:
    [element] = screen.find(kind).elements
    found: dict[str, Any] = element.props["initial"]
    return found


def subjects(screen: Any) -> list[str]:
    return [row["subject"] for row in state(screen, ConversationList)["rows"]]


def status_of(ticket_id: int) -> TicketStatus:
    with database.reading() as session:
        return session.get_one(Ticket, ticket_id).status


async def test_the_newest_on_top_with_counts_and_few_elements(web: Web, acme: People) -> None:
    ticket(acme.alice, 1, "First")
    ticket(acme.alice, 2, "Second", assignee_id=acme.bob.user_id)
    ticket(acme.charlie, 1, "Foreign")
    screen = web.screen(acme.bob)
    client = await screen.open("/")
    assert subjects(screen) == ["Second", "First"]
    counts = state(screen, FolderList)["counts"]
    assert (counts["inbox"], counts["unassigned"], counts["mine"]) == (2, 1, 1)
    assert len(client.elements) <= MOST_ELEMENTS


async def test_folders_and_tickets_have_addresses(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Linked", assignee_id=acme.alice.user_id)
    screen = web.screen(acme.bob)
    await screen.open("/inbox/mine")
    assert subjects(screen) == []
    await screen.open(f"/t/{ids.encode('ticket', number)}?folder=assigned")
    assert state(screen, ConversationView)["c"]["subject"] == "Linked"
    assert subjects(screen) == ["Linked"]


@pytest.mark.parametrize("path", ["/t/ticket_nonsense", "/inbox/nowhere", "/inbox/saved:99", "/inbox/mailbox:x"])
async def test_what_does_not_exist_shows_the_inbox(web: Web, acme: People, path: str) -> None:
    screen = web.screen(acme.bob)
    await screen.open(path)
    assert state(screen, ConversationView)["c"] is None
    assert state(screen, ConversationList)["view"] == "inbox"


async def test_a_foreign_ticket_is_not_shown(web: Web, acme: People) -> None:
    number = ticket(acme.charlie, 1, "Foreign")
    screen = web.screen(acme.bob)
    await screen.open(f"/t/{ids.encode('ticket', number)}")
    assert state(screen, ConversationView)["c"] is None


async def test_claiming_and_closing(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Mine soon")
    screen = web.screen(acme.bob)
    await screen.open(f"/t/{ids.encode('ticket', number)}")
    screen.find(ConversationView).trigger("act", {"ticket": number, "verb": "claim", "value": None})
    await until(lambda: status_of(number) is TicketStatus.IN_PROGRESS)
    screen.find(ConversationList).trigger("act", {"ids": [number], "verb": "close", "value": None})
    await until(lambda: status_of(number) is TicketStatus.CLOSED)


async def test_a_mark_of_ones_own_is_said_and_undone(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Marked")
    screen = web.screen(acme.olga)  # who only observes has marks too
    await screen.open("/")
    [toasts] = screen.find(Toasts).elements
    told: list[str] = []
    toasts.run_method = lambda _, toast: told.append(toast["text"])  # type: ignore[method-assign]
    for verb, value in (("star", True), ("read", None), ("follow", True)):
        screen.find(ConversationList).trigger("act", {"ids": [number], "verb": verb, "value": value})
    await until(lambda: sorted(told) == ["Following", "Marked read", "Starred"])  # they do not wait for each other
    for toast in (1, 2, 3):
        screen.find(Toasts).trigger("undo", toast)
    await until(lambda: told[3:] == ["Undone"] * 3)
    with database.reading() as session:
        shown = tickets.get(session, number, actor=acme.olga)
        assert (shown.starred, shown.unread, shown.followers) == (False, True, ())


@pytest.mark.parametrize(
    "asked",
    [
        {"ids": ["x"], "verb": "close"},
        {"ids": 1, "verb": "unread"},
        {"ids": [1], "verb": "__class__"},
        {"ids": [1], "verb": "snooze", "value": {"until": "soon"}},
        {"ids": [1], "verb": "assign", "value": {"a": 1}},
        {"ids": [1], "verb": "merge", "value": "x"},
    ],
)
async def test_what_no_pane_sends_is_refused_in_words(web: Web, acme: People, asked: dict[str, Any]) -> None:
    ticket(acme.alice, 1, "Untouched")
    screen = web.screen(acme.bob)
    await screen.open("/")
    screen.find(ConversationList).trigger("act", asked)
    await screen.should_see("This cannot be done.")


async def test_an_observer_looks_and_touches_nothing(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Watched")
    screen = web.screen(acme.olga)
    await screen.open("/")
    assert state(screen, ConversationList)["worker"] is False
    screen.find(ConversationList).trigger("act", {"ids": [number], "verb": "close", "value": None})
    await screen.should_see("Your role (observer) may not do this.")
    assert status_of(number) is TicketStatus.OPEN


async def test_a_search_and_a_saved_one(web: Web, acme: People) -> None:
    with database.transaction() as session:
        kept = views.create(session, "Nothing yet", "subject:nothing", actor=acme.bob)
    screen = web.screen(acme.bob)
    await screen.open(f"/inbox/saved:{kept.id}")
    found = state(screen, ConversationList)
    assert (found["title"], found["rows"]) == ("Nothing yet", [])
    await screen.open("/?q=tag:none")
    found = state(screen, ConversationList)
    assert (found["view"], found["query"]) == ("inbox", "tag:none")
    assert found["empty"]["text"] == "There is no tag “none”."


async def test_my_draft_opens_with_its_ticket(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Half answered")
    with database.transaction() as session:
        begun = drafts.start(session, DraftKind.NOTE, ticket_id=number, actor=acme.bob)
        drafts.save(session, begun.id or 0, drafts.Writing(text="Half"), version=1, actor=acme.bob)
    for actor, composing in ((acme.bob, True), (acme.alice, False)):
        screen = web.screen(actor)
        await screen.open(f"/t/{ids.encode('ticket', number)}")
        assert state(screen, ConversationView)["composing"] is composing


async def test_opening_reads(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Unread")
    screen = web.screen(acme.bob)
    await screen.open("/")
    assert state(screen, ConversationList)["rows"][0]["unread"]
    screen.find(ConversationList).trigger("open", number)

    def is_read() -> bool:
        with database.reading() as session:
            return not tickets.get(session, number, actor=acme.bob).unread

    await until(is_read)


async def test_what_was_promised_presses_in_the_list(web: Web, acme: People) -> None:
    number = ticket(acme.bob, 1, "Where is it?")
    due = clock.now() + timedelta(minutes=5)
    whose = {"organisation_id": acme.bob.organisation_id, "ticket_id": number}
    with database.transaction() as session:
        session.add(TicketTarget(**whose, kind=TargetKind.FIRST, minutes=60, due_at=due))
    screen = web.screen(acme.bob)
    await screen.open(f"/t/{ids.encode('ticket', number)}")
    [row] = state(screen, ConversationList)["rows"]
    [promise] = state(screen, ConversationView)["c"]["promises"]
    assert (row["due"], row["amber"]) == (due.isoformat(), (due - timedelta(minutes=15)).isoformat())
    assert promise["state"] == "soon"
