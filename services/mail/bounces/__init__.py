"""Reports about mail that was sent (RFC 3464, RFC 5965, and what came before them): whom they are about, and why.

Before: any message. After: a `Report`, or None for what is no report at all.
"""

import re
from dataclasses import replace

from services.mail import automatic
from services.mail.bounces import amazon, feedback, sections, statuses, texts, unusual
from services.mail.bounces.reasons import REASONS, judge, kind_of, reason_of
from services.mail.bounces.report import Affected, Kind, Mention, Report, Sections
from services.mail.bounces.sections import field_of
from services.mail.bounces.tongues import DELAYS, UNDELIVERABLE
from services.mail.message import Parsed
from services.mail.message.identifiers import ids_of

_GOOD = {"delivered", "relayed", "expanded", "deliverable"}  # the last is Postfix's, of an address it was asked about
_SUBJECT = re.compile(
    r"undeliver|returned (?:mail|e-?mail|message|to sender)|return(?:ing)? (?:message|to sender)|"
    r"failure notice|mail (?:system )?error|(?:non|un).?deliver|"
    r"deliver\w* (?:\w+ ){0,2}(?:status|fail|problem|error|warning|delay|report|notif|has failed)|(?:mail|"
    r"message|status) (?:delivery|failure|status|problem)|delivery notification|failed (?:mail|delivery|"
    r"message)|"
    r"could ?n[o']t (?:be )?(?:send|sent|deliver)|could not (?:be )?(?:send|sent|deliver)|(?:message|"
    r"mail) (?:rejected|not delivered|status)|bounced? (?:mail|message)|user unknown|unknown user|"
    rf"undelivered|{UNDELIVERABLE}|"
    r"not delivered|mail rejected|rejected (?:mail|message)|"
    r"mail failure|notification d|nondeliv|permanent|notify|sending failed|warning: ",
    re.IGNORECASE,
)
_REFUSED = re.compile(  # begins the subject of no person's answer, whatever field calls it one
    rf"(?:undeliver|returned mail|(?:mail |message )?delivery (?:has )?failed|failure notice|rejected posting|"
    rf"(?:message|mail) (?:rejected|not delivered)|{UNDELIVERABLE})",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"(?:has been|was) (?:successfully )?delivered to the following|successfully delivered|delivery .{0,40}is complete",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"sns\.amazonaws|mailer-?daemon|post[_.-]?master|mail-?daemon|mdaemon|mail[ .-]?delivery|"
    r"delivery (?:sub)?system|system administrator|"
    r"microsoftexchange|bounce|amazonses|<>\s*$", re.IGNORECASE)  # fmt: skip
_WAITS = re.compile(
    r"warning (?:message )?only|has been (?:delayed|postponed)|(?:will|'ll) (?:be retried|continue to (?:try|be)|"
    r"keep trying|retry|(?:\w+ )?(?:try|attempt)(?: it)? again)|not given up|still in (?:our|the) queue|(?:go|keep|"
    r"carry) on trying|not been delivered yet|haven't given up|next attempt|so far|"
    r"do not need to resend|still being retried|"
    r"(?:not|n't) (?:been |be )?(?:sent|delivered|send message) for (?:the )?past|not yet been delivered|"
    r"delivery (?:is|was) delayed|(?:is|been) delayed for|temporary failure report|warning: (?:message|could not)|"
    rf"{DELAYS}",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"x-boxbe-notice|not pre-approved|confirm (?:your|that you are a) (?:message|human)|challenge.response",
    re.IGNORECASE,
)
_TAKES_ALL = re.compile(r"inbound-smtp\.[\w-]+\.amazonaws\.com")  # Amazon SES: rules refuse what it has taken
_TYPED = re.compile(r"report-type\s*=\s*\"?delivery-status", re.IGNORECASE)


def may_report(parsed: Parsed) -> bool:
    """Whether its fields say that it is a report: cheap to ask of every message."""
    return bool(
        parsed.header("content-type").lower().startswith("multipart/report")
        or parsed.header("x-failed-recipients")
        or parsed.subject.lower().startswith("complaint about message")
        or parsed.author.address.lower().endswith(("@sns.amazonaws.com", "@amazonses.com"))
    )


def read(raw: bytes, parsed: Parsed, reverse_path: str) -> Report | None:
    """What `raw` reports of mail that was sent; `reverse_path` is the one it came with."""
    parts = sections.sections(raw)
    report = feedback.read(parts) or _notice(parts, raw, parsed, reverse_path)
    if report is None:
        return None
    told = field_of(parts.returned, "Return-Path") or field_of(parts.feedback, "Original-Mail-From")
    told = told or amazon.source(parts.words)
    message_id = parsed.in_reply_to if report.sort == "auto_reply" else _message_id(parts, parsed)
    return replace(report, message_id=message_id, reverse_path=told.strip("<> "))


def _notice(parts: Sections, raw: bytes, parsed: Parsed, reverse_path: str) -> Report | None:
    mentions = _mentions(parts, raw, parsed, reverse_path)
    affected = tuple(judge(each, len(mentions)) for each in mentions if each.action not in _GOOD)
    if affected and _CHALLENGE.search(parts.status + parts.words):
        return Report("auto_reply")
    if affected:
        return Report("delayed" if all(each.kind == "delayed" for each in affected) else "failure", affected)
    if mentions or (_is_notice(parts, parsed) and _ARRIVED.search(parts.words)):
        return Report("delivered")
    return Report("auto_reply") if automatic.kind(parsed, reverse_path) == "auto_reply" else None


def _mentions(parts: Sections, raw: bytes, parsed: Parsed, reverse_path: str) -> list[Mention]:
    """Fields first; then words, and only of what looks like a report."""
    fields = parts.status if statuses.has_fields(parts.status) else ""
    if not fields and _is_notice(parts, parsed) and statuses.has_fields(parts.words):
        fields = parts.words
    found = statuses.mentions(fields) if fields else []
    if found:
        names = [each.address for each in found]
        late = _TAKES_ALL.search(field_of(fields, "Reporting-MTA")) is not None
        for each in found[: texts.MOST]:
            each.late = late
            each.said = texts.said_of(parts.words, each.address, names[: texts.MOST])
        return _unique(found)
    if not _is_notice(parts, parsed) or _is_away(parts, parsed, reverse_path):
        return []
    found = amazon.mentions(parts.words) or texts.mentions(parts) or unusual.mentions(parts, raw)
    if _WAITS.search(parts.words):
        for each in found:
            each.action = each.action or "delayed"
    return found


def _is_notice(parts: Sections, parsed: Parsed) -> bool:
    """Whether a mail server may have written it: by its author, its subject or its type."""
    fields = parts.fields
    return bool(
        parts.status
        or fields.keys() & {"x-failed-recipients", "x-mlserver"}
        or _TYPED.search(fields.get("content-type", ""))
        or _ROBOT.search(fields.get("from", ""))
        or _SUBJECT.search(fields.get("subject", ""))
        or fields.get("return-path", "").strip() in {"<>", "<MAILER-DAEMON>"}
    )


def _is_away(parts: Sections, parsed: Parsed, reverse_path: str) -> bool:
    """A person's automatic answer; what only travels as one may still be a report."""
    if automatic.kind(parsed, reverse_path) != "auto_reply" or _ROBOT.search(parts.fields.get("from", "")):
        return False
    if _REFUSED.match(parsed.subject):
        return False
    return automatic.reason(parsed, reverse_path) != "Empty reverse-path"


def _unique(found: list[Mention]) -> list[Mention]:
    """The last word on each recipient."""
    return list({each.address.lower(): each for each in found}.values())


def _message_id(parts: Sections, parsed: Parsed) -> str:
    told = field_of(parts.returned, "Message-ID") or field_of(parts.status, "X-Original-Message-ID")
    return next(iter(ids_of(told)), parsed.in_reply_to)


__all__ = ["REASONS", "Affected", "Kind", "Report", "kind_of", "may_report", "read", "reason_of"]
