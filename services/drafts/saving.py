"""Drafts as rows: saved with a version, read by the whole team, discarded."""

from dataclasses import asdict, dataclass, field

from sqlmodel import Session, col, select

from models import Alias, Attachment, Draft, Mailbox
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True)
class Writing:
    """The fields of the composer."""

    to: list[dict[str, str]] = field(default_factory=list)
    cc: list[dict[str, str]] = field(default_factory=list)
    bcc: list[dict[str, str]] = field(default_factory=list)
    subject: str = ""
    html: str = ""
    text: str = ""
    alias_id: int | None = None
    mailbox_id: int | None = None  # instead of an alias
    plain: bool = False


def save(session: Session, draft_id: int, writing: Writing, *, version: int, actor: Actor) -> Draft:
    """Keep what was typed. `version` is the one it was typed upon; Conflict if somebody saved another since."""
    access.require(actor, Permission.WORK_TICKETS)
    draft = locked(session, draft_id, actor)
    if draft.version != version:
        raise Conflict("This draft was changed elsewhere; reload it before you go on.", code="draft_changed")
    if writing.alias_id is not None:
        _check_own(session.get(Alias, writing.alias_id), actor)
    if writing.mailbox_id is not None:
        _check_own(session.get(Mailbox, writing.mailbox_id), actor)
    for name, value in asdict(writing).items():
        setattr(draft, name, value[:998] if name == "subject" else value)
    draft.version += 1
    draft.updated_at = clock.now()
    session.add(draft)
    return changed(session, draft)


def get(session: Session, draft_id: int, *, actor: Actor) -> Draft:
    """Any draft of the organisation: drafts are visible to the team. Raises NotFound."""
    access.require(actor, Permission.READ_TICKETS)
    draft = session.get(Draft, draft_id)
    if draft is None or draft.organisation_id != actor.organisation_id:
        raise NotFound("This draft is gone: it was sent or discarded.", code="draft_gone")
    return draft


def mine(session: Session, *, actor: Actor) -> list[Draft]:
    """The member's own drafts, the latest first, those of no ticket included."""
    access.require(actor, Permission.READ_TICKETS)
    query = select(Draft).where(Draft.organisation_id == actor.organisation_id, Draft.author_id == actor.user_id)
    return list(session.exec(query.order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())).all())


def discard(session: Session, draft_id: int, *, actor: Actor) -> None:
    """Throw a draft and its uploads away."""
    access.require(actor, Permission.WORK_TICKETS)
    draft = locked(session, draft_id, actor)
    for file in session.exec(select(Attachment).where(col(Attachment.draft_id) == draft_id)):
        session.delete(file)
    session.delete(draft)
    events.record(session, events.DraftChanged(actor.organisation_id, draft.ticket_id or 0, draft_id))


def locked(session: Session, draft_id: int, actor: Actor) -> Draft:
    """The draft, kept from other writers until the commit. Raises NotFound."""
    query = select(Draft).where(col(Draft.id) == draft_id, col(Draft.organisation_id) == actor.organisation_id)
    draft = session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if draft is None:
        raise NotFound("This draft is gone: it was sent or discarded.", code="draft_gone")
    return draft


def changed(session: Session, draft: Draft) -> Draft:
    """Tell open pages that the draft differs."""
    session.flush()
    events.record(session, events.DraftChanged(draft.organisation_id, draft.ticket_id or 0, draft.id or 0))
    return draft


def _check_own(found: Alias | Mailbox | None, actor: Actor) -> None:
    if found is None or found.organisation_id != actor.organisation_id:
        raise Invalid("Choose one of your addresses to write from.", field="alias_id", code="unknown_alias")
