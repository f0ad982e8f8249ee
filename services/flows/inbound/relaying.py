"""The step for domains whose backup we are: what was taken for their own server is sent on to it, as it came."""

import sqlalchemy as sa
from sqlmodel import col

from models import RawMessage
from services import clock, outbound
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter


def relay_on(desk: Desk, letter: Letter) -> Disposition | None:
    """Reverse-path and content stay, and nothing of ours signs it (RFC 5321 3.7); others it is for are still served."""
    away = [each.address for each in letter.recipients if each.target is not None and each.target.relayed]
    if not away:
        return None
    query = sa.select(col(RawMessage.queue_id)).where(col(RawMessage.id) == letter.raw_id)
    now = clock.now()
    row = {
        "organisation_id": letter.organisation_id,
        "message_id": None,
        "raw_id": letter.raw_id,
        "queue_id": desk.session.connection().execute(query).scalar_one(),
        "reverse_path": letter.reverse_path,
        "signing_domain": "",
        "subject": letter.parsed.subject[:998],
        "priority": outbound.PRIORITY_PERSON,
        "due_at": now,
        "created_at": now,
    }
    outbound.queue_rows(desk.session, [row | {"recipient": address} for address in away])
    why = f"Taken for {', '.join(away)} as the backup of their server, and sent on to it."
    letter.say("relay_on", "relayed", why)
    return Disposition("relayed", why) if len(away) == len(letter.recipients) else None
