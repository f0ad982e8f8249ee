"""Complaints (RFC 5965), and the forms feedback loops had before it or keep in spite of it."""

import re

from services.mail.address import parse_list
from services.mail.bounces import amazon
from services.mail.bounces.report import Affected, Report, Sections
from services.mail.bounces.sections import field_of

MOST = 100
_FIELD = re.compile(r"(?im)^([a-z][a-z0-9-]*):[ \t]*(.*(?:\n[ \t].*)*)")
_ADDRESS = re.compile(r"[^\s<>\"(),:;@\\\[\]]+@[^\s<>\"(),:;@\\]+")
_REDACTED = re.compile(r"[@.](?:redacted|invalid)$", re.IGNORECASE)  # RFC 6590, in the forms it took
_NO_COMPLAINT = {"not-spam"}


def read(sections: Sections) -> Report | None:
    """A complaint, or None for what is none."""
    if sections.feedback:
        return _standard(sections)
    complained = amazon.complaining(sections.words)
    if complained is not None:
        return _report(sections, complained, "abuse")
    original = field_of(sections.returned, "X-HmXmrOriginalRecipient")
    subject = sections.fields.get("subject", "").lower()
    author = sections.fields.get("from", "").lower()
    if original and author:
        return _report(sections, [original], "abuse")
    if "complaint about message" in subject and sections.returned:
        return _report(sections, _recipients(sections), "abuse")
    return _unsubscribed(sections)


def _standard(sections: Sections) -> Report | None:
    told: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(sections.feedback):
        told.setdefault(name.lower(), []).append(" ".join(value.split()))
    kind = (told.get("feedback-type") or ["abuse"])[0].lower()
    if kind == "auth-failure":  # RFC 6591: about our DNS, and no reader has complained
        return None
    named = _named(told.get("original-rcpt-to", [])) or _named(told.get("removal-recipient", []))
    return _report(sections, named or _recipients(sections), kind)


def _named(values: list[str]) -> list[str]:
    return [found[0] for value in values if (found := _ADDRESS.search(value))]


def _recipients(sections: Sections) -> list[str]:
    fields = [field_of(sections.returned, name) for name in ("X-HmXmrOriginalRecipient", "X-Original-To", "To")]
    return [each.address for each in parse_list(next(filter(None, fields), "")) if "@" in each.address][:MOST]


def _unsubscribed(sections: Sections) -> Report | None:
    """Apple's mail program asks to be taken off a list by a mail of its own."""
    if "apple mail sent this email to unsubscribe" not in " ".join(sections.words.lower().split()):
        return None
    return _report(sections, [each.address for each in parse_list(sections.fields.get("from", ""))], "opt-out")


def _report(sections: Sections, addresses: list[str], kind: str) -> Report:
    if kind in _NO_COMPLAINT:
        return Report("delivered", feedback=kind)
    words = " ".join(sections.words.split())[:2000]
    unique = dict.fromkeys(each for each in addresses[:MOST] if not _REDACTED.search(each))
    affected = tuple(Affected(each, "complaint", "complaint", diagnostic=words) for each in unique)
    return Report("complaint", affected, feedback=kind)
