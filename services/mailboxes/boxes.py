"""What each mailbox's flags and quota say about mail for it, in memory."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Mailbox
from services import errors


@dataclass(slots=True)
class Box:
    """One mailbox: what its flags and its quota (bytes) say about mail for it. `used` is as new as the last load, with
    what this listener has taken since."""

    id: int
    active: bool
    tls_in: bool
    quota: int | None
    used: int

    def admit(self, size: int, *, is_tls: bool) -> None:
        """Raises what a sender must be told who has a message of `size` bytes (0 = not announced) for it."""
        if not self.active:
            raise errors.NotFound("This mailbox does not receive mail at present.", code="mailbox_inactive")
        if self.tls_in and not is_tls:
            raise errors.NotPermitted("This mailbox takes mail over TLS only; use STARTTLS first.", code="tls_required")
        if self.quota is None:
            return
        if size > self.quota:
            raise errors.Invalid("The message is larger than this mailbox may ever hold.", code="mailbox_too_small")
        if self.used >= self.quota or self.used + size > self.quota:
            raise errors.Unavailable("This mailbox is full; try again later.", code="mailbox_full")


def read_boxes(session: Session) -> list[tuple[int | None, str, Box]]:
    """Every mailbox, with the address it has of its own."""
    rows = session.connection().execute(
        sa.select(
            col(Mailbox.domain_id),
            col(Mailbox.local_part),
            col(Mailbox.id),
            col(Mailbox.active),
            col(Mailbox.tls_in),
            col(Mailbox.quota),
            col(Mailbox.used_bytes),
        )
    )
    return [
        (domain_id, local_part or "", Box(number or 0, active, tls_in, None if quota is None else quota << 20, used))
        for domain_id, local_part, number, active, tls_in, quota, used in rows
    ]
