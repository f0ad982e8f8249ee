"""Where old mail goes, and as what: of an import and of a sync alike."""

from dataclasses import dataclass

from models import TicketStatus


@dataclass(slots=True, kw_only=True)
class Purpose:
    """`user_id` is whoever had seen and flagged it elsewhere, `protocol` and `host` are where it comes from."""

    organisation_id: int
    mailbox_id: int
    user_id: int | None
    status: TicketStatus = TicketStatus.CLOSED
    folders: bool = True
    tag: str = ""
    protocol: str = "IMPORT"
    host: str = ""
