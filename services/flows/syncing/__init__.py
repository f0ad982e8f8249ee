"""Pulling remote IMAP accounts into mailboxes: claim a job that is due, pull what is new, say how it went.

The connection and every fetch happen between short transactions. What was stored and how far the job has come are
one transaction, so that a crash repeats nothing and loses nothing.
"""

import logging
import secrets as random
import threading

from services import database
from services.errors import Error
from services.flows.syncing import jobs, leasing, pulling
from services.flows.syncing.checking import Step, check
from services.flows.syncing.jobs import Account, recover
from services.flows.syncing.remote import Trouble, connected

log = logging.getLogger("mailroom.syncing")


def process_one(claimant: str | None = None, stopping: threading.Event | None = None) -> bool:
    """Run one job that is due, for the process of that slot; False when none is. Once `stopping` is set it is broken
    off between two batches, for whoever comes next to go on with."""
    with database.transaction() as session:
        job = jobs.claim(session, claimant, stopping or threading.Event())
    if job is None:
        return False
    try:
        with leasing.kept(job), connected(job.account) as client:
            error = pulling.pull(client, job)
    except (Trouble, Error) as trouble:
        error = str(trouble)
    except Exception:
        reference = random.token_hex(4)
        log.exception("sync job %d failed, reference %s", job.id, reference)
        error = f"A fault of ours; it is in the log under {reference}."
    with database.transaction() as session:
        if error is None:
            jobs.give_back(session, job)
        else:
            jobs.finish(session, job, error)
    return True


__all__ = ["Account", "Step", "check", "process_one", "recover"]
