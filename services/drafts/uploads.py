"""Files of a draft: uploads and pasted pictures, bounded to what other servers take."""

import re

from sqlmodel import Session, col, select

from models import Attachment
from services import access, clock
from services.access import Actor, Permission
from services.drafts.saving import changed, discard, get, locked
from services.errors import Invalid, NotFound

MAX_FILE = 20 * 1024 * 1024
MAX_FILES = 25 * 1024 * 1024  # of one draft together


def attach(
    session: Session,
    draft_id: int,
    *,
    filename: str,
    content_type: str,
    content: bytes,
    content_id: str = "",
    actor: Actor,
) -> Attachment:
    """Add a file; a pasted picture has a `content_id` and is shown in the text. Raises Invalid when too large."""
    access.require(actor, Permission.WORK_TICKETS)
    draft = locked(session, draft_id, actor)
    together = len(content) + sum(file.size for file in files(session, draft_id, actor=actor))
    if len(content) > MAX_FILE or together > MAX_FILES:
        raise Invalid("The files of one message may have 25 MB together, each at most 20 MB.", code="too_large")
    file = Attachment(
        organisation_id=actor.organisation_id,
        draft_id=draft_id,
        filename=re.sub(r"[\x00-\x1f/\\]", "_", filename).strip()[:255] or "file",
        content_type=content_type[:127] or "application/octet-stream",
        size=len(content),
        content_id=content_id,
        inline=bool(content_id),
        content=content,
        created_at=clock.now(),
    )
    session.add(file)
    changed(session, draft)
    return file


def detach(session: Session, attachment_id: int, *, actor: Actor) -> None:
    """Remove a file from its draft."""
    access.require(actor, Permission.WORK_TICKETS)
    file = session.get(Attachment, attachment_id)
    if file is None or file.organisation_id != actor.organisation_id or file.draft_id is None:
        raise NotFound("There is no such file.")
    draft = locked(session, file.draft_id, actor)
    session.delete(file)
    changed(session, draft)


def hand_on(session: Session, draft_id: int, to_id: int, *, actor: Actor) -> None:
    """The files of one draft become another's, in whose place it was written; the first one is discarded."""
    access.require(actor, Permission.WORK_TICKETS)
    source, target = locked(session, draft_id, actor), locked(session, to_id, actor)
    for file in files(session, draft_id, actor=actor):
        file.draft_id = target.id
        session.add(file)
    session.flush()
    discard(session, source.id or 0, actor=actor)
    changed(session, target)


def files(session: Session, draft_id: int, *, actor: Actor) -> list[Attachment]:
    """The files of a draft, in order."""
    get(session, draft_id, actor=actor)
    query = select(Attachment).where(col(Attachment.draft_id) == draft_id).order_by(col(Attachment.id))
    return list(session.exec(query).all())
