"""How much a domain may hold, how much a mailbox may hold, and how much they do."""

from services.quotas.limits import Held, check_domain, check_mailbox, held, lock, room_for_alias, room_for_mailbox
from services.quotas.usage import give_back, note, use

__all__ = [
    "Held",
    "check_domain",
    "check_mailbox",
    "give_back",
    "held",
    "lock",
    "note",
    "room_for_alias",
    "room_for_mailbox",
    "use",
]
