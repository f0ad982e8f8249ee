"""Backtests: a draft tried on stored messages, newest first, a batch at a time; progress and findings are kept
together, so that a crash neither loses nor repeats a message."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Backtest, BacktestHit, Message, Tag, Ticket, TicketTag
from services import access, clock, database, events
from services.errors import Unavailable
from services.rules import backtests, choosing, engine, stored, wire, words
from services.rules.backtests import Verdict
from services.rules.checking import check
from services.rules.conditions import Question
from services.rules.drafts import Act, Draft
from services.rules.reading import Reading
from services.rules.subject import Subject

log = logging.getLogger("mailroom.rules")
BATCH = 50
MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Found:
    """A message the draft holds for."""

    message_id: int
    verdicts: tuple[Verdict, ...]
    changes: tuple[str, ...]


def advance() -> bool:
    """Try the backtest that has come the least far on its next messages. False when none is under way."""
    with database.reading() as session:
        waiting = select(Backtest).where(col(Backtest.finished_at).is_(None))
        begun = session.exec(waiting.order_by(col(Backtest.tried), col(Backtest.id))).first()
        if begun is None:
            return False
        try:
            messages = _next(session, begun)
            found = _try(session, begun, messages)
        except Unavailable:
            raise
        except Exception as error:
            log.exception("backtest %d failed", begun.id)
            messages, found = [], []
            begun.error = f"It could not go on: {type(error).__name__}."
    with database.transaction() as session:
        _keep(session, begun, messages, found)
    return True


def _next(session: Session, begun: Backtest) -> list[Message]:
    """The messages after the last one tried, by time; few of them where they are large."""
    query = select(Message).where(*backtests.tried_on(begun.organisation_id))
    last = session.get(Message, begun.next_message_id) if begun.next_message_id else None
    if last is not None:
        place = sa.tuple_(col(Message.received_at), col(Message.id))
        query = query.where(place < (last.received_at, last.id))
    query = query.order_by(col(Message.received_at).desc(), col(Message.id).desc())
    messages: list[Message] = []
    for message in session.exec(query.limit(min(BATCH, begun.wanted - begun.tried))):
        if messages and sum(each.size for each in messages) + message.size > MOST_BYTES:
            break
        messages.append(message)
    return messages


def _try(session: Session, begun: Backtest, messages: Sequence[Message]) -> list[Found]:
    draft = check(wire.of(begun.rule))
    rule = engine.ready(0, draft)
    tickets = _tickets(session, messages)
    tags = _tags(session, tickets)
    names = choosing.choices(session, actor=access.system(begun.organisation_id))
    found = []
    for message, subject in zip(messages, stored.subjects(session, begun.organisation_id, messages), strict=True):
        reading = Reading(subject)
        if rule.holds(reading):
            ticket = tickets.get(message.ticket_id or 0)
            changes = _changes(draft, ticket, tags[message.ticket_id or 0], names)
            found.append(Found(message.id or 0, _verdicts(rule.questions, subject), changes))
    return found


def _verdicts(questions: Sequence[Question], subject: Subject) -> tuple[Verdict, ...]:
    reading = Reading(subject)
    return tuple(Verdict(each.sentence, each.holds(reading), each.found(reading)) for each in questions)


def _changes(draft: Draft, ticket: Ticket | None, tags: set[str], names: words.Names) -> tuple[str, ...]:
    """What each action would do, and whether it is so already."""
    said = []
    for act in draft.actions:
        already = ticket is not None and _is_so(act, ticket, tags)
        said.append(words.act(act, names) + (" (it is so already)" if already else ""))
    return tuple(said)


def _is_so(act: Act, ticket: Ticket, tags: set[str]) -> bool:
    now: Mapping[str, Any] = {
        "assign": ticket.assignee_id,
        "priority": ticket.priority,
        "status": ticket.status,
        "move": ticket.mailbox_id,
    }
    if act.type == "tag":
        return str(act.values["value"]).lower() in tags
    if act.type == "spam":
        return ticket.status == "spam"
    if act.type == "discard":
        return ticket.deleted_at is not None
    return act.type in now and next(iter(act.values.values())) == now[act.type]


def _tickets(session: Session, messages: Sequence[Message]) -> dict[int, Ticket]:
    wanted = col(Ticket.id).in_({each.ticket_id for each in messages})
    return {ticket.id or 0: ticket for ticket in session.exec(select(Ticket).where(wanted))}


def _tags(session: Session, tickets: Mapping[int, Ticket]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(TicketTag.ticket_id, Tag.name).join(Tag).where(col(TicketTag.ticket_id).in_(tickets))
    for ticket_id, name in session.exec(query):
        found[ticket_id].add(name)
    return found


def _keep(session: Session, begun: Backtest, messages: Sequence[Message], found: Sequence[Found]) -> None:
    """Progress is a compare-and-set: of two processes that tried the same batch one keeps it."""
    tried = begun.tried + len(messages)
    is_over = not messages or tried >= begun.total
    mine = (col(Backtest.id) == begun.id, col(Backtest.tried) == begun.tried, col(Backtest.finished_at).is_(None))
    values = {
        "tried": tried,
        "matched": begun.matched + len(found),
        "next_message_id": messages[-1].id if messages else begun.next_message_id,
        "finished_at": clock.now() if is_over else None,
        "error": begun.error,
    }
    if not database.affected(session.connection().execute(sa.update(Backtest).where(*mine).values(**values))):
        return
    for each in found:
        conditions: list[dict[str, object]] = [asdict(verdict) for verdict in each.verdicts]
        changes = list(each.changes)
        row = BacktestHit(backtest_id=begun.id or 0, message_id=each.message_id, conditions=conditions, changes=changes)
        session.add(row)
    events.record(session, events.BacktestAdvanced(begun.organisation_id, begun.id or 0))
