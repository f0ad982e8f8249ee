"""Sending without a draft: what a program says goes out as it is, in the conversation it answers or in a new one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models import Attachment, Message, Ticket, TicketStatus
from services import access, clock
from services.access import Actor, Permission
from services.errors import Invalid
from services.mail.address import Address, normalise, parse_list
from services.mail.compose import File
from services.replies import history, identity, threading
from services.replies.opening import after_sending, open_ticket, settle
from services.replies.storing import Outgoing, checked_recipients, store
from services.tickets import recording

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_PATHS = re.compile(r"[\x00-\x1f\x7f/\\]")


def compose_new(
    session: Session,
    *,
    sender: str = "",
    alias_id: int | None = None,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    subject: str,
    text: str = "",
    html: str = "",
    attachments: Sequence[File] = (),
    in_reply_to: int | str | None = None,
    at: datetime | None = None,
    actor: Actor,
) -> Message:
    """Send as `sender` (one of our addresses) or `alias_id`, now or at `at`.

    `in_reply_to` is the number of a message of ours or a Message-ID. Raises Invalid naming the field.
    """
    access.require(actor, Permission.SEND_EMAILS)
    who = _identity(session, sender, alias_id, actor)
    files = _named(attachments)
    shown, copied, blind = _people(to, "to"), _people(cc, "cc"), _people(bcc, "bcc")
    checked_recipients(shown, copied, blind)
    parent = threading.found_by_identity(session, actor.organisation_id, in_reply_to) if in_reply_to else None
    body = _body(text, html, files)
    foreign = f"<{in_reply_to.strip().strip('<>')}>" if isinstance(in_reply_to, str) and parent is None else ""
    references = threading.references_to(parent) or ([foreign] if foreign else [])
    answered = parent.message_id if parent else foreign
    subject = _CONTROLS.sub(" ", subject)  # one line, as it will leave (RFC 5322 2.2)
    outgoing = Outgoing(who, shown, copied, blind, subject, body, body, files, answered, references)
    ticket = _ticket(session, outgoing, parent, actor)
    message = store(session, ticket, outgoing, due_at=at or clock.now(), actor=actor)
    settle(session, ticket, "sent", message, after_sending(ticket, message, None, actor=actor), actor=actor)
    _keep_files(session, message, files)
    return message


def answer(
    session: Session,
    ticket_id: int,
    *,
    text: str = "",
    html: str = "",
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    attachments: Sequence[File] = (),
    then: TicketStatus | None = None,
    at: datetime | None = None,
    actor: Actor,
) -> Message:
    """Answer a ticket's newest message from its alias, now or at `at`; `then` is its status afterwards."""
    access.require(actor, Permission.SEND_EMAILS)
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    who = identity.of_ticket(session, ticket, None, actor=actor)
    parent = threading.parent_of(session, ticket, None)
    to = threading.recipients_for(parent, set(), everybody=False)[0] if parent else _customer(ticket)
    files = _named(attachments)
    shown, blind = _people(cc, "cc"), _people(bcc, "bcc")
    checked_recipients(to, shown, blind)
    body = _body(text, html, files)
    subject = threading.answer_subject(parent.subject if parent else ticket.subject)
    answered, references = parent.message_id if parent else "", threading.references_to(parent)
    outgoing = Outgoing(who, to, shown, blind, subject, body, body, files, answered, references)
    message = store(session, ticket, outgoing, due_at=at or clock.now(), actor=actor)
    settle(session, ticket, "sent", message, after_sending(ticket, message, then, actor=actor), actor=actor)
    _keep_files(session, message, files)
    return message


def _named(files: Sequence[File]) -> list[File]:
    """Names of files, not of places."""
    return [replace(file, filename=_PATHS.sub("_", file.filename)) for file in files]


def _body(text: str, html: str, attachments: Sequence[File]) -> history.Written:
    if not (text.strip() or html.strip() or attachments):
        raise Invalid("Say something: text, html or an attachment.", code="empty_message", field="text")
    return history.typed(text, html, plain=not html)


def _customer(ticket: Ticket) -> list[Address]:
    return [Address(ticket.correspondent_name, ticket.correspondent)]


def _identity(session: Session, sender: str, alias_id: int | None, actor: Actor) -> identity.Identity:
    if not sender and alias_id is None:
        raise Invalid("Say which of your addresses this comes from.", code="no_address", field="from")
    if not sender:
        return identity.of_alias_id(session, alias_id or 0, actor=actor)
    who = identity.of_address(session, sender, actor=actor)
    if alias_id is not None and who.alias_id != alias_id:
        identity.of_alias_id(session, alias_id, actor=actor)
        raise Invalid("This is not the alias's address: send one of them.", code="ambiguous_sender", field="from")
    return who


def _people(entries: Sequence[str], field: str) -> list[Address]:
    """Everybody once, in their order."""
    people: dict[str, Address] = {}
    for entry in entries:
        found = [] if _CONTROLS.search(entry) else parse_list(entry)
        if len(found) != 1 or not _is_address(found[0].address):
            shown = _CONTROLS.sub(" ", entry[:100])
            raise Invalid(f"{shown} is not an address mail can be sent to.", code="invalid_address", field=field)
        people.setdefault(found[0].address.lower(), found[0])
    return list(people.values())


def _is_address(text: str) -> bool:
    try:
        return bool(normalise(text))
    except ValueError:
        return False


def _ticket(session: Session, outgoing: Outgoing, parent: Message | None, actor: Actor) -> Ticket:
    if parent is not None and parent.ticket_id is not None:
        return recording.lock(session, parent.ticket_id, actor=actor)
    first = [*outgoing.to, *outgoing.cc, *outgoing.bcc][0]
    return open_ticket(session, outgoing.identity, first, outgoing.subject, actor=actor)


def _keep_files(session: Session, message: Message, files: Sequence[File]) -> None:
    for file in files:
        session.add(
            Attachment(
                organisation_id=message.organisation_id,
                message_id=message.id,
                filename=file.filename[:255],
                content_type=file.content_type[:127],
                size=len(file.content),
                content_id=file.content_id,
                inline=file.inline,
                content=file.content,
                created_at=clock.now(),
            )
        )
    session.flush()
