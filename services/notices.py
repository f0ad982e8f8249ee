"""Notices: what needs somebody's attention until it is over or put away. One is open for one trouble at a time."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from models import Notice, NoticeLevel, Role
from services import clock, events
from services.access import Actor
from services.errors import NotFound

_CARETAKERS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})
LONGEST = 200


@dataclass(frozen=True)
class Trouble:
    """What a notice is about: `kind` and `subject_id` tell it from others, `user_id` whose it is alone."""

    organisation_id: int
    kind: str
    subject_id: int = 0
    user_id: int | None = None


def open(
    session: Session,
    trouble: Trouble,
    title: str,
    *,
    text: str = "",
    link: str = "",
    level: NoticeLevel = NoticeLevel.WARNING,
) -> Notice:
    """Open a notice, or bring the open one about the same trouble up to date."""
    notice = _current(session, trouble)
    if notice is None:
        notice = Notice(
            organisation_id=trouble.organisation_id,
            user_id=trouble.user_id,
            kind=trouble.kind,
            subject_id=trouble.subject_id,
            title="",
            opened_at=clock.now(),
        )
    notice.title, notice.text, notice.link, notice.level = title[:300], text[:2000], link, level
    session.add(notice)
    events.record(session, events.NoticesChanged(trouble.organisation_id))
    return notice


def close(session: Session, trouble: Trouble) -> None:
    """The trouble is over."""
    notice = _current(session, trouble)
    if notice is not None:
        _put_away(session, notice)


def close_all(session: Session, organisation_id: int, kind: str, subject_id: int) -> None:
    """The trouble is over for everybody who was told of it."""
    query = select(Notice).where(
        Notice.organisation_id == organisation_id,
        Notice.kind == kind,
        Notice.subject_id == subject_id,
        col(Notice.closed_at).is_(None),
    )
    for notice in session.exec(query).all():
        _put_away(session, notice)


def current(session: Session, *, actor: Actor) -> list[Notice]:
    """The open notices `actor` should see, newest first: their own, and everybody's for those who run the place."""
    query = select(Notice).where(Notice.organisation_id == actor.organisation_id, col(Notice.closed_at).is_(None))
    query = query.where(_visible(actor)).order_by(col(Notice.opened_at).desc(), col(Notice.id).desc()).limit(LONGEST)
    return list(session.exec(query))


def dismiss(session: Session, notice_id: int, *, actor: Actor) -> None:
    """Put a notice away; it opens anew if the trouble comes again. Raises NotFound for what `actor` doesn't see."""
    query = select(Notice).where(
        Notice.id == notice_id, Notice.organisation_id == actor.organisation_id, _visible(actor)
    )
    notice = session.exec(query).first()
    if notice is None:
        raise NotFound("There is no such notice.")
    if notice.closed_at is None:
        _put_away(session, notice)


def _visible(actor: Actor) -> ColumnElement[bool]:
    own = col(Notice.user_id) == actor.user_id
    return or_(own, col(Notice.user_id).is_(None)) if actor.role in _CARETAKERS else own


def _current(session: Session, trouble: Trouble) -> Notice | None:
    query = select(Notice).where(
        Notice.organisation_id == trouble.organisation_id,
        Notice.kind == trouble.kind,
        Notice.subject_id == trouble.subject_id,
        col(Notice.user_id) == trouble.user_id if trouble.user_id is not None else col(Notice.user_id).is_(None),
        col(Notice.closed_at).is_(None),
    )
    return session.exec(query).first()


def _put_away(session: Session, notice: Notice) -> None:
    notice.closed_at = clock.now()
    session.add(notice)
    events.record(session, events.NoticesChanged(notice.organisation_id))
