"""The story of one delivery in a drawer: each attempt, where, and the server's own words."""

from nicegui import ui

from components import action, button
from components.moments import moment
from components.pieces import Tone, badge, empty
from components.words import text
from models import Outbound, OutboundAttempt, OutboundStatus
from services import outbound

STATES: dict[OutboundStatus, tuple[str, Tone]] = {
    OutboundStatus.QUEUED: ("Queued", "busy"),
    OutboundStatus.SENDING: ("Sending", "busy"),
    OutboundStatus.DELIVERED: ("Delivered", "good"),
    OutboundStatus.DELAYED: ("Delayed", "warn"),
    OutboundStatus.FAILED: ("Failed", "bad"),
    OutboundStatus.HELD: ("Held", "warn"),
    OutboundStatus.SUPPRESSED: ("Suppressed", ""),
    OutboundStatus.CANCELLED: ("Cancelled", ""),
}
_DOTS = {"": "moment", "good": "moment moment-good", "bad": "moment moment-bad"}
_DOTS |= {"warn": "moment moment-warn", "busy": "moment moment-busy"}


async def open_history(row: Outbound) -> None:
    """Slide in what happened to `row` so far."""
    found = await action.read(outbound.history, row.id)
    if not found:
        return
    with ui.context.client.layout, ui.dialog().props("position=right full-height") as dialog:
        dialog.props["aria-label"] = row.recipient
        dialog.on_value_change(lambda event: None if event.value else ui.timer(0.4, dialog.delete, once=True))
        with ui.element("div").classes("drawer"):
            with ui.element("div").classes("card-head"):
                with ui.element("div").classes("list-main"):
                    text(row.recipient, "h2")
                    text(row.subject or "(no subject)").classes("muted")
                badge(*STATES[row.status])
                button.icon("sym_o_close", "Close", dialog.close)
            with ui.element("div").classes("drawer-body"):
                _facts(row)
                if not found.value:
                    empty("sym_o_schedule", "No answer yet", "What each server says appears here.")
                with ui.element("div").classes("timeline"):
                    for attempt in found.value:
                        _attempt(attempt)
    dialog.open()


def _facts(row: Outbound) -> None:
    with ui.element("dl").classes("facts"):
        for name, value in (
            ("Queue id", row.queue_id),
            ("Reverse-path", row.reverse_path or "<> (none, so that nothing bounces back)"),
            ("Attempts", str(row.attempts)),
        ):
            text(name, "dt")
            text(value, "dd").classes("mono")


def _attempt(attempt: OutboundAttempt) -> None:
    words, tone = STATES[attempt.status]
    with ui.element("div").classes(_DOTS[tone]), ui.element("div"):
        with ui.element("div").classes("row"):
            text(words, "strong")
            moment(attempt.at)
        where = " · ".join(part for part in (attempt.host, attempt.tls) if part)
        if where:
            text(where).classes("muted")
        if attempt.reply:
            code = " ".join(str(part) for part in (attempt.reply_code, attempt.enhanced_code) if part)
            is_said = attempt.reply.startswith(code) or not code
            text(attempt.reply if is_said else code + " " + attempt.reply, "div").classes("mono reply-words")
