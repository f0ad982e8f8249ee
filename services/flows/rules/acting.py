"""Actions that rules asked for and that reach outside: done soon after the filing, tried again when they fail, given up
with a notice. The mail itself is filed long since, whatever becomes of them."""

import logging
from datetime import timedelta

from sqlmodel import Session, col, select

from models import ActionStatus, Message, NoticeLevel, RuleAction
from services import access, clock, database, events, notices
from services.errors import Error, NotFound
from services.notices import Trouble
from services.rules import choosing, performing, words
from services.rules.drafts import act_of

log = logging.getLogger("mailroom.rules")
BATCH = 20
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
STEP = "run_actions"


def act() -> bool:
    """Do what is due, each action in a transaction of its own. False when nothing was."""
    with database.reading() as session:
        due = (RuleAction.status == ActionStatus.PENDING, col(RuleAction.due_at) <= clock.now())
        query = select(RuleAction.id).where(*due).order_by(col(RuleAction.due_at), col(RuleAction.id)).limit(BATCH)
        found = [each or 0 for each in session.exec(query)]
    for action_id in found:
        _attempt(action_id)
    return bool(found)


def _attempt(action_id: int) -> None:
    try:
        with database.transaction() as session:
            asked = _taken(session, action_id)
            if asked is not None:
                _done(session, asked, performing.perform(session, asked))
    except Exception as error:
        if not isinstance(error, Error):
            log.exception("action %d failed", action_id)
        with database.transaction() as session:
            asked = _taken(session, action_id)
            if asked is not None:
                _failed(session, asked, error)


def _taken(session: Session, action_id: int) -> RuleAction | None:
    """The action, held until the commit, unless another process has it or has done it."""
    query = select(RuleAction).where(RuleAction.id == action_id, RuleAction.status == ActionStatus.PENDING)
    return session.exec(query.with_for_update(skip_locked=True)).first()


def _done(session: Session, asked: RuleAction, sentence: str) -> None:
    asked.status, asked.done_at, asked.error = ActionStatus.DONE, clock.now(), ""
    asked.attempts += 1
    session.add(asked)
    _trace(session, asked, "done", sentence)
    notices.close(session, _trouble(asked))


def _failed(session: Session, asked: RuleAction, error: Exception) -> None:
    """Later again, or never: what is gone does not come back."""
    asked.attempts += 1
    asked.error = (error.message if isinstance(error, Error) else f"{type(error).__name__}: {error}")[:1000]
    if asked.attempts <= len(WAITS) and not isinstance(error, NotFound):
        asked.due_at = clock.now() + WAITS[asked.attempts - 1]
    else:
        asked.status = ActionStatus.FAILED
        _report(session, asked)
    session.add(asked)


def _report(session: Session, asked: RuleAction) -> None:
    names = choosing.choices(session, actor=access.system(asked.organisation_id))
    meant = words.act(act_of(asked.action), names)
    title = f"Rule “{asked.rule_name}” could not {meant}"
    notices.open(session, _trouble(asked), title, text=asked.error, link="/rules", level=NoticeLevel.ERROR)
    _trace(session, asked, "failed", f"Rule “{asked.rule_name}” could not {meant}: {asked.error}")


def _trouble(asked: RuleAction) -> Trouble:
    return Trouble(asked.organisation_id, "rule_action", asked.rule_id or 0)


def _trace(session: Session, asked: RuleAction, outcome: str, reason: str) -> None:
    query = select(Message).where(Message.id == asked.message_id).with_for_update()
    message = session.exec(query.execution_options(populate_existing=True)).first()
    if message is not None and message.ticket_id is not None:
        message.trace = [*message.trace, {"step": STEP, "outcome": outcome, "reason": reason}]
        session.add(message)
        events.record(session, events.TicketChanged(asked.organisation_id, message.ticket_id))
