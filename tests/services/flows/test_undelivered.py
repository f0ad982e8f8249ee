"""Mail of ours that did not arrive: the whole way from a report, or a refusal, to the ticket, the list and the bell."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import (
    Bounce,
    BounceKind,
    CapturedMessage,
    Draft,
    DraftKind,
    Message,
    Notice,
    Outbound,
    OutboundStatus,
    Suppression,
    SuppressionReason,
    Tag,
    Ticket,
    TicketStatus,
    TicketTag,
)
from services import capture, clock, database, mailboxes, reception, replies, suppressions
from services.errors import Conflict, NotFound
from services.flows import inbound
from services.flows.delivery import Worker
from services.flows.relay import Capture, Parcel, Receipt, Relay
from services.flows.relay.receipt import replied
from services.reception import Envelope
from tests.services.desk import Desk, desk
from tests.services.flows.delivery.conftest import Recording

__all__ = ["desk"]
CUSTOMER = "juergen@customer.example"


async def deliver(relay: Relay) -> None:
    worker = Worker(relay)
    while await worker.process_one():
        pass
    await worker.settle()
    with clock.ahead(timedelta(seconds=5)):
        while inbound.process_one():
            pass


async def send(desk: Desk, relay: Relay | None = None) -> None:
    draft_id = desk.draft(DraftKind.REPLY)
    with database.transaction() as session:
        replies.send(session, draft_id, undo_seconds=0, confirm=True, actor=desk.people.alice)
    await deliver(relay or Capture())


def answer(desk: Desk, kind: str, text: str = "") -> None:
    with clock.ahead(timedelta(seconds=5)):
        with database.transaction() as session:
            newest = session.exec(select(CapturedMessage).order_by(col(CapturedMessage.id).desc())).first()
            assert newest is not None
            capture.answer(session, newest.id or 0, kind=kind, text=text, actor=desk.people.alice)
        while inbound.process_one():
            pass


def tags(desk: Desk) -> list[str]:
    with database.reading() as session:
        mine = select(Tag.name).join(TicketTag).where(TicketTag.ticket_id == desk.ticket_id)
        return list(session.exec(mine))


def everything(kind: type) -> list:  # type: ignore[type-arg]
    with database.reading() as session:
        return list(session.exec(select(kind).order_by(kind.id)))  # type: ignore[attr-defined]


async def test_mail_leaves_with_a_reverse_path_that_names_it(desk: Desk) -> None:
    await send(desk)
    (kept,) = everything(CapturedMessage)
    (row,) = everything(Outbound)
    with database.reading() as session:
        target = mailboxes.resolve(session, kept.reverse_path.upper())
    assert target is not None and target.about == row.id
    directory = mailboxes.Directory()
    with database.reading() as session:
        directory.load(session)
    assert directory.verify_recipient(kept.reverse_path).about == row.id
    with pytest.raises(NotFound):
        directory.verify_recipient(kept.reverse_path.replace(f"v{row.id}.", "v999."))
    assert not directory.owns(desk.people.alice.organisation_id, kept.reverse_path)


async def test_a_bounce_marks_suppresses_and_tells(desk: Desk) -> None:
    await send(desk)
    before = everything(Ticket)
    answer(desk, "bounce")
    (row,) = everything(Outbound)
    assert row.status is OutboundStatus.FAILED and "does not exist" in row.reply
    (bounce,) = everything(Bounce)
    assert (bounce.kind, bounce.reason, bounce.outbound_id) == (BounceKind.HARD, "unknown_user", row.id)
    (suppression,) = everything(Suppression)
    assert (suppression.address, suppression.reason) == (CUSTOMER, SuppressionReason.HARD_BOUNCE)
    report = next(message for message in everything(Message) if message.id == suppression.report_id)
    assert report.ticket_id == desk.ticket_id and bounce.report_id == report.id
    (notice,) = everything(Notice)
    assert notice.user_id == desk.people.alice.user_id and CUSTOMER in notice.title
    assert tags(desk) == ["undelivered"]
    after = everything(Ticket)
    assert len(after) == len(before) == 1
    same = ("status", "assignee_id", "resolved_at", "snoozed_until")
    assert [getattr(after[0], name) for name in same] == [getattr(before[0], name) for name in same]


async def test_nothing_more_is_sent_until_it_is_lifted(desk: Desk) -> None:
    await send(desk)
    answer(desk, "bounce")
    relay = Recording(lambda parcel: replied(250, "2.0.0 Ok"))
    draft_id = desk.draft(DraftKind.REPLY)
    with database.transaction() as session:
        assert replies.recipients(session, draft_id, actor=desk.people.alice) == [CUSTOMER]
    with pytest.raises(Conflict) as refused, database.transaction() as session:
        seen = session.get_one(Draft, draft_id)
        seen.updated_at = seen.created_at = clock.now() + timedelta(minutes=1)
        replies.send(session, draft_id, undo_seconds=0, actor=desk.people.alice)
    assert refused.value.code == "suppressed" and CUSTOMER in refused.value.message
    await send(desk, relay)
    assert relay.parcels == []
    row = everything(Outbound)[-1]
    assert row.status is OutboundStatus.SUPPRESSED and "no such address" in row.reply
    with database.transaction() as session:
        suppressions.lift(session, [CUSTOMER.upper()], actor=desk.people.alice)
    await send(desk, relay)
    assert [parcel.recipient for parcel in relay.parcels] == [CUSTOMER]


@pytest.mark.parametrize(
    ("words", "kind", "times"),
    [("552 5.2.2 Mailbox full", BounceKind.SOFT, 3), ("550 5.7.1 Blocked by policy", BounceKind.BLOCK, 99)],
)
async def test_the_rule_of_the_house(desk: Desk, words: str, kind: BounceKind, times: int) -> None:
    for turn in range(1, 4):
        await send(desk)
        answer(desk, "bounce", words)
        assert everything(Bounce)[-1].kind is kind
        assert bool(everything(Suppression)) == (turn >= times)


async def test_a_complaint_opts_out(desk: Desk) -> None:
    await send(desk)
    answer(desk, "complaint")
    (suppression,) = everything(Suppression)
    assert (suppression.address, suppression.reason) == (CUSTOMER, SuppressionReason.COMPLAINT)
    (row,) = everything(Outbound)
    assert row.status is OutboundStatus.DELIVERED and tags(desk) == ["complaint"]
    assert "spam" in everything(Notice)[0].title


COMPLAINTS = {
    "staff@hotmail.com": b"From: staff@hotmail.com\r\nSubject: complaint about message from 192.0.2.1\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"X-HmXmrOriginalRecipient: juergen@customer.example\r\nReturn-Path: <%s>\r\n\r\nHi\r\n--b--\r\n",
    "0100018e@amazonses.com": b"From: no-reply@sns.amazonaws.com\r\nSubject: Amazon SES Notification\r\n\r\n"
    b'{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"juergen@customer.example"}]},'
    b'"mail":{"source":"%s"}}\r\n',
}


@pytest.mark.parametrize("reverse_path", COMPLAINTS)
async def test_a_complaint_is_a_machines_though_no_field_says_so(desk: Desk, reverse_path: str) -> None:
    await send(desk)
    (kept,) = everything(CapturedMessage)
    take(COMPLAINTS[reverse_path] % kept.reverse_path.encode(), reverse_path=reverse_path)
    (suppression,) = everything(Suppression)
    assert (suppression.address, suppression.reason) == (CUSTOMER, SuppressionReason.COMPLAINT)
    newest = everything(Message)[-1]
    assert newest.automatic == "Report: a complaint" and newest.ticket_id == desk.ticket_id


async def test_a_person_who_answers_the_reverse_path_reports_nothing(desk: Desk) -> None:
    await send(desk)
    (kept,) = everything(CapturedMessage)
    words = b"I am back: mail to juergen@customer.example failed, as the user was unknown. It works now."
    raw = b"From: juergen@customer.example\r\nSubject: Re: Undeliverable: Hello\r\n\r\n%s\r\n" % words
    take(raw, kept.reverse_path, CUSTOMER)
    assert everything(Bounce) == everything(Suppression) == []
    newest = everything(Message)[-1]
    assert (newest.automatic, newest.ticket_id) == ("", desk.ticket_id)


async def test_who_is_away_has_not_bounced(desk: Desk) -> None:
    await send(desk)
    answer(desk, "out_of_office")
    assert everything(Bounce) == everything(Suppression) == everything(Notice) == []
    assert everything(Message)[-1].ticket_id == desk.ticket_id
    (row,) = everything(Outbound)
    assert row.status is OutboundStatus.DELIVERED


@pytest.mark.parametrize(
    ("reply", "suppressed"),
    [((550, "5.1.1 No such user"), True), ((550, "No such user here"), True), ((550, "5.2.1 Mailbox disabled"), True),
     ((554, "5.7.1 Spam"), False), ((552, "5.3.4 Too big"), False)],
)  # fmt: skip
async def test_a_refusal_counts_as_a_report(desk: Desk, reply: tuple[int, str], suppressed: bool) -> None:
    def refuse(parcel: Parcel) -> Receipt:
        return replied(*reply, host="mx.customer.example")

    await send(desk, Recording(refuse))
    assert len(everything(Bounce)) == 1, "our own report of it says nothing new"
    assert bool(everything(Suppression)) is suppressed
    assert len(everything(Ticket)) == 1 and len(everything(Notice)) == 1
    report_id = everything(Bounce)[0].report_id
    assert report_id is not None and all(row.report_id == report_id for row in everything(Suppression))


async def test_a_second_copy_of_a_report_says_nothing_new(desk: Desk) -> None:
    await send(desk)
    answer(desk, "bounce")
    answer(desk, "bounce")
    assert len(everything(Bounce)) == 1


def report(message_id: str, recipient: str, action: bytes = b"failed") -> bytes:
    return (
        b"From: MAILER-DAEMON@mx.there.example\r\nSubject: Undelivered\r\nMessage-ID: <r@there.example>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: %s\r\n\r\n--b--\r\n"
    ) % (recipient.encode(), action, message_id.encode())


def take(raw: bytes, recipient: str = "support@acme.test", reverse_path: str = "") -> None:
    with clock.ahead(timedelta(seconds=5)):
        with database.transaction() as session:
            reception.accept(
                session, Envelope(reverse_path, (recipient,), raw, "mx.there.example", "192.0.2.1", "ESMTP")
            )
        while inbound.process_one():
            pass


async def test_the_message_that_comes_back_tells_too(desk: Desk) -> None:
    await send(desk)
    ours = next(message.message_id for message in everything(Message) if message.raw_id and message.user_id)
    take(report(ours, CUSTOMER))
    assert [row.address for row in everything(Suppression)] == [CUSTOMER]
    assert len(everything(Ticket)) == 1
    assert "It reports on a message of #1." in [line["reason"] for line in everything(Message)[-1].trace]


async def test_a_stranger_cannot_burn_an_address(desk: Desk) -> None:
    await send(desk)
    ours = next(message.message_id for message in everything(Message) if message.raw_id and message.user_id)
    take(report("<made.up@acme.test>", CUSTOMER))
    assert everything(Suppression) == everything(Bounce) == []
    take(report(ours, "somebody.else@customer.example").replace(b"<r@", b"<r2@"))
    assert {row.address for row in everything(Bounce)} <= {CUSTOMER}


async def test_delayed_is_not_failed(desk: Desk) -> None:
    await send(desk)
    ours = next(message.message_id for message in everything(Message) if message.raw_id and message.user_id)
    take(report(ours, CUSTOMER, b"delayed"))
    (bounce,) = everything(Bounce)
    assert bounce.kind is BounceKind.DELAYED and everything(Suppression) == everything(Notice) == []
    (row,) = everything(Outbound)
    assert row.status is OutboundStatus.DELIVERED
    take(report(ours, CUSTOMER).replace(b"r@there", b"r2@there"))
    assert [row.address for row in everything(Suppression)] == [CUSTOMER]


async def test_status_stays_as_it_was(desk: Desk) -> None:
    await send(desk)
    with database.transaction() as session:
        session.get_one(Ticket, desk.ticket_id).status = TicketStatus.RESOLVED
    answer(desk, "bounce")
    (ticket,) = everything(Ticket)
    assert ticket.status is TicketStatus.RESOLVED
