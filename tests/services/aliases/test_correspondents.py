"""Who writes to an alias and is written to, and the block that refuses them."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models import Alias, Correspondent
from services import aliases, clock, database, replies
from services.aliases import Exchange
from services.errors import Invalid, NotFound, NotPermitted
from services.mailboxes import Directory
from tests.conftest import People
from tests.services.desk import Desk, desk

__all__ = ["desk"]


def counts(session: Session, alias_id: int, people: People) -> dict[str, tuple[int, int]]:
    rows, _ = aliases.correspondents(session, alias_id, actor=people.olga)
    return {row.address: (row.received_count, row.sent_count) for row in rows}


def test_an_answer_counts_everybody_it_goes_to_once(desk: Desk, session: Session) -> None:
    alice = desk.people.alice
    for _ in range(2):
        replies.answer(
            session,
            desk.ticket_id,
            text="Yes.",
            cc=["Boss@Customer.example"],
            bcc=["spy@customer.example"],
            actor=alice,
        )
    found = counts(session, desk.alias_id, desk.people)
    assert found == {f"{name}@customer.example": (0, 2) for name in ("juergen", "boss", "spy")}
    assert session.get_one(Alias, desk.alias_id).sent_count == 2


def test_newest_first_by_page_and_search(desk: Desk, session: Session) -> None:
    organisation_id, now = desk.people.alice.organisation_id, clock.now()
    exchanges = [
        Exchange(desk.alias_id, f"c{n}@x.example", organisation_id, now - timedelta(days=n), received_count=n)
        for n in range(5)
    ]
    aliases.record(session.connection(), exchanges)
    rows, total = aliases.correspondents(session, desk.alias_id, number=2, limit=2, actor=desk.people.olga)
    assert [row.address for row in rows] == ["c2@x.example", "c3@x.example"] and total == 5
    assert aliases.correspondents(session, desk.alias_id, q="C4", actor=desk.people.olga)[1] == 1
    assert aliases.correspondents(session, desk.alias_id, q="%", actor=desk.people.olga)[1] == 0


def test_block_and_unblock_are_known_to_the_listener(desk: Desk) -> None:
    alice = desk.people.alice
    directory = Directory()
    for act in (aliases.block, aliases.block, aliases.unblock):
        with database.transaction() as session:
            row = act(session, desk.alias_id, " Pest@Spam.example", actor=alice)
            assert row.address == "pest@spam.example" and bool(row.blocked_at) is (act is aliases.block)
        with database.reading() as session:
            directory.load(session)
            only_blocked = aliases.correspondents(session, desk.alias_id, blocked=True, actor=alice)[1]
        assert only_blocked == (act is aliases.block)
        if act is aliases.block:
            with pytest.raises(NotPermitted):
                directory.verify_recipient("support@acme.test", reverse_path="pest@spam.example")
    directory.verify_recipient("support@acme.test", reverse_path="pest@spam.example")


def test_bad_and_foreign_are_refused(desk: Desk, session: Session) -> None:
    people = desk.people
    with pytest.raises(Invalid):
        aliases.block(session, desk.alias_id, "nobody", actor=people.alice)
    with pytest.raises(NotPermitted):
        aliases.block(session, desk.alias_id, "a@b.example", actor=people.bob)
    for work in (
        lambda: aliases.block(session, desk.alias_id, "a@b.example", actor=people.charlie),
        lambda: aliases.correspondents(session, desk.alias_id, actor=people.charlie),
    ):
        with pytest.raises(NotFound):
            work()
    assert session.get(Correspondent, (desk.alias_id, "a@b.example")) is None
