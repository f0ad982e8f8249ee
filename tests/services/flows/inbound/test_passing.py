"""What an alias forwards, refuses and counts, and what comes back for it."""

import random
from collections import Counter

import pytest
from sqlmodel import col, select

from models import Alias, Correspondent, DisabledPolicy, Message, Outbound, RawMessage
from services import aliases, database
from services.errors import NotFound
from services.mailboxes import Directory
from tests.conftest import People
from tests.services.flows.inbound.conftest import (
    add_alias,
    add_domain,
    file_all,
    letter,
    received,
    receptions,
    send,
    tickets,
)


@pytest.fixture
def domain_id(people: People) -> int:
    with database.transaction() as session:
        return add_domain(session, people.alice.organisation_id, "acme.test")


def alias(people: People, domain_id: int, local: str, mailbox_id: int | None = None, **values: object) -> int:
    with database.transaction() as session:
        return add_alias(session, people.alice.organisation_id, domain_id, local, mailbox_id, **values)


def outgoing() -> list[Outbound]:
    with database.reading() as session:
        return list(session.exec(select(Outbound).order_by(col(Outbound.id))))


def test_an_alias_that_only_forwards_makes_no_conversation(people: People, domain_id: int) -> None:
    number = alias(people, domain_id, "out", forward_to=["sam@x.example", "ben@y.example"])
    assert received(letter("Hi"), "out+tag@acme.test", "OUT@acme.test") is None
    assert tickets() == []
    sent = outgoing()
    assert [row.recipient for row in sent] == ["sam@x.example", "ben@y.example"], "once, whatever its addresses"
    assert {(row.alias_id, row.forwarded_for, row.subject) for row in sent} == {(number, "out@acme.test", "Hi")}
    assert all(row.reverse_path.startswith("SRS0=") for row in sent)
    [one, other] = receptions()
    assert one.step == "send_on" and "sam@x.example, ben@y.example" in one.reason and other.step == "send_on"


def test_one_with_a_queue_forwards_and_files(people: People, domain_id: int) -> None:
    alias(people, domain_id, "both", people.mailbox_id, forward_to=["sam@x.example"])
    message = received(letter(), "both@acme.test")
    assert message is not None and len(outgoing()) == 1
    assert any(line["outcome"] == "forwarded" for line in message.trace)


def test_the_null_reverse_path_stays_null(people: People, domain_id: int) -> None:
    alias(people, domain_id, "out", forward_to=["sam@x.example"])
    received(letter(), "out@acme.test", reverse_path="")
    assert outgoing()[0].reverse_path == ""


@pytest.mark.parametrize("where", ["came back", "too far"])
def test_what_goes_in_circles_stays_here_and_is_not_lost(people: People, domain_id: int, where: str) -> None:
    alias(people, domain_id, "out", forward_to=["sam@x.example"])
    top = b"Delivered-To: out@acme.test\n" if where == "came back" else b"Received: from a by b; now\n" * 26
    message = received(top + letter(), "out@acme.test")
    assert outgoing() == [] and message is not None
    assert tickets()[0].mailbox_id == people.mailbox_id
    assert any(line["step"] == "send_on" and line["outcome"] == "kept here" for line in message.trace)


def test_a_bounce_of_what_we_forwarded_goes_back_to_its_author(people: People, domain_id: int) -> None:
    alias(people, domain_id, "out", forward_to=["sam@x.example"])
    for path in ("Ann@shop.example", "a" * 60 + "@shop.example"):
        received(letter(), "out@acme.test", reverse_path=path)
        rewritten = outgoing()[-1].reverse_path
        assert received(letter("Failure"), rewritten, reverse_path="") is None
        back = outgoing()[-1]
        assert (back.recipient, back.reverse_path, back.alias_id) == (path, "", None)
        assert receptions()[-1].step == "send_on" and path in receptions()[-1].reason
    assert tickets() == []


def test_a_blocked_correspondent_reaches_nobody_at_that_alias(people: People, domain_id: int) -> None:
    support = alias(people, domain_id, "support", people.mailbox_id, forward_to=["sam@x.example"])
    alias(people, domain_id, "sales", people.mailbox_id)
    with database.transaction() as session:
        aliases.block(session, support, "carl@customer.test", actor=people.alice)
    assert received(letter(), "support@acme.test", reverse_path="bounces@list.example") is None
    assert outgoing() == [] and "blocked" in receptions()[-1].reason
    message = received(letter(), "support@acme.test", "sales@acme.test")
    assert message is not None and message.alias_id != support
    assert [each.message_id for each in receptions()[-2:]] == [None, message.id]
    with database.reading() as session:
        assert session.get_one(Alias, support).received_count == 0


@pytest.mark.parametrize("policy", DisabledPolicy)
def test_the_last_message_is_the_last(people: People, domain_id: int, policy: DisabledPolicy) -> None:
    number = alias(people, domain_id, "fair", people.mailbox_id, expires_after=3, disabled_policy=policy)
    for turn in range(5):
        send(letter(f"Entry {turn}"), "fair@acme.test", "fair+x@acme.test")
    file_all()
    assert [ticket.subject for ticket in tickets()] == ["Entry 0", "Entry 1", "Entry 2"]
    told = [row.recipient for row in outgoing()]
    assert told == (["carl@customer.test"] * 2 if policy is DisabledPolicy.REJECT else [])
    with database.reading() as session:
        assert session.get_one(Alias, number).received_count == 3
        directory = Directory()
        directory.load(session)
    if policy is DisabledPolicy.REJECT:
        with pytest.raises(NotFound):
            directory.verify_recipient("fair@acme.test")
    else:
        assert directory.verify_recipient("fair@acme.test").dropped


def test_the_listener_counts_along_before_anything_is_filed(people: People, domain_id: int) -> None:
    alias(people, domain_id, "once", people.mailbox_id, expires_after=1)
    directory = Directory()
    with database.reading() as session:
        directory.load(session)
    directory.verify_recipient("once@acme.test")
    directory.charge(["once@acme.test"], 100)
    with pytest.raises(NotFound):
        directory.verify_recipient("once@acme.test")


def test_correspondents_are_counted_but_not_who_reports_failures(people: People, domain_id: int) -> None:
    number = alias(people, domain_id, "support", people.mailbox_id)
    for author in ("Carl <Carl@Customer.test>", "carl@customer.test", "MAILER-DAEMON@customer.test"):
        send(letter(author=author), "support@acme.test", reverse_path="")
    file_all()
    with database.reading() as session:
        found = {row.address: row.received_count for row in session.exec(select(Correspondent))}
        assert session.get_one(Alias, number).received_count == 3
    assert "mailer-daemon@customer.test" not in found


def test_every_mail_ends_in_exactly_its_queues_and_forwards(people: People, domain_id: int) -> None:
    """RELIABILITY B8 for aliases: random ones, random mail, and an oracle that follows each address by itself."""
    choose = random.Random(20261121)
    made: dict[str, tuple[bool, list[str], bool]] = {}
    for number in range(60):
        outside = [f"f{choose.randrange(9)}@x.example" for _ in range(choose.randrange(3))]
        outside = list(dict.fromkeys(outside))
        has_queue, is_silent = choose.random() < 0.6 or not outside, choose.random() < 0.15
        values = {"forward_to": outside, "disabled_policy": DisabledPolicy.DROP if is_silent else DisabledPolicy.REJECT}
        values |= {"expires_after": 1, "received_count": 1} if is_silent else {}
        alias(people, domain_id, f"a{number}", people.mailbox_id if has_queue else None, **values)
        made[f"a{number}@acme.test"] = (has_queue, outside, is_silent)
    expected: Counter[tuple[str, str]] = Counter()
    for number in range(300):
        recipients = choose.sample(sorted(made), choose.randrange(1, 5))
        send(letter(f"Mail {number}", message_id=f"<{number}@x>"), *recipients)
        taking = [made[each] for each in recipients if not made[each][2]]
        expected.update((f"<{number}@x>", target) for _, outside, _ in taking for target in outside)
        expected[f"<{number}@x>", "here"] += any(has_queue for has_queue, _, _ in taking)
    file_all()
    found: Counter[tuple[str, str]] = Counter()
    with database.reading() as session:
        for row, content in session.exec(select(Outbound, RawMessage.content).join(RawMessage)):
            found[content.partition(b"Message-ID: ")[2].split()[0].decode(), row.recipient] += 1
        for message in session.exec(select(Message)):
            found[message.message_id, "here"] += 1
    assert found == +expected
    assert all(each.step for each in receptions()), "each says where it ended"
