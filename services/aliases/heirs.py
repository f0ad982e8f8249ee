"""Whose turn it is once a member goes: the one chosen takes their place; else the others, or else the queue."""

from sqlmodel import Session, col, select

from models import Alias, AliasMember, Domain
from services import notices
from services.access import Actor
from services.aliases.register import changed
from services.notices import Trouble


def hand_over(session: Session, user_id: int, heir_id: int | None, *, actor: Actor) -> None:
    """Take a member out of every alias. Where nobody is left, mail waits in the queue, and a notice says so."""
    mine = select(AliasMember, Alias).join(Alias).where(AliasMember.user_id == user_id)
    places = session.exec(mine.where(Alias.organisation_id == actor.organisation_id)).all()
    for place, alias in places:
        session.delete(place)
        if heir_id is not None and session.get(AliasMember, (alias.id, heir_id)) is None:
            session.add(AliasMember(alias_id=alias.id or 0, user_id=heir_id))
        session.flush()
        if session.exec(select(AliasMember.user_id).where(col(AliasMember.alias_id) == alias.id)).first() is None:
            _tell(session, alias)
    if places:
        changed(session, actor)


def _tell(session: Session, alias: Alias) -> None:
    name = f"{alias.local_part}@{session.get_one(Domain, alias.domain_id).name}"
    notices.open(
        session,
        Trouble(alias.organisation_id, "alias_unmanned", alias.id or 0),
        f"Conversations of {name} are handed to nobody now",
        text="Whoever they were handed to has left. They wait in the queue until somebody claims them.",
        link="/aliases",
    )
