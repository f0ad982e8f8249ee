"""What rules do in the background: actions that reach outside, tried again when they fail; drafts tried on old mail."""

from services.flows.rules.acting import act
from services.flows.rules.trying import advance

__all__ = ["act", "advance"]
