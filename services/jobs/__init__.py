"""Durable jobs: everything long or periodic that is not the mail path itself. They outlive a crash of the process.

How to run something as a job:

1. Name it: a member of `models.JobKind` (no migration: it is a text column).
2. Define it in a flow (`services/flows/<noun>.py`; `services/flows/runners.py` must import that module)::

       @jobs.define(JobKind.IMPORTS)
       async def bring_in(import_id: int) -> None:
           count = await jobs.step("count", database.read, _count, import_id)   # done once, its result kept
           for number in range(0, count, 500):
               await jobs.step(f"rows {number}", database.call, _bring_in, import_id, number)

3. Ask for it in the transaction that wants it: `jobs.enqueue(session, JobKind.IMPORTS, import_id)`; `at=` for later.
   Asking twice before it begins runs it once; asking while it runs makes it run once more afterwards.
   Work that rows with a due time already ask for needs no call: `define(…, due=finder)`, where `finder(session)` gives
   the subjects that are due, is asked every second, and at once after `events.WorkArrived(0, "jobs")`.
   A subject whose row shows a state hears of a try that failed: `define(…, stumbled=tell)`, where `tell(session,
   subject_id, why, again_at)` is called in the transaction that puts the job off, or (`again_at` None) gives it up.

What it may count on: at most one run a (kind, subject) at a time over all processes; what raises is tried again after
`waits`, then given up with its error kept on the row (`jobs.failed`). A run that a crash or a stop cut short goes on
after the last finished step, here or in another process: steps are at least once, so write them to be repeated.
Arguments and step results are ids and plain JSON values, never models. Network and database calls belong inside steps;
between them the function must take the same way again (branch on step results and arguments, not on the clock).
`jobs.pause(seconds)` is a rest that outlives the process. Outside a job both just run: tests call the function itself.
"""

from services.jobs.asking import enqueue, failed, withdraw
from services.jobs.kinds import define
from services.jobs.stepping import pause, step
from services.jobs.working import Worker

__all__ = ["Worker", "define", "enqueue", "failed", "pause", "step", "withdraw"]
