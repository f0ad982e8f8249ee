"""From the queue to the next server: signed, once, in order, and every answer written down."""

import asyncio
import json
from datetime import timedelta
from itertools import accumulate

import dkim as dkimpy
import pytest
from sqlmodel import col, select, update

from models import (
    CapturedMessage,
    Direction,
    IntegrationType,
    Message,
    Outbound,
    OutboundStatus,
    RawMessage,
    Reception,
    Ticket,
    TicketStatus,
    WebhookDelivery,
)
from services import clock, database, integrations, outbound, replies, webhooks
from services.flows import inbound
from services.flows.delivery import SCHEDULE, Worker, claim, recover
from services.flows.delivery.recording import record
from services.flows.relay import Capture, Parcel, Receipt
from services.flows.relay.receipt import failed, replied
from services.mail import dkim
from tests.conftest import People
from tests.services.desk import Desk, add_alias
from tests.services.flows.delivery.conftest import KEY, MAIL, Recording, attempts, deliver, enqueue, rows

OK = replied(250, "2.0.0 queued as 4711", host="mx.example.org", tls="TLSv1.3")
LATER = replied(451, "4.7.1 greylisted, come back", host="mx.example.org")
NEVER = replied(550, "5.1.1 no such user", host="mx.example.org")


async def test_delivered_with_the_servers_words(acme: People) -> None:
    [row_id] = enqueue(acme)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    [row] = rows()
    assert row.status is OutboundStatus.DELIVERED and row.delivered_at and row.attempts == 1
    assert (row.reply_code, row.enhanced_code, row.reply) == (250, "2.0.0", "queued as 4711")
    [attempt] = attempts(row_id)
    assert (attempt.status, attempt.host, attempt.tls) == (OutboundStatus.DELIVERED, "mx.example.org", "TLSv1.3")


class Slow(Recording):
    """A relay whose server takes its time, as all that are far away do."""

    async def transmit(self, parcel: Parcel) -> Receipt:
        await asyncio.sleep(0.02 * (1 + parcel.outbound_id % 3))
        return await super().transmit(parcel)


async def test_no_receipt_of_a_slow_server_is_lost(acme: People) -> None:
    enqueue(acme, *(f"r{n}@example.org" for n in range(6)))
    relay = Slow(lambda parcel: OK)
    await deliver(relay)
    assert [row.status for row in rows()] == [OutboundStatus.DELIVERED] * 6
    assert len(relay.parcels) == 6


async def test_signed_by_the_authors_domain(acme: People) -> None:
    enqueue(acme)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    content = relay.parcels[0].content
    assert content.endswith(MAIL)
    assert dkimpy.verify(content, dnsfunc=lambda name, timeout=5: dkim.record(KEY.public))


async def test_one_signature_for_all_recipients(acme: People) -> None:
    enqueue(acme, *(f"r{n}@example.org" for n in range(30)))
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert len(relay.parcels) == 30
    assert len({id(parcel.content) for parcel in relay.parcels}) == 1


async def test_retries_on_schedule_and_then_gives_up(acme: People) -> None:
    [row_id] = enqueue(acme)
    relay = Recording(lambda parcel: LATER)
    start = now = clock.now()
    for wait in SCHEDULE:
        with clock.stopped(now):
            await deliver(relay)
            assert (rows()[0].status, rows()[0].due_at) == (OutboundStatus.DELAYED, now + wait)
        with clock.stopped(now + wait - timedelta(seconds=1)):
            await deliver(relay)  # too early
        now += wait
    assert timedelta(hours=47) < now - start <= timedelta(hours=48)
    with clock.stopped(now):
        await deliver(relay)
    first = rows()[0]
    assert first.status is OutboundStatus.FAILED and "greylisted" in first.reply
    assert len(attempts(row_id)) == len(relay.parcels) == len(SCHEDULE) + 1
    assert len({parcel.content.partition(b"Message-ID: ")[2][:20] for parcel in relay.parcels}) == 1


async def test_a_later_success_ends_it(acme: People) -> None:
    enqueue(acme)
    answers = [LATER, OK]
    relay = Recording(lambda parcel: answers.pop(0))
    await deliver(relay)
    with clock.ahead(timedelta(minutes=2)):
        await deliver(relay)
    assert [attempt.status for attempt in attempts(rows()[0].id or 0)] == [
        OutboundStatus.DELAYED,
        OutboundStatus.DELIVERED,
    ]


async def test_a_refusal_is_final_and_its_sender_is_told_at_home(acme: People) -> None:
    """The reverse-path is an address of ours: the report comes in as mail does."""
    add_alias(acme.alice, acme.mailbox_id, "home.test")
    enqueue(acme, reverse_path="support@home.test")
    await deliver(Recording(lambda parcel: NEVER))
    assert rows()[0].status is OutboundStatus.FAILED
    with database.reading() as session:
        reception = session.exec(select(Reception)).one()
        raw = session.get_one(RawMessage, reception.raw_id)
    assert (reception.recipient, raw.reverse_path) == ("support@home.test", "")
    assert b"Final-Recipient: rfc822; bob@example.org" in raw.content
    assert b"Status: 5.1.1" in raw.content and b"Message-ID: <1@acme.test>" in raw.content


async def test_a_sender_elsewhere_gets_the_report_by_mail(acme: People) -> None:
    enqueue(acme, reverse_path="someone@elsewhere.example")
    await deliver(Recording(lambda parcel: NEVER if parcel.recipient == "bob@example.org" else OK))
    first, report = rows()
    assert first.status is OutboundStatus.FAILED
    assert (report.recipient, report.reverse_path, report.status) == (
        "someone@elsewhere.example", "", OutboundStatus.DELIVERED,
    )  # fmt: skip


async def _be_late(relay: Recording) -> None:
    """Until it is given up."""
    for wait in (timedelta(), *accumulate(SCHEDULE)):
        with clock.ahead(wait + timedelta(seconds=2)):
            await deliver(relay)


async def test_a_person_is_told_once_that_their_mail_is_late(acme: People) -> None:
    enqueue(acme, reverse_path="someone@elsewhere.example")
    relay = Recording(lambda parcel: LATER if parcel.recipient == "bob@example.org" else OK)
    await _be_late(relay)
    late, given_up = [parcel for parcel in relay.parcels if parcel.reverse_path == ""]
    assert late.recipient == "someone@elsewhere.example" and b"Subject: Your mail is late" in late.content
    assert b"Action: delayed\r\nStatus: 4.7.1" in late.content and b"Will-Retry-Until: " in late.content
    assert b"Message-ID: <1@acme.test>" in late.content and b"Action: failed" in given_up.content
    before = relay.parcels.index(late)
    assert before == 6  # after the attempt at 4 h 21 min


@pytest.mark.parametrize(
    ("head", "priority"),
    [
        (b"Auto-Submitted: auto-generated\r\n", outbound.PRIORITY_PERSON),
        (b"List-Id: <all.acme.test>\r\n", outbound.PRIORITY_PERSON),
        (b"", outbound.PRIORITY_AUTOMATIC),
        (b"", outbound.PRIORITY_BULK),
    ],
)
async def test_no_program_is_told_that_its_mail_is_late(acme: People, head: bytes, priority: int) -> None:
    enqueue(acme, raw=head + MAIL, reverse_path="someone@elsewhere.example", priority=priority)
    relay = Recording(lambda parcel: LATER if parcel.recipient == "bob@example.org" else OK)
    await _be_late(relay)
    assert [b"Action: delayed" in parcel.content for parcel in relay.parcels].count(True) == 0


async def test_nobody_is_told_about_a_failed_report(acme: People) -> None:
    enqueue(acme, reverse_path="")
    await deliver(Recording(lambda parcel: NEVER))
    assert len(rows()) == 1


async def test_people_go_before_bulk(acme: People) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    enqueue(acme, *(f"bulk{n}@example.org" for n in range(3)), priority=outbound.PRIORITY_BULK, due_at=long_ago)
    enqueue(acme, "person@example.org")
    relay = Recording(lambda parcel: OK)
    await deliver(relay, capacity=1)
    assert relay.parcels[0].recipient == "person@example.org"


async def test_no_destination_takes_more_than_its_share(acme: People) -> None:
    enqueue(acme, *(f"r{n}@slow.example" for n in range(50)), "bob@quick.example")
    with database.transaction() as session:
        first = claim(session, 200, 20)
        again = claim(session, 200, 20)
    assert [flight.destination for flight in first].count("slow.example") == 20
    assert first[-1].destination == "quick.example"
    assert again == []


async def test_after_a_crash_the_lease_ends_and_it_goes_again(acme: People) -> None:
    enqueue(acme)
    with database.transaction() as session:
        assert len(claim(session, 10, None)) == 1  # and then the process dies
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert relay.parcels == []
    with clock.ahead(timedelta(minutes=16)):
        await deliver(relay)
    assert len(relay.parcels) == 1 and rows()[0].status is OutboundStatus.DELIVERED


async def test_restart_frees_what_a_crash_left_and_nothing_of_others(acme: People) -> None:
    enqueue(acme, "mine@example.org", "theirs@example.org")
    with database.transaction() as session:
        assert len(claim(session, 1, None, "one")) == len(claim(session, 1, None, "other")) == 1
    with database.transaction() as session:
        assert recover(session, "one") == 1
        assert recover(session, "one") == 0
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert [parcel.recipient for parcel in relay.parcels] == ["mine@example.org"]
    assert [row.status for row in rows()] == [OutboundStatus.DELIVERED, OutboundStatus.SENDING]


async def test_restart_leaves_alone_what_a_release_without_slots_has_taken(acme: People) -> None:
    """Two releases side by side, as during an upgrade: the older one writes no `claimed_by`."""
    enqueue(acme, "tried@example.org", "freed@example.org")
    with database.transaction() as session:
        tried, _ = claim(session, 2, None, "one")
        record(session, [(tried, LATER)])
        assert recover(session, "one") == 1
        taken = {"status": OutboundStatus.SENDING, "lease_until": clock.now() + timedelta(minutes=15)}
        session.exec(update(Outbound).values(**taken))
        assert recover(session, "one") == 0


class Busy(Recording):
    """A relay none of whose connections ever comes free."""

    async def transmit(self, parcel: Parcel) -> Receipt:
        await asyncio.Event().wait()
        raise AssertionError("never")


async def test_a_stop_gives_back_at_once_what_has_not_left(acme: People) -> None:
    enqueue(acme)
    stopped = Worker(Busy(lambda parcel: OK))
    await stopped.process_one()
    assert rows()[0].status is OutboundStatus.SENDING
    await stopped.settle()
    assert (rows()[0].status, rows()[0].attempts) == (OutboundStatus.QUEUED, 0)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert len(relay.parcels) == 1


async def test_crashes_use_up_no_attempts(acme: People) -> None:
    enqueue(acme)
    for _ in range(len(SCHEDULE) + 2):
        with database.transaction() as session:
            claim(session, 1, None, "one")
            recover(session, "one")
    await deliver(Recording(lambda parcel: LATER))
    assert rows()[0].status is OutboundStatus.DELAYED


async def test_two_workers_send_each_once(acme: People) -> None:
    enqueue(acme, *(f"r{n}@example.org" for n in range(100)))
    relay = Recording(lambda parcel: OK)
    one, other = Worker(relay, capacity=20), Worker(relay, capacity=20)
    while await one.process_one() or await other.process_one():
        pass
    await one.settle()
    await other.settle()
    assert sorted(parcel.recipient for parcel in relay.parcels) == sorted(f"r{n}@example.org" for n in range(100))
    assert {row.status for row in rows()} == {OutboundStatus.DELIVERED}


async def test_paused_is_held_and_resumed(acme: People) -> None:
    enqueue(acme)
    with database.transaction() as session:
        outbound.pause(session, actor=acme.alice)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert rows()[0].status is OutboundStatus.HELD and relay.parcels == []
    with database.transaction() as session:
        outbound.resume(session, actor=acme.alice)
    await deliver(relay)
    assert rows()[0].status is OutboundStatus.DELIVERED


async def test_a_fault_of_ours_puts_it_off(acme: People) -> None:
    def broken(parcel: Parcel) -> Receipt:
        raise RuntimeError("a bug")

    enqueue(acme)
    await deliver(Recording(broken))
    [row] = rows()
    assert row.status is OutboundStatus.DELAYED and "a bug" not in row.reply and "in the log under" in row.reply


async def test_mail_for_our_own_verified_domain_stays_here(acme: People) -> None:
    with database.transaction() as session:
        from models import Alias, Domain

        domain = session.exec(select(Domain).where(col(Domain.name) == "acme.test")).one()
        session.add(
            Alias(organisation_id=acme.alice.organisation_id, domain_id=domain.id or 0, local_part="sales",
                  created_at=clock.now())
        )  # fmt: skip
    enqueue(acme, "sales@acme.test", "nobody@acme.test")
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert relay.parcels == []
    assert [row.status for row in rows()][:2] == [OutboundStatus.DELIVERED, OutboundStatus.FAILED]
    assert rows()[1].enhanced_code == "5.1.1"
    with database.reading() as session:
        assert [each.recipient for each in session.exec(select(Reception))] == ["sales@acme.test"]


async def test_mail_that_goes_round_in_circles_ends(acme: People) -> None:
    enqueue(acme, raw=b"Received: from a by b; now\r\n" * 31 + MAIL, reverse_path="")
    await deliver(Recording(lambda parcel: OK))
    assert (rows()[0].status, rows()[0].enhanced_code) == (OutboundStatus.FAILED, "5.4.6")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
async def test_no_second_message_hides_inside(acme: People, end: bytes) -> None:
    hidden = b"x" + end + b"." + end + b"MAIL FROM:<evil@example.net>" + end
    enqueue(acme, raw=MAIL + hidden + b"\n.\r\n\r.\r")
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    content = relay.parcels[0].content
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")


async def test_blind_copies_and_our_trace_stay_here(acme: People) -> None:
    enqueue(acme, raw=b"Return-Path: <x@y.z>\r\nBcc: secret@example.org,\r\n more@example.org\r\n" + MAIL)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert b"secret" not in relay.parcels[0].content and b"more@" not in relay.parcels[0].content
    assert relay.parcels[0].content.endswith(MAIL)


async def test_capture_keeps_what_would_have_left(acme: People) -> None:
    enqueue(acme)
    await deliver(Capture())
    with database.reading() as session:
        kept = session.exec(select(CapturedMessage)).one()
    assert (kept.recipient, kept.reverse_path) == ("bob@example.org", "support@acme.test")
    assert kept.content.startswith(b"DKIM-Signature") and kept.content.endswith(MAIL)


async def test_our_words_for_no_connection(acme: People) -> None:
    enqueue(acme)
    await deliver(Recording(lambda parcel: failed(451, "4.4.1", "Could not connect")))
    assert rows()[0].status is OutboundStatus.DELAYED


async def test_integrations_hear_of_an_answer_that_failed(desk: Desk) -> None:
    draft_id, hook = desk.draft(), "https://hooks.example.com/x"
    with database.transaction() as session:
        integrations.add(
            session, IntegrationType.SLACK, "#x", hook, event_types=["message.failed"], actor=desk.people.alice
        )
        replies.send(session, draft_id, undo_seconds=0, actor=desk.people.alice)
    await deliver(Recording(lambda parcel: NEVER))
    with database.reading() as session:
        told = session.exec(select(WebhookDelivery)).one()
    text = json.loads(webhooks.body(IntegrationType.SLACK, told.payload))["text"]
    assert text.startswith("Not delivered: ") and NEVER.words in text


async def test_an_answer_that_cannot_be_delivered_comes_back_to_its_ticket(desk: Desk) -> None:
    draft_id = desk.draft()
    with database.transaction() as session:
        replies.send(session, draft_id, undo_seconds=0, actor=desk.people.alice)
    await deliver(Recording(lambda parcel: NEVER))
    with database.reading() as session:
        ticket = session.get_one(Ticket, desk.ticket_id)
        reception = session.exec(select(Reception)).one()
    assert ticket.status is TicketStatus.OPEN
    assert reception.recipient.startswith("support+t1.")
    while inbound.process_one():
        pass
    with database.reading() as session:
        mine = select(Message).where(Message.ticket_id == desk.ticket_id)
        messages = session.exec(mine.order_by(col(Message.id))).all()
    assert [message.direction for message in messages] == [Direction.IN, Direction.OUT, Direction.IN]
    assert messages[-1].automatic
