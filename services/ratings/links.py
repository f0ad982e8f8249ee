"""The signed links of ratings: they name a ticket by its opaque id, tell nothing else, and end."""

from datetime import timedelta

from services import ids, secrets, settings
from services.errors import Invalid, NotFound

LIFETIME = timedelta(days=30)


def link(ticket_id: int) -> str:
    token = secrets.sign("rating", {"t": ids.encode("ticket", ticket_id)}, lifetime=int(LIFETIME.total_seconds()))
    return f"{settings.current().url}/rate/{token}"


def ticket_of(token: str) -> int:
    """The ticket a link is about. Raises Invalid when it is forged, damaged or expired."""
    try:
        return ids.decode("ticket", str(secrets.verify("rating", token).get("t")))
    except NotFound:
        raise Invalid("This link is not one of ours.", code="invalid_token") from None
