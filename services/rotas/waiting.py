"""Tickets nobody was free for: handed out as soon as somebody comes back or has less to do, oldest first."""

from sqlmodel import Session, col, delete, select

from models import Organisation, Ticket, TicketStatus, TicketTurn
from services import access, clock, database
from services.rotas.turns import Turns
from services.tickets import recording

BATCH = 100


def hand_out() -> bool:
    """Runner: give what waits to whoever is free; True when there may be more."""
    with database.reading() as session:
        waiting = session.exec(select(TicketTurn.organisation_id, TicketTurn.mailbox_id).distinct()).all()
        if not waiting:
            return False
        turns = Turns()
        turns.look_up(session.connection(), set(), {mailbox_id for _, mailbox_id in waiting})
        free = [pair for pair in waiting if turns.next_in(pair[1]) is not None]
    for organisation_id, mailbox_id in free:
        with database.transaction() as session:
            _hand_out_in(session, organisation_id, mailbox_id)
    return bool(free)


def _hand_out_in(session: Session, organisation_id: int, mailbox_id: int) -> None:
    """Under the lock filing takes too, so that no turn is taken twice."""
    session.exec(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    turns = Turns()
    turns.look_up(session.connection(), set(), {mailbox_id})
    query = select(Ticket).join(TicketTurn, col(TicketTurn.ticket_id) == col(Ticket.id))
    mine = query.where(TicketTurn.mailbox_id == mailbox_id).order_by(col(Ticket.id)).limit(BATCH)
    settled = []
    for ticket in session.exec(mine.with_for_update(of=Ticket)):
        if _still_waits(ticket, mailbox_id) and not _hand(session, ticket, turns):
            break
        settled.append(ticket.id)
    session.exec(delete(TicketTurn).where(col(TicketTurn.ticket_id).in_(settled)))
    turns.write(session.connection())


def _still_waits(ticket: Ticket, mailbox_id: int) -> bool:
    is_open = ticket.status is TicketStatus.OPEN and ticket.deleted_at is None
    return is_open and ticket.assignee_id is None and ticket.mailbox_id == mailbox_id


def _hand(session: Session, ticket: Ticket, turns: Turns) -> bool:
    user_id = turns.next_in(ticket.mailbox_id or 0)
    if user_id is None:
        return False
    values = {"assignee_id": user_id, "claimed_at": clock.now()}
    actor = access.system(ticket.organisation_id)
    name, mailbox = turns.names[user_id], turns.mailboxes[ticket.mailbox_id or 0]
    recording.change(session, ticket, "handed", values, actor=actor, user_id=user_id, name=name, mailbox=mailbox)
    return True
