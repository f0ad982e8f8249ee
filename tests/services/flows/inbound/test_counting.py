"""What a mailbox holds is counted with the filing, given back with the trash, and exact with many filing at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import Mailbox, Message, Ticket
from services import clock, database, mailboxes, notices, trash
from services.mailboxes import directory
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, letter, received, send

pytestmark = pytest.mark.usefixtures("post")


def held(people: People) -> tuple[int, int]:
    with database.reading() as session:
        box = session.get_one(Mailbox, people.mailbox_id)
        return box.used_messages, box.used_bytes


def test_each_filed_message_counts_once(people: People) -> None:
    first = received(letter(message_id="<one@customer.test>"))
    assert first is not None and first.mailbox_id == people.mailbox_id and held(people) == (1, first.size)
    received(letter(message_id="<one@customer.test>"), "support@acme.test", "sales@acme.test")
    assert held(people)[0] == 1, "a copy is no second message"
    received(letter(), "support@acme.test", "hello@other.test")
    assert held(people)[0] == 2


def test_many_filing_at_once(people: People) -> None:
    for _ in range(40):
        send(letter())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: file_all(), range(4)))
    with database.reading() as session:
        sizes = session.exec(select(Message.size).where(col(Message.mailbox_id) == people.mailbox_id)).all()
    assert held(people) == (40, sum(sizes))


def test_room_comes_back_with_the_trash(people: People) -> None:
    kept, gone = received(letter("Stays")), received(letter("Goes"))
    assert kept and gone
    with database.transaction() as session:
        session.get_one(Ticket, gone.ticket_id).deleted_at = clock.now() - timedelta(days=31)
    with database.transaction() as session:
        assert trash.empty(session)
    assert held(people) == (1, kept.size)


def test_a_mailbox_that_fills_up_is_noted(people: People) -> None:
    with database.transaction() as session:
        mailboxes.update(session, people.mailbox_id, quota=1, actor=people.alice)
        before = directory._version(session)
    received(letter(text="x" * 70 + "\n" + ("y" * 70 + "\n") * 15_000))
    with database.reading() as session:
        (notice,) = notices.current(session, actor=people.alice)
        assert directory._version(session) > before, "listeners read it again"
    assert notice.title == "The mailbox Support is full"
