"""What a program noted about a message and where it kept it: Maildir's letters, Status fields, Gmail's labels."""

import re
from dataclasses import dataclass, replace
from email.header import decode_header, make_header
from typing import Any

_FIELD = re.compile(
    rb"^(Status|X-Status|X-Mozilla-Status|X-Gmail-Labels):[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE
)
_MOZILLA = {"seen": 0x0001, "answered": 0x0002, "flagged": 0x0004, "deleted": 0x0008}
INBOXES = {"", "inbox", "cur", "new", "all mail", "archive", "archived", "all mail including spam and trash"}
SENT = {"sent", "sent items", "sent messages", "sent mail"}
JUNK = {"junk", "spam", "junk e-mail", "junk email", "bulk mail"}
TRASH = {"trash", "deleted", "deleted items", "deleted messages", "bin"}
DRAFTS = {"drafts", "draft"}
_GMAIL = {"important", "opened", "unread", "starred", "sent", "chat"}


@dataclass(frozen=True, slots=True)
class Marks:
    """`folder` is the name people gave it, "" for what is none of theirs."""

    seen: bool = False
    answered: bool = False
    flagged: bool = False
    deleted: bool = False
    draft: bool = False
    junk: bool = False
    sent: bool = False
    folder: str = ""


def of(content: bytes, letters: str, folder: str) -> Marks:
    """All that the fields of a message, the letters of its Maildir name and its folder say together."""
    marks = Marks(
        seen="S" in letters,
        answered="R" in letters,
        flagged="F" in letters,
        deleted="T" in letters,
        draft="D" in letters,
    )
    marks = _placed(marks, folder)
    head = content[: content.find(b"\n\r\n") + 1 or content.find(b"\n\n") + 1 or 1 << 16]
    for name, value in _FIELD.findall(head):
        marks = _noted(marks, name.lower().decode(), " ".join(value.decode("latin-1").split()))
    return marks


def _noted(marks: Marks, name: str, value: str) -> Marks:
    if name == "x-gmail-labels":
        return _labelled(marks, value)
    if name == "x-mozilla-status":
        bits = int(value, 16) if re.fullmatch("[0-9a-fA-F]{1,8}", value) else 0
        noted: dict[str, Any] = {each: getattr(marks, each) or bool(bits & bit) for each, bit in _MOZILLA.items()}
        return replace(marks, **noted)
    return replace(
        marks,
        seen=marks.seen or (name == "status" and "R" in value),
        answered=marks.answered or "A" in value,
        flagged=marks.flagged or "F" in value,
        deleted=marks.deleted or "D" in value,
        draft=marks.draft or "T" in value,
    )


def _labelled(marks: Marks, value: str) -> Marks:
    try:
        value = str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return marks
    labels = [label.strip().strip('"') for label in value.split(",")]
    known = {label.lower() for label in labels}
    marks = replace(
        marks,
        seen=marks.seen or "opened" in known or "unread" not in known,
        flagged=marks.flagged or "starred" in known,
        folder="",
    )
    own = ""
    for label in labels:
        if label.lower() in _GMAIL:
            continue
        marks = _placed(marks, label)
        own = own or marks.folder
    return replace(marks, folder=own)


def _placed(marks: Marks, folder: str) -> Marks:
    """In whichever language a name is usual only in English; RFC 6154 came later than these files."""
    last = folder.rpartition("/")[2].lower()
    return replace(
        marks,
        junk=marks.junk or last in JUNK,
        sent=marks.sent or last in SENT,
        deleted=marks.deleted or last in TRASH,
        draft=marks.draft or last in DRAFTS,
        folder="" if last in INBOXES | SENT | JUNK | TRASH | DRAFTS else folder,
    )
