"""Dialect C: a mail server's administration by natural keys, with `type` and `msg` in every answer that is no data."""

from api.mail_server.aliases import router as aliases
from api.mail_server.domains import router as domains
from api.mail_server.mailboxes import router as mailboxes
from api.mail_server.shapes import Admin
from api.mail_server.syncjobs import router as syncjobs

ROUTERS = (domains, mailboxes, aliases, syncjobs)

__all__ = ["ROUTERS", "Admin"]
