"""Saved views: searches kept under a name, one's own or the team's."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import SavedView
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound

MOST = 100
LONGEST_NAME = 100


def all(session: Session, *, actor: Actor) -> list[SavedView]:
    """One's own and the shared ones, in order."""
    access.require(actor, Permission.READ_TICKETS)
    order = (col(SavedView.position), col(SavedView.id))
    return list(session.exec(select(SavedView).where(*_visible(actor)).order_by(*order)).all())


def get(session: Session, view_id: int, *, actor: Actor) -> SavedView:
    """Raises NotFound for another member's own view as well."""
    access.require(actor, Permission.READ_TICKETS)
    view = session.exec(select(SavedView).where(SavedView.id == view_id, *_visible(actor))).first()
    if view is None:
        raise NotFound("There is no such view.")
    return view


def create(session: Session, name: str, query: str, *, shared: bool = False, actor: Actor) -> SavedView:
    """Keep a search; a shared one is for the whole team and needs the right to work on tickets."""
    access.require(actor, Permission.WORK_TICKETS if shared else Permission.READ_TICKETS)
    if len(all(session, actor=actor)) >= MOST:
        raise Invalid(f"There are already {MOST} views; delete one first.", code="too_many")
    view = SavedView(
        organisation_id=actor.organisation_id,
        user_id=None if shared else actor.user_id,
        name=_named(session, name, actor),
        query=_query(query),
        position=len(all(session, actor=actor)),
        created_at=clock.now(),
    )
    return _stored(session, view)


def update(
    session: Session,
    view_id: int,
    *,
    name: str | None = None,
    query: str | None = None,
    position: int | None = None,
    actor: Actor,
) -> SavedView:
    """Change what is given."""
    view = _changeable(session, view_id, actor)
    if name is not None:
        view.name = _named(session, name, actor, itself=view)
    if query is not None:
        view.query = _query(query)
    if position is not None:
        view.position = position
    return _stored(session, view)


def delete(session: Session, view_id: int, *, actor: Actor) -> SavedView:
    """Remove the view; what it was, so that it can be made again."""
    view = _changeable(session, view_id, actor)
    session.delete(view)
    events.record(session, events.ViewsChanged(actor.organisation_id))
    return view


def may_change(view: SavedView, *, actor: Actor) -> bool:
    """One's own, and the team's for whoever works on tickets."""
    return view.user_id is not None or access.may(actor, Permission.WORK_TICKETS)


def _stored(session: Session, view: SavedView) -> SavedView:
    session.add(view)
    session.flush()
    events.record(session, events.ViewsChanged(view.organisation_id))
    return view


def _changeable(session: Session, view_id: int, actor: Actor) -> SavedView:
    view = get(session, view_id, actor=actor)
    if view.user_id is None:
        access.require(actor, Permission.WORK_TICKETS)
    return view


def _visible(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    mine = sa.or_(col(SavedView.user_id) == actor.user_id, col(SavedView.user_id).is_(None))
    return col(SavedView.organisation_id) == actor.organisation_id, mine


def _named(session: Session, name: str, actor: Actor, *, itself: SavedView | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A view needs a name.", field="name", code="empty_name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A view's name has at most {LONGEST_NAME} characters.", field="name", code="long_name")
    taken = {view.name.casefold() for view in all(session, actor=actor) if view is not itself}
    if name.casefold() in taken:
        raise Conflict(f"There is already a view named {name}.", field="name", code="name_taken")
    return name


def _query(query: str) -> str:
    if not query.strip():
        raise Invalid("A view needs a search.", field="query", code="empty_query")
    return query.strip()[:500]
