"""Folder by folder, in batches that fit the memory, without what is there already: what came before the job began is
filed as history, what came since goes the way of new mail."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from services import database, settings
from services.flows.syncing import jobs, keeping
from services.flows.syncing.folders import Folder, Look, folders, look, with_news
from services.flows.syncing.jobs import Job, Place
from services.flows.syncing.keeping import Mail
from services.flows.syncing.remote import refill

if TYPE_CHECKING:
    from imapclient import IMAPClient

MOST_BYTES = 8 << 20  # of messages in memory, unless one alone is larger
MOST_MESSAGES = 200
LISTED = 500  # messages whose size and id are asked for at once
SWITCHED_OFF = "The job was switched off or changed."
FULL = "The mailbox is full."
_HEAD = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE)]"


def pull(client: "IMAPClient", job: Job) -> str | None:
    """Pull every folder. What was left out, in words, "" for nothing; None where it was broken off to be gone on
    with."""
    waiting, closed = with_news(client, job, folders(client, job))
    with database.transaction() as session:
        if not jobs.counted(session, job, sum(count for _, count in waiting)):
            return SWITCHED_OFF
    skipped = 0
    for folder, _ in waiting:
        left_out = _pull_folder(client, job, folder)
        if left_out is None and job.stopping.is_set():
            return None
        if left_out is None:
            return FULL if job.room is not None and job.room <= 0 else SWITCHED_OFF
        skipped += left_out
    return " ".join(_left_out(skipped, closed))


def _left_out(skipped: int, closed: list[str]) -> Iterator[str]:
    if skipped:
        limit = settings.current().max_message_bytes >> 20
        yield f"{skipped} message{'s' if skipped > 1 else ''} larger than {limit} MB left out."
    if closed:
        yield f"The server does not open {', '.join(closed)}."


def _pull_folder(client: "IMAPClient", job: Job, folder: Folder) -> int | None:
    """How many were too large; None when there is no going on."""
    seen = look(client, job, folder)
    skipped = 0
    for listed, is_newer in seen.parts(LISTED):
        left_out = None if job.stopping.is_set() else _pull_listed(client, job, folder, seen, listed, is_newer)
        if left_out is None:
            return None
        skipped += left_out
    return skipped if keeping.keep(job, Place(folder.name, [seen.validity, seen.high, 0], 0), []) else None


def _pull_listed(
    client: "IMAPClient", job: Job, folder: Folder, seen: Look, listed: list[int], is_newer: bool
) -> int | None:
    """Pull in the order of `listed`; how many were too large, None when there is no going on."""
    sizes, wanted, too_large = _wanted(client, job, listed)
    passed = 0
    for batch in _batches(wanted, sizes):
        if _must_end(job):
            return None
        mails = _fetched(client, folder, job, batch, was_there=not is_newer)
        count = listed.index(batch[-1]) + 1 - passed
        if not keeping.keep(job, Place(folder.name, seen.pass_by(batch[-1], is_newer), count), mails):
            return None
        passed += count
    rest = Place(folder.name, seen.pass_by(listed[-1], is_newer), len(listed) - passed)
    return too_large if keeping.keep(job, rest, []) else None


def _must_end(job: Job) -> bool:
    return job.stopping.is_set() or (job.room is not None and job.room <= 0)


def _wanted(client: "IMAPClient", job: Job, uids: list[int]) -> tuple[dict[int, int], list[int], int]:
    """Sizes by UID, those that are not here yet, and how many are too large to be taken at all."""
    refill(client)
    lines = client.fetch(uids, ["RFC822.SIZE", _HEAD])
    sizes = {uid: int(line[b"RFC822.SIZE"]) for uid, line in lines.items() if b"RFC822.SIZE" in line}
    present = keeping.present(job, {uid: _head(line) for uid, line in lines.items()})
    limit = settings.current().max_message_bytes
    new = [uid for uid in uids if uid in sizes and uid not in present]
    return sizes, [uid for uid in new if sizes[uid] <= limit], sum(sizes[uid] > limit for uid in new)


def _head(line: dict[bytes, Any]) -> bytes:
    return next((value for name, value in line.items() if name.startswith(b"BODY[HEADER")), b"") or b""


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


def _fetched(client: "IMAPClient", folder: Folder, job: Job, uids: list[int], *, was_there: bool) -> list[Mail]:
    """In the order they came there; one that lies about a size, or sends no content, gets no other message lost."""
    refill(client)
    lines = client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"])
    limit = settings.current().max_message_bytes
    found = ((lines[uid].get(b"BODY[]"), lines[uid]) for uid in sorted(uids) if uid in lines)
    return [
        Mail(
            content,
            line.get(b"INTERNALDATE"),
            folder.marks(content, list(line.get(b"FLAGS", ())), job.subfolder),
            was_there,
        )
        for content, line in found
        if content and len(content) <= limit
    ]
