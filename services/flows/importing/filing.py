"""A batch of old mail into tickets: what is there already is skipped, the rest threaded as mail is, and nothing of it
wakes, tells or answers anybody."""

import logging
from collections.abc import Sequence

from models import Mailbox, RawMessage
from services import database
from services.database import bulk
from services.errors import Error, Unavailable
from services.flows.importing import keeping, marking, reading
from services.flows.importing.keeping import Order, Tally
from services.flows.importing.placing import place
from services.flows.importing.purpose import Purpose
from services.flows.importing.reading import Old
from services.flows.inbound.desk import Desk
from services.flows.inbound.joining import match_references, match_subject, match_ties
from services.flows.inbound.learning import learn
from services.flows.inbound.steps import Step, run
from services.mail.archives import Item
from services.reception import make_queue_id

STEPS: tuple[Step, ...] = (match_references, match_ties, match_subject, place)
FULL = "The mailbox is full."
GONE = "The mailbox is gone."
log = logging.getLogger("mailroom.importing")
_RAW = RawMessage.__table__  # type: ignore[attr-defined]


def file_batch(order: Order, items: Sequence[Item]) -> str | None:
    """File what is new, and note how far it is. Why it cannot go on, "" for one that was cancelled; None: it can."""
    try:
        return _file(order, items)
    except Unavailable:
        raise
    except Exception:
        log.exception("a batch of import %d failed, filing its messages one by one", order.id)
    for item in items:
        try:
            stopped = _file(order, [item])
        except Unavailable:
            raise
        except Exception as error:
            words = error.message if isinstance(error, Error) else f"{type(error).__name__}: {error}"
            stopped = _record(order, item, words)
        if stopped is not None:
            return stopped
    return None


def _file(order: Order, items: Sequence[Item]) -> str | None:
    faults = [(order.number + place, item.source, item.problem) for place, item in enumerate(items, 1) if item.problem]
    with database.reading() as session:
        found = reading.read(session, order, [each for each in items if not each.problem])
    with database.transaction() as session:
        box = session.get(Mailbox, order.mailbox_id)
        if box is None:
            return GONE
        if box.quota is not None and box.used_bytes >= box.quota << 20:
            return FULL
        desk = Desk(session)
        new = unknown(desk, found)
        tally = Tally(len(new), len(items) - len(faults) - len(new), faults)
        if not keeping.advance(session, order, items[-1].after, tally):
            return ""
        write(desk, order, new)
    order.number += len(items)
    return None


def _record(order: Order, item: Item, words: str) -> str | None:
    with database.transaction() as session:
        tally = Tally(0, 0, [(order.number + 1, item.source, words)])
        if not keeping.advance(session, order, item.after, tally):
            return ""
    order.number += 1
    return None


def unknown(desk: Desk, found: Sequence[Old]) -> list[Old]:
    """Those that are neither filed yet nor twice in the batch; needs the write transaction."""
    letters = [each.letter for each in found]
    if not letters:
        return []
    desk.look_up(letters)
    unnamed = {each.digest for each in letters if not each.parsed.message_id}
    nameless = reading.known_digests(desk.session, letters[0].organisation_id, unnamed)
    seen: set[tuple[str, str]] = set()
    new: list[Old] = []
    for each in found:
        letter = each.letter
        mark = letter.parsed.message_id, letter.digest
        if mark in seen or (not mark[0] and letter.digest in nameless) or reading.is_known(desk, letter):
            continue
        seen.add(mark)
        new.append(each)
    return new


def write(desk: Desk, purpose: Purpose, new: Sequence[Old]) -> None:
    """File what `unknown` gave."""
    if not new:
        return
    connection = desk.session.connection()
    rows = [
        {
            "queue_id": make_queue_id(),
            "reverse_path": each.letter.reverse_path[:1000],
            "helo": purpose.host[:255],
            "protocol": purpose.protocol,
            "received_at": each.letter.received_at,
            "size": each.letter.size,
            "content": each.letter.content,
        }
        for each in new
    ]
    letters = [each.letter for each in new]
    for letter, raw_id in zip(letters, bulk.insert_numbered(connection, _RAW, rows), strict=True):
        letter.raw_id = raw_id
    run(STEPS, desk, letters)
    marking.tag(desk, purpose, new)
    desk.write(letters)
    marking.mark(connection, purpose, new)
    learn(desk, letters)
