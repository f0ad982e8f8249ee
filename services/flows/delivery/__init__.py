"""The way out: due rows of the outbound queue become mail at their next server, and each attempt a line of history.

Before: a stored message and one row a recipient, with reverse-path and due time. After: the same message, signed, in
the hands of the next server, or the row due again later, or given up and its sender told. A crash between the two
sends the same message (same Message-ID) again once its lease has ended: at least once, never lost.
"""

from services.flows.delivery.claiming import Flight, claim, give_back, recover
from services.flows.delivery.recording import SCHEDULE, record
from services.flows.delivery.steps import STEPS, carry
from services.flows.delivery.worker import Worker

__all__ = ["SCHEDULE", "STEPS", "Flight", "Worker", "carry", "claim", "give_back", "record", "recover"]
