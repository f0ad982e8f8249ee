"""The steps that find a letter's ticket, most certain first; each says why it joined (PRODUCT.md 5)."""

from models import Direction, TicketStatus
from services import clock
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter, Thread
from services.mail import thread as mail_thread
from services.mail.thread import Bond
from services.tickets import tokens

_TIED: dict[Bond, str] = {
    "answered": "It had been answered in #{} before it arrived.",
    "named": "#{} speaks of the same message, which never came here.",
    "index": "Outlook counts it to the conversation of #{}.",
    "list": "It answers what the same list speaks of in #{}.",
}
MOST_SUCCESSORS = 100
_FINAL = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def recognise_copy(desk: Desk, letter: Letter) -> Disposition | None:
    """One mail to two shared addresses, in one transaction or in two, is one message."""
    identifier = letter.parsed.message_id
    for known in desk.known.get((letter.organisation_id, identifier), ()) if identifier else ():
        if known.direction is Direction.OUT and known.author == letter.author:
            letter.row_id = known.row_id
            return Disposition("copy", "Our own message came back; it is already in its conversation.")
        if known.direction is Direction.IN and known.digest == letter.digest:
            letter.row_id = known.row_id
            return Disposition("copy", "Another copy of this message is already filed; this one was added to it.")
    return None


def match_reply_token(desk: Desk, letter: Letter) -> Disposition | None:
    """`alias+t12.mark@domain`: we signed the ticket's number into the address ourselves."""
    for recipient in letter.recipients:
        detail = recipient.target.detail if recipient.target else ""
        number = tokens.ticket_number(letter.organisation_id, detail) if detail else None
        found = desk.numbered(letter.organisation_id, number) if number is not None else None
        if found is not None:
            _join(desk, letter, found, "match_reply_token", f"It came to the reply address of #{found.number}.")
            break
    return None


def match_references(desk: Desk, letter: Letter) -> Disposition | None:
    """In-Reply-To, then References from the newest back, known in this organisation."""
    if letter.thread or letter.follows:
        return None
    parsed = letter.parsed
    if _match_altered_copy(desk, letter) or not (parsed.in_reply_to or parsed.references):
        return None
    for name, identifier in [
        ("In-Reply-To", parsed.in_reply_to),
        *(("References", r) for r in parsed.references[::-1]),
    ]:
        for known in desk.known.get((letter.organisation_id, identifier), ()) if identifier else ():
            found = desk.thread(known.ticket_id)
            if found is not None:
                _join(desk, letter, found, "match_references", f"Its {name} names a message of #{found.number}.")
                _suggest_split(letter, found)
                return None
    return None


def _match_altered_copy(desk: Desk, letter: Letter) -> bool:
    """A list or a scanner changed the message on its way: the same author, id and subject, but other bytes."""
    identifier = letter.parsed.message_id
    copies = desk.known.get((letter.organisation_id, identifier), ())
    if not copies or "@" not in identifier or mail_thread.is_nobodys(letter.parsed):
        return False  # there are devices that give all their mail one id
    for known in copies:
        found = desk.thread(known.ticket_id)
        if found is not None and known.author == letter.author and found.subject_key == letter.subject_key:
            _join(desk, letter, found, "match_references", f"#{found.number} has this message, changed on its way.")
            return True
    return False


def match_ties(desk: Desk, letter: Letter) -> Disposition | None:
    """The same subject, and what both sides know of though the message between them never came here."""
    if letter.thread or letter.follows:
        return None
    for tie in letter.ties:
        if tie.bond == "list" and not mail_thread.is_answer(letter.parsed.subject):
            continue
        found = desk.thread(desk.marks.ticket(letter, tie.mark))
        if found is not None:
            _join(desk, letter, found, "match_ties", _TIED[tie.bond].format(found.number))
            return None
    return None


def match_subject(desk: Desk, letter: Letter) -> Disposition | None:
    """The same person under the same subject within a week; never for machines, whose subjects repeat."""
    if letter.thread or letter.follows or letter.automatic or not letter.subject_key or not letter.author:
        return None
    candidates = desk.same_subject(letter)
    is_reply = bool(candidates) and mail_thread.is_answer(letter.parsed.subject)
    if not is_reply and (not candidates or mail_thread.is_nobodys(letter.parsed)):
        return None
    for found in candidates:
        if is_reply or found.status not in _FINAL:
            why = f"{letter.author} wrote under the same subject in #{found.number} less than a week ago."
            _join(desk, letter, found, "match_subject", why)
            return None
    return None


def _join(desk: Desk, letter: Letter, found: Thread, step: str, reason: str) -> None:
    """Join `found`, or begin a new ticket that follows it where it is gone or closed too long ago."""
    if letter.set_apart:
        return
    found = _newest(desk, letter, found)
    if found.deleted_at is not None:
        letter.follows = found
        letter.say(step, "follows", f"{reason} That conversation is in the trash, so this one is new.")
    elif _is_over(desk, letter, found):
        letter.follows = found
        letter.say(step, "follows", f"{reason} It was closed too long ago to reopen, so this one is new.")
    else:
        letter.thread = found
        letter.say(step, "joined", reason)


def _newest(desk: Desk, letter: Letter, found: Thread) -> Thread:
    """Where a conversation goes on that was closed too long ago, if somebody has gone on with it."""
    for _ in range(MOST_SUCCESSORS):
        following = desk.successor(found) if found.deleted_at is None and _is_over(desk, letter, found) else None
        if following is None or following.deleted_at is not None:
            break
        found = following
    return found


def _is_over(desk: Desk, letter: Letter, found: Thread) -> bool:
    is_asked_again = not letter.automatic and not letter.is_history
    return found.status is TicketStatus.CLOSED and is_asked_again and _is_stale(desk, found)


def _is_stale(desk: Desk, thread: Thread) -> bool:
    closed_at = thread.resolved_at or thread.active_at
    return (clock.now() - closed_at).days >= desk.reopen_days(thread.mailbox_id)


def _suggest_split(letter: Letter, found: Thread) -> None:
    if letter.thread and letter.subject_key and letter.subject_key != found.subject_key and not letter.automatic:
        why = f"It answers #{found.number} but its subject is new."
        letter.say("match_references", "split suggested", why)
