"""The queue of mail that leaves: everything that sends enqueues here; people watch and steer it here."""

from services.outbound.adding import PRIORITY_AUTOMATIC, PRIORITY_BULK, PRIORITY_PERSON, enqueue, queue_rows
from services.outbound.listing import Page, counts, get, history, queue
from services.outbound.steering import cancel, hold, is_paused, pause, release, resume, retry, withdraw
from services.outbound.submitting import may_write_as, submit

__all__ = [
    "PRIORITY_AUTOMATIC",
    "PRIORITY_BULK",
    "PRIORITY_PERSON",
    "Page",
    "cancel",
    "counts",
    "enqueue",
    "get",
    "history",
    "hold",
    "is_paused",
    "may_write_as",
    "pause",
    "queue",
    "queue_rows",
    "release",
    "resume",
    "retry",
    "submit",
    "withdraw",
]
