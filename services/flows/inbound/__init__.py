"""The way in: accepted messages become messages of tickets, in batches, each with the reasons why it is where it is.

Before: raw bytes and one reception a recipient, on disk since the 250. After: one message an organisation, filed in
a ticket that is new, joined or reopened; every reception says where its way ended and why.
"""

import logging
import threading

from services import database
from services.errors import Unavailable
from services.flows.inbound import authenticating, queue
from services.flows.inbound.bouncing import match_bounce, read_report
from services.flows.inbound.collecting import uncollected
from services.flows.inbound.desk import Desk
from services.flows.inbound.filing import file, notify
from services.flows.inbound.handing import hand_out
from services.flows.inbound.joining import (
    match_references,
    match_reply_token,
    match_subject,
    match_ties,
    recognise_copy,
)
from services.flows.inbound.learning import learn
from services.flows.inbound.letter import Disposition, Letter
from services.flows.inbound.passing import admit, send_on, stay
from services.flows.inbound.queue import Raw
from services.flows.inbound.rechecking import process_one as recheck
from services.flows.inbound.relaying import relay_on
from services.flows.inbound.ruling import decide_rules, run_actions
from services.flows.inbound.steps import Step, run
from services.flows.inbound.understanding import expand_alias, judge_automatic, parse, refuse_loop

UNDERSTAND: tuple[Step, ...] = (parse, refuse_loop, judge_automatic, read_report, expand_alias, decide_rules)
FILE: tuple[Step, ...] = (
    relay_on,
    admit,
    match_bounce,
    send_on,
    stay,
    recognise_copy,
    match_reply_token,
    match_references,
    match_ties,
    match_subject,
    file,
    run_actions,
    hand_out,
    notify,
)
STEPS = UNDERSTAND + FILE

ATTEMPTS = 4
log = logging.getLogger("mailroom.inbound")
_busy: set[int] = set()
_guard = threading.Lock()


def process_one() -> bool:
    """File a batch of what waits; True when there may be more. Any number of threads and processes may call it."""
    with _guard, database.reading() as session:
        raws = queue.due(session, excluding=_busy)
        _busy.update(raw.id for raw in raws)
    try:
        if raws:
            with uncollected():
                _file_together(raws)
    finally:
        _busy.difference_update(raw.id for raw in raws)
    return bool(raws)


def _file_together(raws: list[Raw]) -> None:
    """All in one transaction; one by one when that fails, so that only the culprit waits."""
    try:
        _file(raws, UNDERSTAND)
    except Unavailable:
        raise
    except Exception as error:
        log.warning("a batch of %d messages failed, filing them one by one: %s", len(raws), error)
        for raw in raws:
            _file_alone(raw)


def _file_alone(raw: Raw) -> None:
    try:
        _file([raw], UNDERSTAND)
    except Unavailable:
        raise
    except Exception as error:
        log.exception("could not file message %d (attempt %d)", raw.id, raw.attempts + 1)
        _put_off(raw, f"{type(error).__name__}: {error}")


def _put_off(raw: Raw, error: str) -> None:
    if raw.attempts + 1 < ATTEMPTS:
        with database.transaction() as session:
            queue.push_ahead(session, raw, error)
        return
    try:
        _file([raw], (_keep_raw(error), expand_alias))
    except Exception as final:
        log.exception("could not even keep message %d", raw.id)
        with database.transaction() as session:
            queue.give_up(session, raw, f"{type(final).__name__}: {final}")


def _keep_raw(error: str) -> Step:
    """The step that stands in for reading: no text, no fields, only the bytes and why."""

    def kept_raw(desk: Desk, letter: Letter) -> Disposition | None:
        letter.parsed.subject = "(This message could not be read)"
        letter.parsed.error = error[:500]
        letter.author = letter.reverse_path.lower()[:320]
        letter.automatic = "could not be read"
        letter.say("parse", "kept raw", error)
        return None

    return kept_raw


def _file(raws: list[Raw], understand: tuple[Step, ...]) -> None:
    judged = authenticating.judge(raws)
    with database.reading() as session:
        letters = [letter for raw in raws for letter in queue.letters_of(session, raw)]
        for letter in letters:
            letter.authentication = judged[letter.raw_id]
        run(understand, Desk(session), letters)
    with database.transaction(repeatable=True) as session:  # from the raw message, on disk since the 250
        mine = queue.claim(session, raws)
        for letter in letters:
            letter.recipients = [each for each in letter.recipients if each.reception_id in mine]
        letters = [letter for letter in letters if letter.recipients]
        if letters:
            desk = Desk(session)
            desk.look_up(letters)
            run(FILE, desk, letters)
            desk.write(letters)
            learn(desk, letters)


__all__ = ["ATTEMPTS", "FILE", "STEPS", "UNDERSTAND", "process_one", "recheck"]
