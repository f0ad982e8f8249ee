"""A new draft: recipients, subject and address filled in from the conversation it belongs to."""

from dataclasses import asdict

from sqlmodel import Session, col, select

from models import Alias, Direction, Domain, Draft, DraftKind, Message, Ticket
from services import access, clock, mailboxes
from services.access import Actor, Permission
from services.drafts.saving import Writing, changed
from services.errors import Invalid, NotFound
from services.mail.thread import subject_key


def start(
    session: Session,
    kind: DraftKind,
    *,
    ticket_id: int | None = None,
    in_reply_to_id: int | None = None,
    actor: Actor,
) -> Draft:
    """Begin a draft with recipients, subject and alias filled in; the member's own of that ticket and kind goes on."""
    access.require(actor, Permission.WORK_TICKETS)
    if actor.user_id is None:
        raise Invalid("Only a member can write.")
    ticket = _ticket(session, ticket_id, actor) if ticket_id is not None else None
    going_on = _unfinished(session, kind, ticket_id, actor) if ticket else None
    if going_on is not None:
        return going_on
    answered = _answered(session, ticket, in_reply_to_id) if ticket and kind is not DraftKind.NOTE else None
    writing = _prefilled(session, kind, ticket, answered, actor)
    draft = Draft(
        organisation_id=actor.organisation_id,
        author_id=actor.user_id,
        kind=kind,
        ticket_id=ticket_id,
        in_reply_to_id=answered.id if answered else None,
        seen_message_id=_last_message(session, ticket_id),
        version=1,
        created_at=clock.now(),
        updated_at=clock.now(),
        **asdict(writing),
    )
    session.add(draft)
    return changed(session, draft)


def _unfinished(session: Session, kind: DraftKind, ticket_id: int | None, actor: Actor) -> Draft | None:
    query = select(Draft).where(Draft.ticket_id == ticket_id, Draft.author_id == actor.user_id, Draft.kind == kind)
    return session.exec(query.order_by(col(Draft.id).desc()).limit(1)).first()


def _ticket(session: Session, ticket_id: int, actor: Actor) -> Ticket:
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.organisation_id != actor.organisation_id:
        raise NotFound("There is no such ticket.")
    return ticket


def _answered(session: Session, ticket: Ticket, message_id: int | None) -> Message | None:
    """The message asked for, or the latest of the customer, or the latest of all."""
    mine = select(Message).where(Message.ticket_id == ticket.id, Message.direction != Direction.NOTE)
    if message_id is not None:
        found = session.exec(mine.where(Message.id == message_id)).first()
        if found is None:
            raise NotFound("There is no such message in this conversation.")
        return found
    latest = mine.order_by(col(Message.received_at).desc(), col(Message.id).desc()).limit(1)
    incoming = session.exec(latest.where(Message.direction == Direction.IN, Message.automatic == "")).first()
    return incoming or session.exec(latest).first()


def _last_message(session: Session, ticket_id: int | None) -> int | None:
    query = select(Message.id).where(Message.ticket_id == ticket_id, Message.direction != Direction.NOTE)
    return session.exec(query.order_by(col(Message.id).desc()).limit(1)).first() if ticket_id else None


def _prefilled(
    session: Session, kind: DraftKind, ticket: Ticket | None, answered: Message | None, actor: Actor
) -> Writing:
    if ticket is None or answered is None:
        return Writing(alias_id=ticket.alias_id if ticket else None)
    if kind is DraftKind.FORWARD:
        return Writing(subject=_with_prefix("Fwd: ", answered.subject), alias_id=ticket.alias_id)
    own = _own_addresses(session, actor)
    to, cc = _recipients(answered, own, everybody=kind is DraftKind.REPLY_ALL)
    alias_id = ticket.alias_id or answered.alias_id
    return Writing(to=to, cc=cc, subject=_with_prefix("Re: ", answered.subject), alias_id=alias_id)


def _recipients(
    answered: Message, own: set[str], *, everybody: bool
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """To whom an answer goes: Reply-To or the author, and for everybody the other recipients but never ourselves."""
    if answered.direction is Direction.OUT:
        return list(answered.to), list(answered.cc) if everybody else []
    author = {"name": answered.author_name, "address": answered.author_address}
    to = list(answered.reply_to) or [author]
    taken = own | {_plain(each["address"]) for each in to}
    others = [each for each in [*answered.to, *answered.cc] if _plain(each["address"]) not in taken]
    return to, list({_plain(each["address"]): each for each in others}.values()) if everybody else []


def _own_addresses(session: Session, actor: Actor) -> set[str]:
    query = (
        select(Alias.local_part, Domain.name)
        .join(Domain, col(Domain.id) == col(Alias.domain_id))
        .where(Alias.organisation_id == actor.organisation_id)
    )
    boxes = {each.address for each in mailboxes.addressed(session, actor=actor)}
    return {f"{local}@{name}" for local, name in session.exec(query)} | boxes


def _plain(address: str) -> str:
    """Folded and without +detail, so that our reply addresses count as ours."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _with_prefix(prefix: str, subject: str) -> str:
    """`Re: ` once: an answer to an answer says so only one time."""
    has_prefix = subject.lower().startswith(prefix.lower()) or (prefix == "Re: " and _is_answer(subject))
    return subject if has_prefix else f"{prefix}{subject}"[:998]


def _is_answer(subject: str) -> bool:
    head, colon, rest = subject.partition(":")
    return bool(colon) and len(head) <= 5 and subject_key(rest) == subject_key(subject)
