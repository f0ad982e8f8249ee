"""Folder by folder, newest first: what came since by UID, then what is older, in batches that fit the memory, without
what is there already."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import col

from models import Message
from services import clock, database, settings
from services.flows.syncing.jobs import Job, Pulled, advance
from services.flows.syncing.remote import refill
from services.mail import message as mail_message

if TYPE_CHECKING:
    from imapclient import IMAPClient

MOST_BYTES = 8 << 20  # of messages in memory, unless one alone is larger
MOST_MESSAGES = 50
LISTED = 500  # messages whose size and id are asked for at once
SKIPPED = {b"\\noselect", b"\\nonexistent", b"\\all", b"\\drafts", b"\\junk", b"\\trash"}  # RFC 3501, RFC 6154
_IDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_RETURN_PATH = re.compile(rb"^Return-Path:\s*<([^>\r\n]*)>", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(rb"<[^<>\s]+>")


def pull(client: "IMAPClient", job: Job) -> str:
    """Pull every folder. What was left out, in words; "" for nothing."""
    skipped = 0
    for folder in _folders(client, job):
        left_out = _pull_folder(client, job, folder)
        if left_out is None:
            return "The mailbox is full." if job.room is not None and job.room <= 0 else "The job was switched off."
        skipped += left_out
    if not skipped:
        return ""
    limit = settings.current().max_message_bytes >> 20
    return f"{skipped} message{'s' if skipped > 1 else ''} larger than {limit} MB left out."


def _folders(client: "IMAPClient", job: Job) -> list[str]:
    import re2  # cannot hang, whatever was typed

    excluded = re2.compile(job.exclude) if job.exclude else None
    found: list[str] = []
    for flags, _, name in client.list_folders():
        is_skipped = bool({flag.lower() for flag in flags} & SKIPPED)
        if not is_skipped and not (excluded is not None and excluded.search(name)):
            found.append(name)
    return sorted(found, key=lambda name: (name.upper() != "INBOX", name))


def _pull_folder(client: "IMAPClient", job: Job, folder: str) -> int | None:
    """How many were too large; None when there is no going on."""
    refill(client)
    validity = int(client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
    known, high, low = _place(job, folder)
    if known != validity:  # RFC 3501 2.3.1.1: the numbers mean other messages now
        high, low = 0, 0
    criteria: list[Any] = ["UID", f"{1 if low else high + 1}:*"]
    if job.max_age_days:
        criteria += ["SINCE", (clock.now() - timedelta(days=job.max_age_days)).date()]
    found = sorted(client.search(criteria))
    if not high:
        high = max(found, default=0)
        low = high + 1
    newer = [uid for uid in found if uid > high]
    older = [uid for uid in reversed(found) if uid < low]
    skipped = 0
    for listed in _parts(newer):
        left_out = _pull_listed(client, job, folder, listed, lambda last: [validity, last, low])
        if left_out is None:
            return None
        skipped, high = skipped + left_out, listed[-1]
    for listed in _parts(older):
        left_out = _pull_listed(client, job, folder, listed, lambda last: [validity, high, last])
        if left_out is None:
            return None
        skipped += left_out
    return skipped if _advance(job, folder, [validity, high, 0], []) else None


def _place(job: Job, folder: str) -> tuple[int, int, int]:
    """UIDVALIDITY, the highest UID that was pulled, and down to which below it all were: 0 for all of them."""
    validity, high, low = [*job.progress.get(folder, [0, 0]), 0][:3]
    return validity, high, low


def _parts(uids: list[int]) -> Iterator[list[int]]:
    return (uids[start : start + LISTED] for start in range(0, len(uids), LISTED))


def _pull_listed(
    client: "IMAPClient", job: Job, folder: str, listed: list[int], place: Callable[[int], list[int]]
) -> int | None:
    """Pull in the order of `listed`; `place` says how far the job is behind a UID."""
    sizes, wanted, too_large = _wanted(client, job, listed)
    for batch in _batches(wanted, sizes):
        if not _store(client, job, folder, place(batch[-1]), batch):
            return None
    return too_large if _advance(job, folder, place(listed[-1]), []) else None


def _wanted(client: "IMAPClient", job: Job, uids: list[int]) -> tuple[dict[int, int], list[int], int]:
    """Sizes by UID, those that are not here yet, and how many are too large to be taken at all."""
    refill(client)
    lines = client.fetch(uids, ["RFC822.SIZE", _IDS])
    sizes = {uid: int(line[b"RFC822.SIZE"]) for uid, line in lines.items() if b"RFC822.SIZE" in line}
    ids = {uid: _identifier(line) for uid, line in lines.items()}
    present = _present(job, {each for each in ids.values() if each})
    limit = settings.current().max_message_bytes
    new = [uid for uid in uids if uid in sizes and ids[uid] not in present]
    return sizes, [uid for uid in new if sizes[uid] <= limit], sum(sizes[uid] > limit for uid in new)


def _identifier(line: dict[bytes, Any]) -> str:
    field = next((value for name, value in line.items() if name.startswith(b"BODY[HEADER")), b"") or b""
    found = _MESSAGE_ID.search(field)
    return found[0].decode("utf-8", "replace") if found else ""


def _present(job: Job, ids: set[str]) -> set[str]:
    """Those of the Message-IDs that the organisation has filed, however they came."""
    query = sa.select(col(Message.message_id)).where(
        col(Message.organisation_id) == job.organisation_id, col(Message.message_id).in_(ids)
    )
    with database.reading() as session:
        return set(session.connection().execute(query).scalars())


def _batches(uids: list[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for uid in uids:
        if batch and (len(batch) >= MOST_MESSAGES or size + sizes[uid] > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(uid)
        size += sizes[uid]
    if batch:
        yield batch


def _store(client: "IMAPClient", job: Job, folder: str, place: list[int], uids: list[int]) -> bool:
    if job.room is not None and job.room <= 0:
        return False
    refill(client)
    lines = client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])
    limit = settings.current().max_message_bytes
    found = ((lines[uid].get(b"BODY[]"), lines[uid].get(b"INTERNALDATE")) for uid in uids if uid in lines)
    # one that lies about a size, or sends no content, gets no other message lost
    pulled = [_pulled(content, at or clock.now()) for content, at in found if content and len(content) <= limit]
    if job.room is not None:
        job.room -= sum(len(each.content) for each in pulled)
    return _advance(job, folder, place, pulled)


def _advance(job: Job, folder: str, place: list[int], pulled: list[Pulled]) -> bool:
    with database.transaction() as session:
        return advance(session, job, folder, place, pulled)


def _pulled(content: bytes, at: datetime) -> Pulled:
    """Without a Return-Path the author stands in for it: a null one would make a machine of every correspondent."""
    head = content.partition(b"\r\n\r\n")[0]
    found = _RETURN_PATH.search(head)
    path = found[1].decode("utf-8", "replace") if found else mail_message.parse(head + b"\r\n\r\n").author.address
    return Pulled(content, path[:1000], min(at.astimezone(UTC), clock.now()))
