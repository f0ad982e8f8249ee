"""One outgoing message made real: composed, filed in its ticket, searchable, and queued for every recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import Attachment, Direction, Message, RawMessage, Ticket
from services import aliases, bodies, clock, events, mailboxes, outbound, reception, settings
from services.access import Actor
from services.errors import Invalid
from services.mail import compose
from services.mail.address import Address
from services.mail.compose import File, Letter
from services.mail.message import snippet
from services.replies.history import Written
from services.replies.identity import Identity

MAX_RECIPIENTS = 200
_AUTOMATIC = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))


@dataclass(frozen=True)
class Outgoing:
    """Everything decided about a message. `files` travel with it; `shown` is the part of the body it is known by.

    `automatic`: why no person wrote it; it says so in its header and comes back to nobody (RFC 3834 3.1.7, 3.3).
    """

    identity: Identity
    to: Sequence[Address]
    cc: Sequence[Address]
    bcc: Sequence[Address]
    subject: str
    body: Written
    shown: Written
    files: Sequence[File]
    in_reply_to: str
    references: Sequence[str]
    automatic: str = ""


def store(session: Session, ticket: Ticket, outgoing: Outgoing, *, due_at: datetime, actor: Actor) -> Message:
    """File the message in `ticket` and queue it for `due_at`. Raises Invalid for bad addresses and too much."""
    now = clock.now()
    letter = _letter(ticket, outgoing, max(due_at, now))
    content = _composed(letter)
    raw = RawMessage(queue_id=reception.make_queue_id(), received_at=now, size=len(content), content=content)
    session.add(raw)
    session.flush()
    message = _message(ticket, outgoing, letter, raw, actor)
    session.add(message)
    session.flush()
    bodies.store(session, message, outgoing.body.text, mailbox_id=ticket.mailbox_id)
    _queue(session, ticket, outgoing, raw, message, due_at)
    recipients = [each.address for each in (*outgoing.to, *outgoing.cc, *outgoing.bcc)]
    if outgoing.identity.alias is not None:
        aliases.record_sent(session, outgoing.identity.alias, recipients)
    events.record(session, events.MessageFiled(actor.organisation_id, ticket.id or 0, message.id or 0))
    return message


def _queue(
    session: Session, ticket: Ticket, outgoing: Outgoing, raw: RawMessage, message: Message, due_at: datetime
) -> list[int]:
    """A bounce comes back to the reply address, so that it finds its ticket by the token."""
    return outbound.enqueue(
        session,
        raw=raw,
        reverse_path="" if outgoing.automatic else outgoing.identity.reply_address(ticket),
        recipients=[each.address for each in (*outgoing.to, *outgoing.cc, *outgoing.bcc)],
        organisation_id=ticket.organisation_id,
        message_id=message.id,
        due_at=due_at,
        subject=outgoing.subject,
        signing_domain=outgoing.identity.domain.name,
        needs_tls=mailboxes.needs_tls(session, ticket.mailbox_id),
    )


def _letter(ticket: Ticket, outgoing: Outgoing, at: datetime) -> Letter:
    author = outgoing.identity.author
    return Letter(
        author=author,
        subject=outgoing.subject,
        message_id=compose.message_id(outgoing.identity.domain.name),
        sent_at=at,
        text=outgoing.body.text,
        html=outgoing.body.html,
        to=outgoing.to,
        cc=outgoing.cc,
        reply_to=(Address(author.name, outgoing.identity.reply_address(ticket)),),
        in_reply_to=outgoing.in_reply_to,
        references=outgoing.references,
        headers=_AUTOMATIC if outgoing.automatic else (),
        files=outgoing.files,
    )


def _composed(letter: Letter) -> bytes:
    limit = settings.current().max_message_bytes
    if sum(len(file.content) for file in letter.files) * 1.37 > limit:
        raise _too_large(limit)
    try:
        content = compose.compose(letter)
    except ValueError as error:
        raise Invalid(str(error), code="invalid_address", field="to") from error
    if len(content) > limit:
        raise _too_large(limit)
    return content


def _too_large(limit: int) -> Invalid:
    words = f"A message with its attachments may have at most {limit // (1 << 20)} MB once encoded."
    return Invalid(words, code="too_large", field="attachments")


def _message(ticket: Ticket, outgoing: Outgoing, letter: Letter, raw: RawMessage, actor: Actor) -> Message:
    return Message(
        organisation_id=ticket.organisation_id,
        ticket_id=ticket.id,
        alias_id=outgoing.identity.alias_id,
        raw_id=raw.id,
        direction=Direction.OUT,
        message_id=letter.message_id,
        in_reply_to=outgoing.in_reply_to[:998],
        references=list(outgoing.references),
        author_address=letter.author.address,
        author_name=letter.author.name,
        user_id=actor.user_id,
        to=as_json(outgoing.to),
        cc=as_json(outgoing.cc),
        bcc=as_json(outgoing.bcc),
        reply_to=as_json(letter.reply_to),
        subject=outgoing.subject,
        snippet=snippet(outgoing.shown.text),
        sent_at=letter.sent_at,
        received_at=raw.received_at,
        size=raw.size,
        has_html=bool(outgoing.body.html),
        has_attachments=any(not file.inline for file in outgoing.files),
        automatic=outgoing.automatic,
    )


def as_json(people: Sequence[Address]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.address} for each in people]


def from_json(people: Sequence[dict[str, str]]) -> list[Address]:
    return [Address(each.get("name", ""), each.get("address", "").strip()) for each in people if each.get("address")]


def checked_recipients(*groups: Sequence[Address]) -> None:
    """Raises Invalid unless there is somebody to send to, and not too many."""
    total = sum(map(len, groups))
    if not total:
        raise Invalid("Say whom this is for.", code="no_recipients", field="to")
    if total > MAX_RECIPIENTS:
        raise Invalid(f"A message has at most {MAX_RECIPIENTS} recipients.", code="too_many_recipients", field="to")


def as_file(attachment: Attachment, content: bytes) -> File:
    return File(
        attachment.filename,
        attachment.content_type,
        content,
        content_id=attachment.content_id,
        inline=attachment.inline,
    )
