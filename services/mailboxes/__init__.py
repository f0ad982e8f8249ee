"""Which addresses exist and which shared inbox their mail goes to."""

from services.mailboxes.addressed import (
    Addressed,
    addressed,
    create_at,
    entries,
    entry,
    move_to,
    set_password,
    with_address,
)
from services.mailboxes.addresses import Target, delivery_of, resolve, reverse_path_of, whole_address
from services.mailboxes.credentials import Credential, admitted, with_name
from services.mailboxes.directory import Directory, touch
from services.mailboxes.heirs import default_of
from services.mailboxes.inboxes import LONGEST_RATING, Options, all, create, get, needs_tls, remove, update

__all__ = [
    "LONGEST_RATING",
    "Addressed",
    "Credential",
    "Directory",
    "Options",
    "Target",
    "addressed",
    "admitted",
    "all",
    "create",
    "create_at",
    "default_of",
    "delivery_of",
    "entries",
    "entry",
    "get",
    "move_to",
    "needs_tls",
    "remove",
    "resolve",
    "reverse_path_of",
    "set_password",
    "touch",
    "update",
    "whole_address",
    "with_address",
    "with_name",
]
