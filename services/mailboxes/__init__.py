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
from services.mailboxes.addresses import Target, resolve, whole_address
from services.mailboxes.credentials import Credential, admitted, with_name
from services.mailboxes.directory import Directory, touch
from services.mailboxes.heirs import default_of
from services.mailboxes.inboxes import Options, all, create, get, needs_tls, remove, update

__all__ = [
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
    "entries",
    "entry",
    "get",
    "move_to",
    "needs_tls",
    "remove",
    "resolve",
    "set_password",
    "touch",
    "update",
    "whole_address",
    "with_address",
    "with_name",
]
