"""What a list is narrowed by: something of one's own, or nothing that exists."""

from typing import Any

from sqlmodel import Session

from models import Alias, Domain, Mailbox, User
from services.access import Actor
from services.errors import NotFound


def require_own(
    session: Session, kind: type[Alias | Domain | Mailbox | User], number: int | None, *, actor: Actor
) -> None:
    """Raises NotFound for what another organisation has as for what nobody has; None narrows nothing."""
    if number is None:
        return
    found: Any = session.get(kind, number)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound(f"There is no such {kind.__name__.lower()}.")
