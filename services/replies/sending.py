"""From a draft to a message on its way: who, to whom, what beneath it, when, and what becomes of the ticket."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Alias, Domain, Draft, DraftKind, Mailbox, Message, Organisation, Ticket, TicketStatus, User
from services import access, clock, events, suppressions
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.mail import sanitize
from services.mail.address import Address
from services.mail.compose import File
from services.replies import attachments, history, identity, threading
from services.replies.opening import after_sending, open_ticket
from services.replies.storing import Outgoing, checked_recipients, from_json, store
from services.replies.undoing import remember
from services.templates import gaps
from services.tickets import recording

DEFAULT_UNDO_SECONDS = 10
MAX_UNDO_SECONDS = 300
UNDO = "undo_seconds"


def send(
    session: Session,
    draft_id: int,
    *,
    undo_seconds: int | None = None,
    at: datetime | None = None,
    then: TicketStatus | datetime | None = None,
    confirm: bool = False,
    actor: Actor,
) -> Message:
    """Turn a draft into a message that leaves after `undo_seconds` (default: the organisation's), or at `at`.

    `then` sets the ticket's status afterwards, or snoozes it until a time. Raises Conflict unless `confirm`:
    `newer_message` when somebody else wrote meanwhile, `suppressed` for an address that nothing is sent to; Invalid
    where the draft cannot be sent.
    """
    access.require(actor, Permission.SEND_EMAILS)
    draft = _draft(session, draft_id, actor)
    seconds = undo_window(session, actor=actor) if undo_seconds is None else min(max(undo_seconds, 0), MAX_UNDO_SECONDS)
    soonest = clock.now() + timedelta(seconds=seconds)
    due_at = max(soonest, at) if at is not None else soonest
    if draft.ticket_id is None:
        ticket, outgoing = _begin(session, draft, actor)
    else:
        ticket = recording.lock(session, draft.ticket_id, actor=actor)
        if not confirm:
            threading.refuse_if_newer(session, ticket, draft, actor=actor)
        outgoing = _continue(session, draft, ticket, actor)
    if not confirm:
        _refuse_if_suppressed(session, outgoing, actor)
    message = store(session, ticket, outgoing, due_at=due_at, actor=actor)
    values = after_sending(ticket, message, then, actor=actor)
    remember(session, ticket, draft, message, values, actor=actor)
    attachments.hand_over(session, draft, message)
    session.delete(draft)
    events.record(session, events.DraftChanged(actor.organisation_id, ticket.id or 0, draft_id))
    return message


def recipients(session: Session, draft_id: int, *, actor: Actor) -> list[str]:
    """The addresses that a draft would go to now."""
    access.require(actor, Permission.SEND_EMAILS)
    draft = _draft(session, draft_id, actor)
    if draft.ticket_id is None:
        people = [*from_json(draft.to), *from_json(draft.cc), *from_json(draft.bcc)]
    else:
        ticket = recording.lock(session, draft.ticket_id, actor=actor)
        outgoing = _continue(session, draft, ticket, actor)
        people = [*outgoing.to, *outgoing.cc, *outgoing.bcc]
    return [each.address for each in people]


def _refuse_if_suppressed(session: Session, outgoing: Outgoing, actor: Actor) -> None:
    """Whoever writes shall know before, and not from the queue, that somebody will not get it."""
    people = (*outgoing.to, *outgoing.cc, *outgoing.bcc)
    refused = suppressions.among(session, ((actor.organisation_id, each.address) for each in people))
    for (_, address), why in sorted(refused.items()):
        raise Conflict(f"Nothing is sent to {address}. {why[:300]}", code="suppressed")


def _draft(session: Session, draft_id: int, actor: Actor) -> Draft:
    query = select(Draft).where(col(Draft.id) == draft_id, col(Draft.organisation_id) == actor.organisation_id)
    draft = session.exec(query.with_for_update()).first()
    if draft is None:
        raise NotFound("This draft is gone: it was sent or discarded.", code="draft_gone")
    if draft.kind is DraftKind.NOTE:
        raise Invalid("A note is for the team and cannot be sent.", code="note")
    return draft


def undo_window(session: Session, *, actor: Actor) -> int:
    """For how many seconds what the actor sends can be taken back: their own choice, else the organisation's."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    organisation = session.get_one(Organisation, actor.organisation_id)
    chosen = [user.preferences.get(UNDO) if user else None, organisation.settings.get(UNDO)]
    return next((each for each in chosen if isinstance(each, int)), DEFAULT_UNDO_SECONDS)


def _begin(session: Session, draft: Draft, actor: Actor) -> tuple[Ticket, Outgoing]:
    """A new conversation, also for a forward that belongs to none."""
    sender = identity.of_draft(session, draft, actor=actor)
    to, cc, bcc = from_json(draft.to), from_json(draft.cc), from_json(draft.bcc)
    checked_recipients(to, cc, bcc)
    files, html = _written(session, draft)
    ticket = open_ticket(session, sender, [*to, *cc, *bcc][0], draft.subject, actor=actor)
    shown = history.typed(draft.text, html, plain=draft.plain)
    body = _signed(session, shown, sender.mailbox_id, actor)
    return ticket, Outgoing(sender, to, cc, bcc, draft.subject, body, shown, files, "", ())


def _continue(session: Session, draft: Draft, ticket: Ticket, actor: Actor) -> Outgoing:
    """An answer or a forward in a ticket, with the mail it is about beneath it."""
    sender = identity.of_ticket(session, ticket, draft.alias_id, mailbox_id=draft.mailbox_id, actor=actor)
    parent = threading.parent_of(session, ticket, draft.in_reply_to_id)
    forwards = draft.kind is DraftKind.FORWARD
    to, cc = _recipients(session, draft, parent, sender, forwards)
    bcc = from_json(draft.bcc)
    checked_recipients(to, cc, bcc)
    files, html = attachments.of_draft(session, draft) if forwards else _written(session, draft)
    shown = history.typed(draft.text, html, plain=draft.plain)
    body = _signed(session, shown, ticket.mailbox_id, actor)
    if parent is not None:
        body = body.then(history.forwarded(session, parent) if forwards else history.answered(session, parent))
        files = [*files, *attachments.of_message(session, parent)] if forwards else files
    about = parent.subject if parent is not None else ticket.subject
    subject = draft.subject or (threading.forward_subject(about) if forwards else threading.answer_subject(about))
    answered = parent.message_id if parent is not None and not forwards else ""
    return Outgoing(sender, to, cc, bcc, subject, body, shown, files, answered, threading.references_to(parent))


def _written(session: Session, draft: Draft) -> tuple[list[File], str]:
    """The draft's files and html. Raises Invalid for a draft that says nothing; only a forward may."""
    files, html = attachments.of_draft(session, draft)
    if not (files or draft.text.strip() or sanitize.to_text(html).strip() or "<img" in html):
        raise Invalid("Write something first.", code="empty_message", field="text")
    gaps.refuse(draft.subject, draft.text, html)
    return files, html


def _recipients(
    session: Session, draft: Draft, parent: Message | None, sender: identity.Identity, forwards: bool
) -> tuple[list[Address], list[Address]]:
    """Those the draft names; where an answer names nobody, those its parent asks for."""
    to, cc = from_json(draft.to), from_json(draft.cc)
    if to or cc or draft.bcc or parent is None or forwards:
        return to, cc
    ours = _our_addresses(session, sender.domain) | {sender.author.address.lower()}
    return threading.recipients_for(parent, ours, everybody=draft.kind is DraftKind.REPLY_ALL)


def _our_addresses(session: Session, domain: Domain) -> set[str]:
    names = session.exec(
        select(Alias.local_part, Domain.name).join(Domain).where(Alias.organisation_id == domain.organisation_id)
    )
    boxes = session.exec(
        select(Mailbox.local_part, Domain.name)
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(Mailbox.organisation_id == domain.organisation_id)
    )
    return {f"{local}@{name}" for local, name in (*names, *boxes)}


def _signed(session: Session, body: history.Written, mailbox_id: int | None, actor: Actor) -> history.Written:
    """With the member's signature, or else the shared inbox's."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    mailbox = session.get(Mailbox, mailbox_id) if mailbox_id else None
    html = (user.signature_html if user else "") or (mailbox.signature_html if mailbox else "")
    return body.then(history.signature(html, body))
