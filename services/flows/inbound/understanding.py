"""The steps that need no transaction: read the message, notice loops and machines, find out whose mail it is."""

import hashlib
import re

from services import bodies
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter
from services.mail import automatic, quoting
from services.mail import message as mail_message
from services.mail import thread as mail_thread
from services.mailboxes.addresses import default_mailbox

LOOKED_AT_FIRST = 450  # twice what a snippet holds: whatever opens a quotation within that is seen whole
LOOKED_AT = 2_000  # characters of a text in which the words of a list's line are sought, below what they answer
_TRACE = re.compile(
    rb"(?:(?:Received|Return-Path|Delivered-To|X-Original-To):.*\r?\n(?:[ \t].*\r?\n)*)*", re.IGNORECASE
)


def parse(desk: Desk, letter: Letter) -> Disposition | None:
    """Never fails: what cannot be understood is kept raw, and shown as such."""
    parsed = letter.parsed = mail_message.parse(letter.content)
    letter.digest = digest(letter.content)
    letter.text = mail_message.body_text(parsed)[: bodies.MAX_TEXT]
    letter.snippet = _snippet(letter.text)
    letter.author = (parsed.author.address or letter.reverse_path).lower()[:320]
    letter.subject_key = mail_thread.subject_key(parsed.subject)
    letter.ties = list(mail_thread.ties(parsed, letter.subject_key))
    if parsed.error:
        letter.say("parse", "kept raw", parsed.error)
    return None


def _snippet(text: str) -> str:
    """One line of what is new in `text`. Most mail says it at the top: then the rest, line by line the dearest part of
    reading a message, is left alone."""
    if not quoting.may_quote(text[:LOOKED_AT_FIRST]):
        return mail_message.snippet(text[:LOOKED_AT])
    fresh = quoting.split_text(text[:LOOKED_AT_FIRST])[0]
    if len(text) > LOOKED_AT_FIRST and len(" ".join(fresh.split())) <= mail_message.SNIPPET:
        fresh = quoting.split_text(text[:LOOKED_AT])[0]
    return mail_message.snippet(fresh)


def digest(content: bytes) -> str:
    """Of what the author's server sent: the fields that each server on the way puts on top do not count."""
    return hashlib.blake2b(content[_TRACE.match(content).end() :], digest_size=16).hexdigest()  # type: ignore[union-attr]


def refuse_loop(desk: Desk, letter: Letter) -> Disposition | None:
    """A message that has been round too often is filed as a machine's, so that nothing ever answers it."""
    hops = automatic.hops(letter.parsed)
    if hops > automatic.MOST_HOPS:
        letter.automatic = f"loop: {hops} hops"
        letter.say("refuse_loop", "loop", f"It went through {hops} servers; it is filed and never answered.")
    return None


def judge_automatic(desk: Desk, letter: Letter) -> Disposition | None:
    """RFC 3834: mail by machines changes neither status nor owner nor clocks."""
    reason = letter.automatic or automatic.reason(letter.parsed, letter.reverse_path)
    letter.automatic = reason[:64]
    if reason:
        letter.is_bounce = automatic.kind(letter.parsed, letter.reverse_path) == "bounce"
        letter.say("judge_automatic", "automatic", reason)
    return None


def expand_alias(desk: Desk, letter: Letter) -> Disposition | None:
    """From recipients to the queue: the first alias that has one decides where it waits."""
    if not letter.organisation_id:
        return Disposition("undeliverable", "Its domain was removed since; the bytes are kept, nobody is shown them.")
    if all(each.target is not None and each.target.dropped for each in letter.recipients):
        addresses = ", ".join(each.address for each in letter.recipients)
        return Disposition("dropped", f"{addresses} is switched off and set to drop its mail silently.")
    taking = [each for each in letter.recipients if each.stays()]
    if not taking:
        return None
    known = [(each, each.target) for each in taking if each.target is not None]
    if not known:
        letter.mailbox_id = default_mailbox(desk.session, letter.organisation_id)
        why = f"{taking[0].address} no longer exists; its mail goes to the default mailbox."
        letter.say("expand_alias", "default mailbox", why)
        return None
    first, target = next((pair for pair in known if pair[1].mailbox_id), known[0])
    letter.alias_id, letter.mailbox_id = target.alias_id, target.mailbox_id
    letter.say("expand_alias", "alias", f"Addressed to {first.address}.")
    return None
