"""Which addresses exist and which shared inbox their mail goes to."""

from services.mailboxes.addresses import Target, resolve
from services.mailboxes.directory import Directory, touch
from services.mailboxes.inboxes import all, create, get, update

__all__ = ["Directory", "Target", "all", "create", "get", "resolve", "touch", "update"]
