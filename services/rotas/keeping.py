"""The rota of a mailbox: who takes turns at its new tickets, who is next, and how much each has to do."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from models import Assignment, Mailbox, MailboxMember, MemberStatus, TicketTurn, User
from services import access, events
from services.access import MAY, Actor, Permission
from services.errors import Invalid, NotFound
from services.rotas.turns import Turns, loads

MOST_CAP = 10_000


@dataclass(frozen=True)
class Turn:
    """A member's place: how many open tickets they hold, and whether that keeps them from getting another."""

    user_id: int
    name: str
    email: str
    load: int
    is_away: bool
    is_full: bool


@dataclass(frozen=True)
class Rota:
    """`turns` in their order; `next_id` is who gets the next ticket, None while nobody is free; `waiting` tickets wait
    for that."""

    assignment: Assignment
    load_cap: int | None
    turns: tuple[Turn, ...]
    next_id: int | None
    waiting: int


def get(session: Session, mailbox_id: int, *, actor: Actor) -> Rota:
    """Raises NotFound for a mailbox that is not the actor's."""
    access.require(actor, Permission.READ_DIRECTORY)
    mailbox = _owned(session, mailbox_id, actor)
    query = (
        select(User)
        .join(MailboxMember, col(MailboxMember.user_id) == col(User.id))
        .where(MailboxMember.mailbox_id == mailbox_id, User.status == MemberStatus.ACTIVE)
        .order_by(col(MailboxMember.last_assigned_at).nulls_first(), col(User.id))
    )
    held = loads(session.connection(), {actor.organisation_id})
    turns = tuple(_turn(user, held.get(user.id or 0, 0), mailbox.load_cap) for user in session.exec(query))
    rotation = Turns()
    rotation.look_up(session.connection(), set(), {mailbox_id})
    waiting = select(sa.func.count()).where(TicketTurn.mailbox_id == mailbox_id)
    return Rota(
        mailbox.assignment,
        mailbox.load_cap,
        turns,
        rotation.next_in(mailbox_id),
        session.exec(waiting.select_from(TicketTurn)).one(),
    )


def update(
    session: Session,
    mailbox_id: int,
    *,
    assignment: Assignment,
    user_ids: Sequence[int],
    load_cap: int | None = None,
    actor: Actor,
) -> Rota:
    """Say who takes turns, and how many open tickets are enough. Raises Invalid for what cannot be."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    mailbox = _owned(session, mailbox_id, actor)
    if load_cap is not None and not 1 <= load_cap <= MOST_CAP:
        raise Invalid(f"Give a number from 1 to {MOST_CAP:,}, or none.", code="invalid_cap", field="load_cap")
    if assignment is not Assignment.MANUAL and not user_ids:
        raise Invalid("Choose who takes turns.", code="no_members", field="user_ids")
    for user_id in user_ids:
        _require_worker(session, user_id, actor)
    mailbox.assignment, mailbox.load_cap = assignment, load_cap
    session.add(mailbox)
    _set_members(session, mailbox_id, user_ids)
    if assignment is Assignment.MANUAL:
        session.exec(delete(TicketTurn).where(col(TicketTurn.mailbox_id) == mailbox_id))
    session.flush()
    events.record(session, events.DirectoryChanged(actor.organisation_id))
    return get(session, mailbox_id, actor=actor)


def _turn(user: User, load: int, cap: int | None) -> Turn:
    return Turn(user.id or 0, user.name, user.email, load, user.is_away, cap is not None and load >= cap)


def _set_members(session: Session, mailbox_id: int, user_ids: Sequence[int]) -> None:
    """Those who stay keep their place."""
    rows = session.exec(select(MailboxMember).where(MailboxMember.mailbox_id == mailbox_id))
    present = {row.user_id: row for row in rows}
    for user_id in present.keys() - set(user_ids):
        session.delete(present[user_id])
    new = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in present]
    session.add_all(MailboxMember(mailbox_id=mailbox_id, user_id=user_id) for user_id in new)


def _require_worker(session: Session, user_id: int, actor: Actor) -> None:
    user = session.get(User, user_id)
    if user is None or user.organisation_id != actor.organisation_id or user.status is not MemberStatus.ACTIVE:
        raise NotFound("There is no such member.")
    if user.role not in MAY[Permission.WORK_TICKETS]:
        raise Invalid(f"{user.name} only observes.", code="observer", field="user_ids")


def _owned(session: Session, mailbox_id: int, actor: Actor) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.organisation_id != actor.organisation_id:
        raise NotFound("There is no such mailbox.")
    return mailbox
