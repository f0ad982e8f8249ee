"""Where aliases go when the mailbox they fed goes: to the one chosen, or else to their domain's default."""

from sqlmodel import Session, col, select

from models import Alias, Domain, Mailbox
from services import clock, notices
from services.access import Actor
from services.mailboxes.routes import CATCH_ALL
from services.notices import Trouble


def default_of(session: Session, domain_id: int, *, besides: int | None = None) -> int | None:
    """The mailbox of a domain's catch-all, or else the organisation's oldest."""
    fed = select(Alias.mailbox_id).where(Alias.domain_id == domain_id, Alias.local_part == CATCH_ALL)
    mailbox_id = session.exec(fed).first()
    if mailbox_id is not None and mailbox_id != besides:
        return mailbox_id
    of_domain = select(Domain.organisation_id).where(Domain.id == domain_id).scalar_subquery()
    query = select(Mailbox.id).where(Mailbox.organisation_id == of_domain, col(Mailbox.id) != (besides or 0))
    return session.exec(query.order_by(col(Mailbox.id))).first()


def move_aliases(session: Session, mailbox_id: int, heir_id: int | None, *, actor: Actor) -> None:
    """Feed another mailbox with everything that fed this one. Where nobody chose an heir a notice says what became of
    it."""
    own = (Alias.organisation_id == actor.organisation_id, Alias.mailbox_id == mailbox_id)
    for alias in session.exec(select(Alias).where(*own)).all():
        alias.mailbox_id = heir_id or default_of(session, alias.domain_id, besides=mailbox_id)
        alias.updated_at = clock.now()
        session.add(alias)
        if heir_id is None:
            _tell(session, alias)
    session.flush()


def _tell(session: Session, alias: Alias) -> None:
    name = f"{alias.local_part}@{session.get_one(Domain, alias.domain_id).name}"
    mailbox = session.get(Mailbox, alias.mailbox_id) if alias.mailbox_id else None
    notices.open(
        session,
        Trouble(alias.organisation_id, "alias_moved", alias.id or 0),
        f"Mail for {name} now goes to {mailbox.name if mailbox else 'another mailbox'}",
        text="The mailbox it went to was removed, and nobody said where its mail should go.",
        link="/aliases",
    )
