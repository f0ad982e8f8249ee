"""The last step of an old message: its conversation as it stood then, whose state nothing old changes."""

from models import Direction, TicketStatus
from services.flows.inbound.desk import Desk
from services.flows.inbound.filing import has_files, open_ticket
from services.flows.inbound.letter import Disposition, Letter, Thread
from services.tickets.recording import FINAL


def place(desk: Desk, letter: Letter) -> Disposition | None:
    """Where it belongs. The outcome of our own mail is another, so that nobody learns a contact from it."""
    if letter.thread is None:
        letter.thread = _begun(desk, letter)
        letter.say("place", "opened", f"It was imported and begins #{letter.thread.number}.")
    else:
        _add(letter, letter.thread)
        desk.touch(letter.thread)
        letter.say("place", "added", f"It was imported into #{letter.thread.number}, whose state stays as it was.")
    desk.add_message(letter, letter.thread)
    outcome = "filed" if letter.direction is Direction.IN else "sent"
    return Disposition(outcome, letter.trace[-1]["reason"])


def _begun(desk: Desk, letter: Letter) -> Thread:
    thread = open_ticket(desk, letter)
    thread.status = TicketStatus.CLOSED
    thread.resolved_at = letter.received_at
    if letter.direction is Direction.OUT:
        thread.last_inbound_at = None
        others = [*letter.parsed.to, *letter.parsed.cc]
        if others:
            thread.correspondent = others[0].address.lower()[:320]
            thread.correspondent_name = others[0].name[:320]
            desk.add_thread(thread)  # whoever answers is found under their own address
    return thread


def _add(letter: Letter, thread: Thread) -> None:
    thread.message_count += 1
    thread.has_attachments |= has_files(letter)
    if letter.received_at > thread.active_at:
        thread.active_at, thread.snippet = letter.received_at, letter.snippet
        if thread.status in FINAL:
            thread.resolved_at = letter.received_at
    if letter.direction is Direction.IN:
        thread.last_inbound_at = max(thread.last_inbound_at or letter.received_at, letter.received_at)
