"""What the `capture:` relay kept: look at it, and answer it as its recipient would, through the real way in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from models import CapturedMessage, Outbound, Role, User
from services import access, clock, mailboxes, reception
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.mail import compose
from services.mail.address import Address, domain_of
from services.mail.compose import Letter
from services.mail.dsn import Failure, compose_dsn, compose_feedback
from services.mail.message import Parsed, body_text, parse
from services.reception import Envelope

_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")


class Answer(StrEnum):
    REPLY = "reply"
    BOUNCE = "bounce"
    OUT_OF_OFFICE = "out_of_office"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Captured:
    """A kept message as a list shows it."""

    kept: CapturedMessage
    subject: str
    queue_id: str


def all(session: Session, *, before: int | None = None, limit: int = 50, actor: Actor) -> list[Captured]:
    """Kept messages, newest first; `before` is the last id of the page before."""
    access.require(actor, Permission.READ_QUEUE)
    query = (
        select(CapturedMessage, Outbound.subject, Outbound.queue_id)
        .join(Outbound)
        .where(CapturedMessage.organisation_id == actor.organisation_id, _readable(actor))
    )
    if before is not None:
        query = query.where(col(CapturedMessage.id) < before)
    rows = session.exec(query.order_by(col(CapturedMessage.id).desc()).limit(limit)).all()
    return [Captured(*row) for row in rows]


def get(session: Session, captured_id: int, *, actor: Actor) -> tuple[CapturedMessage, Parsed]:
    """A kept message and what it says."""
    access.require(actor, Permission.READ_QUEUE)
    mine = col(CapturedMessage.organisation_id) == actor.organisation_id
    query = select(CapturedMessage).where(CapturedMessage.id == captured_id, mine, _readable(actor))
    kept = session.exec(query).first()
    if kept is None:
        raise NotFound("There is no such captured message.")
    return kept, parse(kept.content)


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Our own notices carry links that sign people in: they are for who manages the team, an owner's for owners."""
    is_mail = col(CapturedMessage.reverse_path) != ""
    if not access.may(actor, Permission.MANAGE_TEAM):
        return is_mail
    if actor.role is Role.OWNER:
        return true()
    owners = select(User.email).where(User.organisation_id == actor.organisation_id, User.role == Role.OWNER)
    return is_mail | col(CapturedMessage.recipient).not_in(owners)


def answer(session: Session, captured_id: int, *, kind: str, text: str = "", actor: Actor) -> str:
    """Answer as the recipient: `reply` with `text`, `bounce` with `text` as the reason, `out_of_office` or `complaint`.

    The answer is accepted as mail from outside would be. Returns its queue id. Raises Conflict where answers to
    the message come to no address of ours.
    """
    access.require(actor, Permission.SEND_EMAILS)
    kept, parsed = get(session, captured_id, actor=actor)
    if kind not in set(Answer):
        raise Invalid(f"An answer is one of {', '.join(Answer)}.", code="invalid_kind", field="kind")
    envelope = _ANSWERS[Answer(kind)](kept, parsed, text)
    if mailboxes.resolve(session, envelope.recipients[0]) is None:
        raise Conflict("Answers to this message go to none of your addresses.", code="not_ours")
    kept.answered = kind
    session.add(kept)
    return reception.accept(session, envelope)


def _reply(kept: CapturedMessage, parsed: Parsed, text: str) -> Envelope:
    if not text.strip():
        raise Invalid("Write something.", code="empty", field="text")
    to = parsed.reply_to or [parsed.author]
    quoted = "".join(f"> {line}\n" for line in body_text(parsed).splitlines())
    who = parsed.author.name or to[0].address
    body = f"{text.rstrip()}\n\nOn {compose.date(kept.captured_at)}, {who} wrote:\n{quoted}"
    subject = parsed.subject if parsed.subject.lower().startswith("re:") else f"Re: {parsed.subject}"
    letter = _letter(kept, parsed, to[0], subject, body, ())
    return _envelope(kept, kept.recipient, to[0].address, compose.compose(letter))


def _out_of_office(kept: CapturedMessage, parsed: Parsed, text: str) -> Envelope:
    """RFC 3834: to the reverse-path, from the null one, and marked as what it is."""
    to = Address("", kept.reverse_path or (parsed.reply_to or [parsed.author])[0].address)
    body = text.strip() or "I am out of the office and will answer when I am back."
    subject = f"Automatic reply: {parsed.subject}"
    letter = _letter(kept, parsed, to, subject, body, (("Auto-Submitted", "auto-replied"),))
    return _envelope(kept, "", to.address, compose.compose(letter))


def _bounce(kept: CapturedMessage, parsed: Parsed, text: str) -> Envelope:
    """What the recipient's server would send had it accepted the message and then failed."""
    if not kept.reverse_path:
        raise Conflict("This message has the null reverse-path: nobody is told when it fails.", code="no_reverse_path")
    server = f"mx.{domain_of(kept.recipient)}"
    reason = text.strip() or "550 5.1.1 The address does not exist."
    content = compose_dsn(
        reporting_mta=server,
        to=kept.reverse_path,
        sent_at=clock.now(),
        arrived_at=kept.captured_at,
        failures=[Failure(kept.recipient, next(iter(_ENHANCED.findall(reason)), "5.1.1"), reason)],
        original=kept.content,
    )
    return _envelope(kept, "", kept.reverse_path, content)


def _complaint(kept: CapturedMessage, parsed: Parsed, text: str) -> Envelope:
    """What the operator of the recipient's mailbox would send once the recipient had pressed “This is spam”."""
    if not kept.reverse_path:
        raise Conflict("This message has the null reverse-path: nobody is told of complaints.", code="no_reverse_path")
    server = f"mx.{domain_of(kept.recipient)}"
    content = compose_feedback(
        reporting_mta=server,
        to=kept.reverse_path,
        sent_at=clock.now(),
        reader=kept.recipient,
        original=kept.content,
    )
    return _envelope(kept, "", kept.reverse_path, content)


def _letter(
    kept: CapturedMessage, parsed: Parsed, to: Address, subject: str, body: str, headers: tuple[tuple[str, str], ...]
) -> Letter:
    domain = domain_of(kept.recipient)
    name = next((each.name for each in [*parsed.to, *parsed.cc] if each.address.lower() == kept.recipient.lower()), "")
    return Letter(
        author=Address(name, kept.recipient),
        subject=subject,
        message_id=compose.message_id(domain),
        sent_at=clock.now(),
        text=body,
        to=(to,),
        in_reply_to=parsed.message_id,
        references=[*parsed.references, parsed.message_id],
        headers=headers,
    )


def _envelope(kept: CapturedMessage, reverse_path: str, recipient: str, content: bytes) -> Envelope:
    return Envelope(reverse_path, (recipient,), content, f"mx.{domain_of(kept.recipient)}", "127.0.0.1", "ESMTP")


_ANSWERS: dict[Answer, Callable[[CapturedMessage, Parsed, str], Envelope]] = {
    Answer.REPLY: _reply,
    Answer.BOUNCE: _bounce,
    Answer.OUT_OF_OFFICE: _out_of_office,
    Answer.COMPLAINT: _complaint,
}
