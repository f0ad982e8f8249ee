"""Files on their way out: the draft's uploads, pictures pasted into it, and those of a message that is forwarded."""

import re

from sqlmodel import Session, col, select

from models import Attachment, Draft, Message, RawMessage
from services import ids
from services.mail.compose import File, message_id
from services.mail.message import part_content
from services.replies.storing import as_file

_OURS = re.compile(r"""(src\s*=\s*["'])/files/(att_[0-9a-z]{13})(?:\?[^"']*)?(["'])""", re.IGNORECASE)


def of_draft(session: Session, draft: Draft) -> tuple[list[File], str]:
    """The draft's files, and its html in which pictures shown from our pages become `cid:` of those files."""
    rows = session.exec(
        select(Attachment).where(col(Attachment.draft_id) == draft.id).order_by(col(Attachment.id))
    ).all()
    by_id = {ids.encode("att", row.id or 0): row for row in rows}

    def embedded(match: re.Match[str]) -> str:
        row = by_id.get(match[2])
        if row is None:
            return match[0]
        row.inline, row.content_id = True, row.content_id or message_id("mailroom").strip("<>")
        session.add(row)
        return f"{match[1]}cid:{row.content_id}{match[3]}"

    html = _OURS.sub(embedded, draft.html)
    return [as_file(row, row.content or b"") for row in rows], html


def of_message(session: Session, message: Message) -> list[File]:
    """The files of a stored message, from its raw bytes or as they were uploaded."""
    rows = session.exec(select(Attachment).where(col(Attachment.message_id) == message.id).order_by(col(Attachment.id)))
    raw = session.get(RawMessage, message.raw_id) if message.raw_id else None
    files = []
    for row in rows.all():
        if row.content is not None:
            files.append(as_file(row, row.content))
        elif raw is not None and row.part is not None:
            files.append(as_file(row, part_content(raw.content, row.part)[1]))
    return files


def hand_over(session: Session, draft: Draft, message: Message) -> None:
    """The draft's uploads become the message's."""
    for row in session.exec(select(Attachment).where(col(Attachment.draft_id) == draft.id)):
        row.draft_id, row.message_id = None, message.id
        session.add(row)
    session.flush()


def hand_back(session: Session, message: Message, draft: Draft) -> None:
    """And the draft's again, after undo."""
    for row in session.exec(select(Attachment).where(col(Attachment.message_id) == message.id)):
        row.draft_id, row.message_id = draft.id, None
        session.add(row)
    session.flush()
