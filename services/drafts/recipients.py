"""Who one might write to: people this organisation has mail with, most recent first."""

import sqlalchemy as sa
from sqlmodel import Session

from services import access
from services.access import Actor, Permission

NEWEST = 5000  # so many of the latest tickets are looked through

_KNOWN = sa.text(
    "SELECT correspondent_name, correspondent FROM"
    " (SELECT correspondent_name, correspondent, id FROM ticket"
    "  WHERE organisation_id = :organisation ORDER BY id DESC LIMIT :newest) AS recent"
    " WHERE correspondent LIKE :start ESCAPE '!' OR lower(correspondent_name) LIKE :start ESCAPE '!'"
    " OR lower(correspondent_name) LIKE :word ESCAPE '!'"
    " GROUP BY correspondent_name, correspondent ORDER BY max(id) DESC LIMIT :limit"
)


def completions(session: Session, typed: str, *, limit: int = 8, actor: Actor) -> list[dict[str, str]]:
    """Correspondents whose address or name begins with what was typed."""
    access.require(actor, Permission.READ_TICKETS)
    wanted = typed.strip().lower()
    for special in "!%_":
        wanted = wanted.replace(special, "!" + special)
    if not wanted:
        return []
    values = {"organisation": actor.organisation_id, "newest": NEWEST, "start": f"{wanted}%", "word": f"% {wanted}%"}
    found = session.connection().execute(_KNOWN, values | {"limit": 2 * limit})
    people: dict[str, dict[str, str]] = {}
    for name, address in found:
        people.setdefault(address, {"name": name, "address": address})
    return list(people.values())[:limit]
