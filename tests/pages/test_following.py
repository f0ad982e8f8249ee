"""Open inboxes of several people told of the same news: each of what they may see, marked as theirs."""

import json
import re
from typing import Any

from components.conversation_list import ConversationList
from models import MemberStatus, Role, User
from services import clock, database, events, presence, tickets
from services.access import Actor
from services.events import TicketChanged
from tests.conftest import People
from tests.pages.conftest import Web, until
from tests.pages.test_inbox import ticket

SYNC = re.compile(r'"sync",\s*\[(\{.*\})\]\)')


def synced(client: Any) -> list[dict[str, Any]]:
    """What the list of this browser was told since it was drawn."""
    codes = [data["code"] for _, _, (_, kind, data) in client.outbox.message_history if kind == "run_javascript"]
    return [json.loads(told[1]) for code in codes if (told := SYNC.search(code))]


def rows(client: Any) -> dict[str, dict[str, Any]]:
    """The rows that came with it, by subject."""
    return {row["subject"]: row for each in synced(client) for row in each["rows"]}


def change(number: int, actor: Actor) -> None:
    with database.transaction() as session:
        events.record(session, TicketChanged(actor.organisation_id, number))


async def test_news_reach_everybody_of_the_organisation_and_nobody_else(web: Web, acme: People) -> None:
    told = {who.name: await web.screen(who).open("/") for who in (acme.alice, acme.bob, acme.olga, acme.charlie)}
    change(ticket(acme.alice, 1, "Ours"), acme.alice)
    change(ticket(acme.charlie, 1, "Theirs"), acme.charlie)
    await until(lambda: all(rows(client) for client in told.values()))
    assert {name: list(rows(client)) for name, client in told.items()} == {
        "Alice": ["Ours"],
        "Bob": ["Ours"],
        "Olga": ["Ours"],
        "Charlie": ["Theirs"],
    }


async def test_each_is_told_what_is_theirs_of_a_row(web: Web, acme: People) -> None:
    told = {who.name: await web.screen(who).open("/") for who in (acme.alice, acme.bob)}
    number = ticket(acme.alice, 1, "Ours", assignee_id=acme.bob.user_id)
    with clock.stopped(clock.now()):  # who looks is forgotten soon
        with database.transaction() as session:
            tickets.mark_read(session, number, actor=acme.alice)
            tickets.star(session, number, starred=True, actor=acme.bob)
            presence.heartbeat(session, number, state=presence.PresenceState.VIEWING, actor=acme.alice)
            events.record(session, TicketChanged(acme.alice.organisation_id, number))
        await until(lambda: all(rows(client) for client in told.values()))
    seen = {name: rows(client)["Ours"] for name, client in told.items()}
    assert [(row["unread"], row["starred"]) for row in seen.values()] == [(False, False), (True, True)]
    assert [[each["name"] for each in row["presence"]] for row in seen.values()] == [[], ["Alice"]]


async def test_my_folder_stays_mine(web: Web, acme: People) -> None:
    told = {who.name: await web.screen(who).open("/inbox/mine") for who in (acme.alice, acme.bob)}
    for number, who in enumerate((acme.alice, acme.bob), start=1):
        change(ticket(who, number, f"{who.name}'s", assignee_id=who.user_id), who)
    await until(lambda: all(rows(client) for client in told.values()))
    assert {name: list(rows(client)) for name, client in told.items()} == {"Alice": ["Alice's"], "Bob": ["Bob's"]}


async def test_who_was_removed_hears_nothing_more(web: Web, acme: People) -> None:
    told = {who.name: await web.screen(who).open("/") for who in (acme.alice, acme.bob, acme.olga)}
    with database.transaction() as session:
        session.get_one(User, acme.bob.user_id).status = MemberStatus.REMOVED
        session.get_one(User, acme.olga.user_id).role = Role.AGENT
    change(ticket(acme.alice, 1, "Ours"), acme.alice)
    await until(lambda: rows(told["Alice"]) and rows(told["Olga"]))
    assert rows(told["Bob"]) == {}


async def test_rows_whose_act_failed_come_back_at_once(web: Web, acme: People) -> None:
    numbers = [ticket(acme.alice, number, f"No. {number}") for number in range(1, 71)]
    screen = web.screen(acme.olga)
    client = await screen.open("/")
    screen.find(ConversationList).trigger("more")
    await until(lambda: "append" in str(client.outbox.message_history))
    screen.find(ConversationList).trigger("act", {"ids": [numbers[-1], numbers[0]], "verb": "close", "value": None})
    await screen.should_see("Your role (observer) may not do this.")
    await until(lambda: list(rows(client)) == ["No. 70", "No. 1"])
    assert synced(client)[-1]["order"] == numbers[::-1]


async def test_what_was_missed_comes_with_the_connection(web: Web, acme: People) -> None:
    """Mail filed while a page is drawn, or while the browser is away, is told to nobody."""
    client = await web.screen(acme.bob).open("/inbox/unassigned")
    ticket(acme.alice, 1, "Missed")
    for connected in client.connect_handlers:
        client.safe_invoke(connected)
    await until(lambda: "Missed" in rows(client))
