"""The folders of an account, and what of each a run has to look at: newest first, what came since before what is
older."""

import imaplib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from services import clock
from services.flows.syncing.jobs import Job
from services.flows.syncing.remote import refill
from services.mail.archives import Marks, flags

if TYPE_CHECKING:
    from imapclient import IMAPClient

SKIPPED = {b"\\noselect", b"\\nonexistent", b"\\drafts", b"\\junk", b"\\trash"}  # RFC 3501, RFC 6154
SKIPPED |= {b"\\flagged", b"\\important"}  # what is in these is in others too
_LETTERS = {b"\\seen": "S", b"\\answered": "R", b"\\flagged": "F", b"\\deleted": "T", b"\\draft": "D"}


@dataclass(frozen=True, slots=True)
class Folder:
    """`name` is the server's, `path` what people read, with a slash between folder and folder."""

    name: str
    path: str
    is_sent: bool = False
    holds_all: bool = False

    def marks(self, content: bytes, noted: list[bytes], below: str) -> Marks:
        """What is known of a message in it; `below` is the folder that all of them go into, if any."""
        letters = "".join(_LETTERS.get(each.lower(), "") for each in noted)
        marks = flags.of(content, letters, "" if self.is_sent or self.holds_all else self.path)
        tag = "/".join(each for each in (below, marks.folder) if each)
        return replace(marks, sent=marks.sent or self.is_sent, folder=tag)


@dataclass(slots=True)
class Look:
    """What a folder holds that was not looked at yet, as UIDs: `newer` in their order, `older` the newest first."""

    validity: int
    high: int
    low: int
    newer: list[int]
    older: list[int]

    def __len__(self) -> int:
        return len(self.newer) + len(self.older)

    def parts(self, most: int) -> Iterator[tuple[list[int], bool]]:
        """Some UIDs at a time, and whether they are newer."""
        for uids, is_newer in ((self.newer, True), (self.older, False)):
            yield from ((uids[start : start + most], is_newer) for start in range(0, len(uids), most))

    def pass_by(self, uid: int, is_newer: bool) -> list[int]:
        """The place once all up to `uid`, or down to it, is done."""
        if is_newer:
            self.high = uid
        else:
            self.low = uid
        return [self.validity, self.high, self.low]


def folders(client: "IMAPClient", job: Job) -> list[Folder]:
    """Those that are pulled: the inbox first, and last the one that shows again what is in the others."""
    import re2  # cannot hang, whatever was typed

    excluded = re2.compile(job.exclude) if job.exclude else None
    found = []
    for noted, delimiter, name in client.list_folders():
        kinds = {each.lower() for each in noted}
        if not (kinds & SKIPPED or (excluded is not None and excluded.search(name))):
            found.append(Folder(name, _path(name, delimiter), b"\\sent" in kinds, b"\\all" in kinds))
    return sorted(found, key=lambda each: (each.holds_all, each.name.upper() != "INBOX", each.name))


def _path(name: str, delimiter: bytes | None) -> str:
    """INBOX.Projects.Alpha, where the server keeps all folders below the inbox, is Projects/Alpha."""
    parts = name.split(delimiter.decode("ascii", "replace")) if delimiter else [name]
    if len(parts) > 1 and parts[0].upper() == "INBOX":
        parts = parts[1:]
    return "/".join(part for part in parts if part and part not in {"[Gmail]", "[Google Mail]"})


def with_news(client: "IMAPClient", job: Job, found: list[Folder]) -> tuple[list[tuple[Folder, int]], list[str]]:
    """The folders there is something to look at in, with how much, and those that the server does not open."""
    waiting: list[tuple[Folder, int]] = []
    closed: list[str] = []
    for folder in found:
        try:
            refill(client)
            count = 0 if _is_done(client, job, folder) else len(look(client, job, folder))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            closed.append(folder.name)
            continue
        if count:
            waiting.append((folder, count))
    return waiting, closed


def _is_done(client: "IMAPClient", job: Job, folder: Folder) -> bool:
    validity, high, low = _place(job, folder)
    try:
        status = client.folder_status(folder.name, ["UIDVALIDITY", "UIDNEXT"])
    except IndexError:  # it answers with nothing
        return False
    is_same = low == 0 and validity == status.get(b"UIDVALIDITY")
    return is_same and status.get(b"UIDNEXT", high + 2) <= high + 1


def look(client: "IMAPClient", job: Job, folder: Folder) -> Look:
    """Opens the folder, to read only."""
    refill(client)
    opened = client.select_folder(folder.name, readonly=True)
    known, high, low = _place(job, folder)
    validity = opened.get(b"UIDVALIDITY")
    if not isinstance(validity, int):
        raise imaplib.IMAP4.error(f"It does not say which messages the numbers of {folder.name} mean (UIDVALIDITY).")
    if known != validity:  # RFC 3501 2.3.1.1: the numbers mean other messages now
        high, low = 0, 0
    is_begun = bool(high)
    criteria: list[Any] = ["UID", f"{1 if low or not is_begun else high + 1}:*"]
    if job.max_age_days:
        criteria += ["SINCE", (clock.now() - timedelta(days=job.max_age_days)).date()]
    found = sorted(client.search(criteria))
    if not is_begun:
        high = max([*found[-1:], int(opened.get(b"UIDNEXT", 1)) - 1])
        low = high + 1
    newer = [uid for uid in found if uid > high]
    return Look(validity, high, low, newer, [uid for uid in reversed(found) if uid < low])


def _place(job: Job, folder: Folder) -> tuple[int, int, int]:
    """UIDVALIDITY, the highest UID that was looked at, and down to which below it all were: 0 for all of them."""
    validity, high, low = [*job.progress.get(folder.name, [0, 0]), 0][:3]
    return validity, high, low
