"""The step that hands a new ticket to whoever's turn it is in its mailbox, once rules had their say."""

from models import TicketStatus
from services import clock
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter, Thread


def hand_out(desk: Desk, letter: Letter) -> Disposition | None:
    """What nobody owns yet goes to the next in the rota; while nobody there is free, it waits for the first who is."""
    thread = letter.thread
    if thread is None or not _begins(thread) or thread.mailbox_id not in desk.turns.mailboxes:
        return None
    mailbox = desk.turns.mailboxes[thread.mailbox_id]
    user_id = desk.turns.next_in(thread.mailbox_id)
    if user_id is None:
        desk.turns.wait(thread.organisation_id, thread.mailbox_id, thread.id)
        desk.add_event(thread, "nobody_free", {"mailbox": mailbox})
        letter.say("hand_out", "waits", f"Nobody in the rota of {mailbox} is free: it goes to whoever is first.")
        return None
    name = desk.turns.names[user_id]
    thread.assignee_id, thread.claimed_at = user_id, clock.now()
    desk.add_event(thread, "handed", {"user_id": user_id, "name": name, "mailbox": mailbox})
    letter.say("hand_out", "handed", f"It was the turn of {name} in {mailbox}.")
    return None


def _begins(thread: Thread) -> bool:
    """Open, new with this very message, and nobody's."""
    is_open = thread.status is TicketStatus.OPEN and thread.deleted_at is None
    return thread.is_new and thread.message_count == 1 and is_open and thread.assignee_id is None
