"""Templates as the caller may see them: the shared ones, and of the private ones only their own."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Template, TemplateVersion, Visibility
from services import access
from services.access import Actor, Permission
from services.errors import NotFound

MOST = 1_000


def all(session: Session, *, q: str = "", limit: int = MOST, actor: Actor) -> list[Template]:
    """By name; `q` is looked for in name, shortcut, subject and content, each of its words anywhere."""
    access.require(actor, Permission.READ_TEMPLATES)
    query = select(Template).where(*visible(actor))
    for word in q.lower().replace("\0", "").split()[:8]:
        columns = (Template.name, Template.shortcut, Template.subject, Template.text, Template.html)
        query = query.where(sa.or_(*(sa.func.lower(col(each)).contains(word, autoescape=True) for each in columns)))
    ordered = query.order_by(sa.func.lower(col(Template.name)), col(Template.id))
    return list(session.exec(ordered.limit(limit)))


def page(
    session: Session, *, q: str = "", visibility: Visibility | None = None, number: int, limit: int, actor: Actor
) -> tuple[list[Template], int]:
    """One page of them, and how many there are."""
    found = [each for each in all(session, q=q, actor=actor) if visibility in (None, each.visibility)]
    return found[(number - 1) * limit : number * limit], len(found)


def get(session: Session, template_id: int, *, actor: Actor) -> Template:
    """Raises NotFound, also for another's private one."""
    access.require(actor, Permission.READ_TEMPLATES)
    template = session.exec(select(Template).where(col(Template.id) == template_id, *visible(actor))).first()
    if template is None:
        raise NotFound("There is no such template.")
    return template


def versions(session: Session, template_id: int, *, actor: Actor) -> list[TemplateVersion]:
    """What it was each time it was saved, newest first."""
    template = get(session, template_id, actor=actor)
    query = select(TemplateVersion).where(col(TemplateVersion.template_id) == template.id)
    return list(session.exec(query.order_by(col(TemplateVersion.number).desc())))


def visible(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    own = sa.and_(col(Template.visibility) == Visibility.PRIVATE, col(Template.owner_id) == actor.user_id)
    shared = col(Template.visibility) == Visibility.SHARED
    return (col(Template.organisation_id) == actor.organisation_id, sa.or_(shared, own) if actor.user_id else shared)
