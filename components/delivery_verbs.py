"""What can be done to a delivery in each of its states: try again, hold, release, cancel."""

from functools import partial
from typing import Any

from components import action, button, notice
from models import Outbound, OutboundStatus
from services import outbound

_WAITING = {OutboundStatus.QUEUED, OutboundStatus.DELAYED}
VERBS = (
    (
        {OutboundStatus.DELAYED, OutboundStatus.FAILED, OutboundStatus.SUPPRESSED, OutboundStatus.CANCELLED},
        "sym_o_replay",
        "Try again:",
        outbound.retry,
        "It goes out now.",
    ),
    (_WAITING, "sym_o_pause", "Hold:", outbound.hold, "Held until you release it."),
    ({OutboundStatus.HELD}, "sym_o_play_arrow", "Release:", outbound.release, "Released."),
    (_WAITING | {OutboundStatus.HELD}, "sym_o_close", "Cancel:", outbound.cancel, "It will not be sent."),
)


def draw_verbs(row: Outbound) -> None:
    """A button for each thing that makes sense now."""
    for states, icon, words, verb, said in VERBS:
        if row.status in states:
            button.icon(icon, f"{words} {row.recipient}", partial(_do, verb, row, said))


async def _do(verb: Any, row: Outbound, said: str) -> None:
    if await action.run(verb, row.id):
        notice.done(said)
