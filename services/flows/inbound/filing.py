"""The last steps: open or move on the ticket, write the message down, tell open pages."""

from models import Direction, Priority, TicketStatus
from services import events, webhooks
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter, Thread
from services.webhooks import ShownMessage

REOPENS = (TicketStatus.WAITING, TicketStatus.RESOLVED, TicketStatus.CLOSED)


def file(desk: Desk, letter: Letter) -> Disposition | None:
    """A ticket for what begins, the ticket's next state for what joins."""
    if letter.thread is None:
        letter.thread = open_ticket(desk, letter)
        letter.say("file", "opened", f"It opened #{letter.thread.number}.")
    else:
        _move_on(desk, letter, letter.thread)
    desk.add_message(letter, letter.thread)
    for each in letter.recipients:
        if each.tag:
            desk.docket.add_tag(letter.thread, each.tag, "")
    return None


def notify(desk: Desk, letter: Letter) -> Disposition | None:
    """Facts, published after the commit, and events for the integrations that follow them."""
    thread = letter.thread
    assert thread is not None and letter.row_id is not None
    events.record(desk.session, events.MessageFiled(letter.organisation_id, thread.id, letter.row_id))
    events.record(desk.session, events.TicketChanged(letter.organisation_id, thread.id))
    if not letter.set_apart:
        _announce(desk, letter, thread)
    return Disposition("filed", letter.trace[-1]["reason"])


def _announce(desk: Desk, letter: Letter, thread: Thread) -> None:
    data = webhooks.told(thread, _shown_message(letter))
    begins = thread.is_new and thread.message_count == 1
    event_types = ("ticket.created", "message.received") if begins else ("message.received",)
    webhooks.announce_all(desk.session, thread.organisation_id, event_types, data, alias_id=thread.alias_id)


def _shown_message(letter: Letter) -> ShownMessage:
    parsed = letter.parsed
    return ShownMessage(
        id=letter.row_id or 0,
        direction=Direction.IN,
        author_address=letter.author,
        author_name=parsed.author.name,
        to=[{"name": each.name, "address": each.address} for each in parsed.to],
        subject=parsed.subject,
        snippet=letter.snippet,
        message_id=parsed.message_id,
        received_at=letter.received_at,
    )


def open_ticket(desk: Desk, letter: Letter) -> Thread:
    """A ticket that begins with this letter."""
    parsed = letter.parsed
    ticket_id, number = desk.new_ticket(letter.organisation_id)
    owner = desk.turns.next(letter.alias_id)
    thread = Thread(
        id=ticket_id,
        organisation_id=letter.organisation_id,
        number=number,
        subject=parsed.subject[:998],
        subject_key=letter.subject_key,
        correspondent=letter.author,
        correspondent_name=parsed.author.name[:320],
        status=TicketStatus.OPEN,
        priority=Priority.NORMAL,
        assignee_id=owner,
        claimed_at=letter.received_at if owner else None,
        mailbox_id=letter.mailbox_id,
        alias_id=letter.alias_id,
        active_at=letter.received_at,
        last_inbound_at=letter.received_at,
        resolved_at=None,
        snoozed_until=None,
        snooze_keeps=False,
        message_count=1,
        has_attachments=has_files(letter),
        snippet=letter.snippet,
        merged_into_id=None,
        deleted_at=None,
        follows_id=letter.follows.id if letter.follows else None,
        created_at=letter.received_at,
        is_new=True,
    )
    desk.add_thread(thread)
    desk.ledger.add_followers(thread, desk.turns.followers(letter.alias_id))
    return thread


def _move_on(desk: Desk, letter: Letter, thread: Thread) -> None:
    """A person's answer brings the ticket back, its owner kept; a machine's is filed quietly."""
    thread.message_count += 1
    thread.has_attachments |= has_files(letter)
    desk.touch(thread)
    if letter.automatic and not letter.is_bounce:
        letter.say("file", "quiet", f"Automatic mail: filed in #{thread.number}, whose state stays as it was.")
        return
    thread.active_at = max(thread.active_at, letter.received_at)
    thread.last_inbound_at = max(thread.last_inbound_at or letter.received_at, letter.received_at)
    thread.snippet = letter.snippet
    if letter.automatic or not _wakes(thread):
        letter.say("file", "added", f"It was added to #{thread.number}.")
        return
    before, thread.status = thread.status, TicketStatus.OPEN
    thread.resolved_at = thread.snoozed_until = None
    desk.add_event(thread, "reopened", {"from": str(before)})
    letter.say("file", "reopened", f"A person answered: #{thread.number} went from {before} to open.")


def _wakes(thread: Thread) -> bool:
    return thread.status in REOPENS or (thread.status is TicketStatus.SNOOZED and not thread.snooze_keeps)


def has_files(letter: Letter) -> bool:
    """Whether there is anything to download."""
    return any(not part.inline for part in letter.parsed.parts)
