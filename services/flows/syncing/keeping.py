"""What was pulled is kept together with how far the job has come: history filed at once, news handed to the inbound
queue."""

import logging
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import Session

from models import Direction, Message
from services import clock, database
from services.errors import Unavailable
from services.flows.importing import filing, reading
from services.flows.inbound.desk import Desk
from services.flows.inbound.understanding import digest
from services.flows.syncing import jobs
from services.flows.syncing.jobs import Job, Place, Pulled
from services.mail import message as mail_message
from services.mail.archives import Item, Marks

_MESSAGE = Message.__table__  # type: ignore[attr-defined]
_ID = re.compile(rb"<[^<>\s]+>")
_RETURN_PATH = re.compile(rb"^Return-Path:\s*<([^>\r\n]*)>", re.IGNORECASE | re.MULTILINE)
log = logging.getLogger("mailroom.syncing")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as the server keeps it: when it came there, what was noted about it, and whether it was there when
    its folder was looked at first, under this name and these numbers."""

    content: bytes
    at: datetime | None
    marks: Marks
    was_there: bool = False


def present(job: Job, heads: Mapping[int, bytes]) -> set[int]:
    """Those of the UIDs whose message the organisation has filed, however it came. There are devices that give all
    their mail one Message-ID: the date tells them apart."""
    ids = {uid: found[0].decode("utf-8", "replace") for uid, head in heads.items() if (found := _ID.search(head))}
    wanted = set(ids.values())
    if not wanted:
        return set()
    query = sa.select(_MESSAGE.c.message_id, _MESSAGE.c.sent_at, _MESSAGE.c.direction).where(
        _MESSAGE.c.organisation_id == job.purpose.organisation_id, _MESSAGE.c.message_id.in_(wanted)
    )
    known: dict[str, set[datetime | None]] = defaultdict(set)
    with database.reading() as session:
        for message_id, sent_at, direction in session.connection().execute(query):
            known[message_id].add(sent_at if direction is Direction.IN else None)  # we give no id twice
    return {uid for uid, identifier in ids.items() if identifier in known and _is_at(heads[uid], known[identifier])}


def _is_at(head: bytes, dates: set[datetime | None]) -> bool:
    sent_at = mail_message.parse(head).sent_at
    return sent_at is None or None in dates or sent_at in dates


def keep(job: Job, place: Place, mails: Sequence[Mail]) -> bool:
    """What was pulled on the way to `place`. False when there is no going on."""
    if job.room is not None:
        job.room -= sum(len(each.content) for each in mails)
    try:
        return _keep(job, place, mails)
    except Unavailable:
        raise
    except Exception:
        log.exception("a batch of sync job %d failed, keeping its messages one by one", job.id)
    start = Place(place.folder, job.progress.get(place.folder, [0, 0, 0]), 0)
    return all(_keep_alone(job, start, each) for each in mails) and _keep(job, place, [])


def _keep_alone(job: Job, place: Place, mail: Mail) -> bool:
    """What cannot be filed goes through the inbound queue, which keeps at least its bytes."""
    try:
        return _keep(job, place, [mail])
    except Unavailable:
        raise
    except Exception:
        log.exception("sync job %d could not file a message", job.id)
    return _keep(job, place, [replace(mail, at=clock.now(), marks=Marks(folder=mail.marks.folder))])


def _keep(job: Job, place: Place, mails: Sequence[Mail]) -> bool:
    history = [Item(each.content, each.marks, "", each.at, (0, 0)) for each in mails if not _is_news(job, each)]
    with database.reading() as session:
        found = reading.read(session, job.purpose, history)
        news = [_pulled(each) for each in _unknown(session, job, [each for each in mails if _is_news(job, each)])]
    with database.transaction() as session:
        desk = Desk(session)
        new = filing.unknown(desk, found)
        if not jobs.advance(session, job, place, pulled=len(new) + len(news)):
            return False
        filing.write(desk, job.purpose, new)
        jobs.hand_over(session, job, news)
    job.progress[place.folder] = place.uids
    job.done += place.passed
    return True


def _unknown(session: Session, job: Job, news: Sequence[Mail]) -> list[Mail]:
    """Without those that have no Message-ID to be known by, and came from a folder that has another name or other
    numbers since."""
    digests = {id(each): digest(each.content) for each in news if each.was_there}
    here = reading.known_digests(session, job.purpose.organisation_id, set(digests.values()))
    return [each for each in news if digests.get(id(each)) not in here]


def _is_news(job: Job, mail: Mail) -> bool:
    """Whether somebody here should hear of it; what another program sent or sorted out is none."""
    marks = mail.marks
    is_theirs = marks.sent or marks.junk or marks.draft or marks.deleted
    return (mail.at is None or mail.at >= job.since) and not is_theirs


def _pulled(mail: Mail) -> Pulled:
    """Without a Return-Path the author stands in for it: a null one would make a machine of every correspondent."""
    head = mail.content.partition(b"\r\n\r\n")[0]
    found = _RETURN_PATH.search(head)
    path = found[1].decode("utf-8", "replace") if found else mail_message.parse(head + b"\r\n\r\n").author.address
    at = min(mail.at.astimezone(UTC), clock.now()) if mail.at else clock.now()
    return Pulled(mail.content, path[:1000], at, mail.marks.folder[:64])
