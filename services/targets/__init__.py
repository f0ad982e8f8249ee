"""Posting to URLs that users typed, without letting them reach this machine's own network (SSRF).

A host is resolved once, every address it has is checked, and the connection goes to the checked address, so an answer
that changes afterwards changes nothing. No redirect is followed, no proxy of the environment used.
`targets.posting` holds the client; it takes its time to load, so it is imported where something is posted.
"""

from services.targets.answer import ANSWER_BYTES, Answer
from services.targets.resolving import check, checked_addresses
from services.targets.urls import checked_url, is_public

__all__ = ["ANSWER_BYTES", "Answer", "check", "checked_addresses", "checked_url", "is_public"]
