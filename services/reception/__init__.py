"""Taking responsibility for mail (RFC 5321 6.1): the raw bytes once, one row a recipient, on disk before the 250."""

from services.reception.storing import ARRIVED, accept, store
from services.reception.trace import Envelope, make_queue_id, received_field, submitted_field

__all__ = ["ARRIVED", "Envelope", "accept", "make_queue_id", "received_field", "store", "submitted_field"]
