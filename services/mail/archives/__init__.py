"""Mail as other programs keep it: mbox in its dialects, Maildir, .eml, alone or in zip and tar; read one message at a
time, from any place on, and mbox written."""

from services.mail.archives.contents import Item, items
from services.mail.archives.flags import Marks
from services.mail.archives.mbox import TOO_LARGE, escaped
from services.mail.archives.packed import Unreadable

__all__ = ["TOO_LARGE", "Item", "Marks", "Unreadable", "escaped", "items"]
