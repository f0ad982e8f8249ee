"""Messages as one flat list: which folder each is in, and what the reader knows of it."""

import pytest

from services import database, emails, ids, replies, tickets
from services.access import Actor
from services.emails import Choice, EmailFolder
from services.errors import NotFound, NotPermitted
from tests.api.mail import arrive, open_address
from tests.conftest import People


def listed(actor: Actor, **options: object) -> list[tuple[str, str]]:
    with database.reading() as session:
        found, total = emails.page(session, Choice(**options), actor=actor)  # type: ignore[arg-type]
    assert total == len(found)
    return [(each.message.subject, each.folder.value) for each in found]


@pytest.fixture
def ticket_id(people: People) -> int:
    arrive(open_address(people))
    with database.transaction() as session:
        found, _ = tickets.page(session, tickets.Choice(), actor=people.bob)
        replies.answer(session, found[0].id, text="On its way.", actor=people.bob)
        return found[0].id


def test_folder_follows_the_ticket(people: People, ticket_id: int) -> None:
    assert listed(people.olga) == [("Re: Lamp", "sent"), ("Lamp", "inbox")]
    for status, folder in (("closed", EmailFolder.ARCHIVE), ("spam", EmailFolder.SPAM)):
        with database.transaction() as session:
            tickets.set_status(session, ticket_id, status, actor=people.bob)
        assert listed(people.olga, folder=folder) == [("Lamp", folder.value)]
        assert listed(people.olga, folder=EmailFolder.INBOX) == []
    assert listed(people.olga) == []  # spam stays out
    with database.transaction() as session:
        tickets.delete(session, ticket_id, actor=people.bob)
    assert listed(people.olga, folder=EmailFolder.TRASH) == [("Re: Lamp", "trash"), ("Lamp", "trash")]
    assert listed(people.olga, folder=EmailFolder.SENT) == []


def test_reader_s_own_marks(people: People, ticket_id: int) -> None:
    with database.transaction() as session:
        tickets.mark_read(session, ticket_id, actor=people.bob)
        tickets.star(session, ticket_id, actor=people.bob)
        tickets.tag(session, ticket_id, "billing", actor=people.bob)
    for actor, unread, starred in ((people.bob, False, True), (people.olga, True, False)):
        with database.reading() as session:
            found, _ = emails.page(session, Choice(folder=EmailFolder.INBOX), actor=actor)
        assert (found[0].unread, found[0].starred, found[0].labels) == (unread, starred, ("billing",))


def test_notes_are_no_emails(people: People, ticket_id: int) -> None:
    with database.transaction() as session:
        tickets.note(session, ticket_id, "Ask the depot", actor=people.bob)
        note = tickets.get(session, ticket_id, actor=people.bob).entries[-1].id
    assert ("Ask the depot") not in str(listed(people.bob))
    with database.reading() as session, pytest.raises(NotFound):
        emails.get(session, note, actor=people.bob)


def test_words_and_operators(people: People, ticket_id: int) -> None:
    assert listed(people.bob, q="flickers") == [("Lamp", "inbox")]
    assert listed(people.bob, q="is:waiting lamp") == [("Re: Lamp", "sent"), ("Lamp", "inbox")]
    assert listed(people.bob, q="is:closed lamp") == []
    assert listed(people.charlie, q="lamp") == []
    assert listed(people.bob, q='"(') is not None and listed(people.bob, author="%\x00") == []


def test_api_key_without_the_scope_reads_nothing(people: People, ticket_id: int) -> None:
    bob = people.bob
    key = Actor(bob.organisation_id, bob.user_id, bob.role, bob.name, bob.email, frozenset({"tickets:read"}))
    with database.reading() as session, pytest.raises(NotPermitted):
        emails.page(session, Choice(), actor=key)


def test_pages_of_tickets(people: People) -> None:
    address = open_address(people)
    for number in range(3):
        arrive(address, subject=f"Lamp {number}", author=f"c{number}@customer.example")
    with database.reading() as session:
        found, total = tickets.page(session, tickets.Choice(), number=2, limit=2, actor=people.olga)
        assert ([row.subject for row in found], total) == (["Lamp 0"], 3)
        nobody = tickets.Choice(assignee_id=0, correspondent="C1@customer.example")
        assert [row.subject for row in tickets.page(session, nobody, actor=people.olga)[0]] == ["Lamp 1"]
        assert tickets.page(session, tickets.Choice(assignee_id=people.bob.user_id), actor=people.olga) == ([], 0)
        assert tickets.page(session, tickets.Choice(), actor=people.charlie) == ([], 0)
    assert ids.encode("ticket", found[0].id).startswith("ticket_")
