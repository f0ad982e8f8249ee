"""The event feed: everything that happened, as webhooks tell of it, to be read from any point on and told again.

Whoever reads with a cursor misses nothing: ids grow in the order in which transactions are committed.
"""

from services.feed.keeping import forget_old, publish_due
from services.feed.reading import LATEST, Page, event, latest, page, since
from services.feed.recording import record, withdraw

__all__ = [
    "LATEST",
    "Page",
    "event",
    "forget_old",
    "latest",
    "page",
    "publish_due",
    "record",
    "since",
    "withdraw",
]
