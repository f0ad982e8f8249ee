"""An old message as the steps of filing take it: whose it is, when it came, and whether it is here already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Direction, Message
from services import clock, mailboxes
from services.flows.importing.purpose import Purpose
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Letter
from services.flows.inbound.understanding import judge_automatic, parse, refuse_loop
from services.mail.archives import Item, Marks

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Old:
    """A letter with what the program it comes from had noted about it."""

    letter: Letter
    marks: Marks


def read(session: Session, purpose: Purpose, items: Sequence[Item]) -> list[Old]:
    """Parsed and judged; drafts and what was thrown away there are left out."""
    desk = Desk(session)
    ours: dict[str, bool] = {}
    return [_old(desk, purpose, item, ours) for item in items if not (item.marks.draft or item.marks.deleted)]


def is_known(desk: Desk, letter: Letter) -> bool:
    """The same message, however it came; our own has other trace fields when it comes back."""
    for known in desk.known.get((letter.organisation_id, letter.parsed.message_id), ()):
        if known.digest == letter.digest or (known.direction is Direction.OUT and known.author == letter.author):
            return True
    return False


def known_digests(session: Session, organisation_id: int, digests: Collection[str]) -> set[str]:
    """Those of messages without a Message-ID."""
    if not digests:
        return set()
    query = sa.select(col(Message.digest)).where(
        col(Message.organisation_id) == organisation_id,
        sa.text("message_id = ''"),  # as the index says it
        col(Message.digest).in_(digests),
    )
    return set(session.connection().execute(query).scalars())


def _old(desk: Desk, purpose: Purpose, item: Item, ours: dict[str, bool]) -> Old:
    letter = Letter(0, item.content, "", clock.now(), len(item.content), purpose.organisation_id, [])
    letter.is_history = True
    parse(desk, letter)
    letter.reverse_path = _reverse_path(letter)
    letter.author = letter.author or letter.reverse_path.lower()[:320]
    letter.received_at = _came_at(letter, item.at)
    letter.mailbox_id = purpose.mailbox_id
    if letter.author not in ours:
        target = mailboxes.resolve(desk.session, letter.author) if "@" in letter.author else None
        ours[letter.author] = target is not None and target.organisation_id == purpose.organisation_id
    if item.marks.sent or ours[letter.author]:
        letter.direction = Direction.OUT
    refuse_loop(desk, letter)
    judge_automatic(desk, letter)
    return Old(letter, item.marks)


def _reverse_path(letter: Letter) -> str:
    """Without a Return-Path the author stands in for it: a null one would make a machine of every correspondent."""
    path = letter.parsed.header("return-path").strip()
    return path.strip("<> ")[:1000] if path else letter.parsed.author.address


def _came_at(letter: Letter, noted: datetime | None) -> datetime:
    """When the last server took it (the topmost Received, RFC 5321 4.4), when it was written, when it was kept."""
    stamp = letter.parsed.header("received").rpartition(";")[2]
    for at in (_parsed(stamp), letter.parsed.sent_at, noted):
        if at is not None and EARLIEST < at.astimezone(UTC) <= clock.now():
            return at.astimezone(UTC)
    return clock.now()


def _parsed(stamp: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(stamp.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
