"""A template put into what somebody is writing."""

from sqlmodel import Session

from services import drafts
from services.access import Actor
from services.mail.address import Address
from services.templates.rendering import Rendering, render


def insert(session: Session, template_id: int, draft_id: int, *, actor: Actor) -> Rendering:
    """Filled in for the first recipient of the draft, else for the correspondent of its conversation; what has no
    value is marked. Raises NotFound for a draft or template that isn't there."""
    draft = drafts.get(session, draft_id, actor=actor)
    first = next((each for each in draft.to if each.get("address")), None)
    to = Address(first.get("name", ""), first["address"]) if first else None
    return render(session, template_id, ticket_id=draft.ticket_id, to=to, marks_gaps=True, actor=actor)
