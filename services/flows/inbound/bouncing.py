"""The steps for reports about mail of ours: read before the transaction, then filed in the ticket they are about."""

from services.flows import undelivered
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter
from services.flows.inbound.returning import numbers_of
from services.mail import bounces
from services.mail.thread import is_answer

_SORTS = {
    "failure": "not delivered", "delayed": "delayed", "complaint": "a complaint", "delivered": "delivered",
    "auto_reply": "an automatic reply",
}  # fmt: skip


def read_report(desk: Desk, letter: Letter) -> Disposition | None:
    """What it reports, if it may be a report at all; no person wrote it then, though no field may say so."""
    if not _may_report(letter):
        return None
    report = letter.report = bounces.read(letter.content, letter.parsed, letter.reverse_path)
    letter.is_bounce &= report is None or report.sort != "delayed"
    if report is not None and not letter.automatic:
        letter.automatic = f"Report: {_SORTS[report.sort]}"
        letter.say("read_report", "automatic", letter.automatic)
    return None


def match_bounce(desk: Desk, letter: Letter) -> Disposition | None:
    """A report is filed in the ticket of the message it is about, and what it says is settled with it."""
    report = letter.report
    pairs = desk.returns.pairs(letter)
    for sent, affected in pairs:
        if report is not None and affected is not None:
            desk.returns.note(letter, sent, affected)
    found = next((thread for sent, _ in pairs if (thread := desk.thread(sent.ticket_id)) is not None), None)
    if found is None or found.deleted_at is not None or letter.set_apart:
        return None
    letter.thread, letter.mailbox_id = found, found.mailbox_id
    verb = "reports on" if report is not None and report.affected else "answers"
    letter.say("match_bounce", "joined", f"It {verb} a message of #{found.number}.")
    for sent, affected in pairs:
        if affected is not None and affected.kind not in {"delayed", "complaint"} and not desk.returns.is_known(sent):
            detail = {"recipient": sent.recipient, "reply": affected.diagnostic[:500]}
            desk.add_event(found, undelivered.UNDELIVERED, detail)
    return None


def _may_report(letter: Letter) -> bool:
    """Cheap to ask, and true of every report that is known: most mail is none."""
    comes_back = numbers_of(letter) or any(each.target and each.target.returns for each in letter.recipients)
    return bool(
        letter.is_bounce
        or not letter.reverse_path
        or (comes_back and not _is_persons(letter))
        or bounces.may_report(letter.parsed)
    )


def _is_persons(letter: Letter) -> bool:
    """An answer that some program sent to the reverse-path; what it says of failures is no server's word."""
    return not letter.automatic and is_answer(letter.parsed.subject)
