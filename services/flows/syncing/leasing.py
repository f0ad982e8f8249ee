"""A job stays ours while its run lasts, however long the other server takes over an answer."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services import database
from services.errors import Unavailable
from services.flows.syncing import jobs
from services.flows.syncing.jobs import Job

BEAT_SECONDS = 20.0  # some beats may be missed before the lease ends
log = logging.getLogger("mailroom.syncing")


@contextmanager
def kept(job: Job) -> Iterator[None]:
    """Renew the job's lease during the block, until somebody else has it."""
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(job, over), name=f"lease-{job.id}", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _beat(job: Job, over: threading.Event) -> None:
    while not over.wait(BEAT_SECONDS):
        try:
            with database.transaction() as session:
                if not jobs.renew(session, job):
                    return
        except Unavailable as error:
            log.warning("the lease of sync job %d could not be renewed: %s", job.id, error.message)
