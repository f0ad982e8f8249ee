"""Forms nothing else understands: Amazon's JSON, what flufl.bounce knows, and as the last word the addressees of the
message that came back."""

import email
import json
import re
from typing import Any

from services.mail.address import parse_list
from services.mail.bounces.report import Mention, Sections
from services.mail.bounces.sections import LARGEST, field_of
from services.mail.bounces.texts import said_of

MOST = 50
_AMAZON = re.compile(r"\{.*\b(?:notification|event)Type\b", re.DOTALL)
MOST_LINES = 2_000  # for flufl.bounce, which asks fifty expressions of every one


def mentions(sections: Sections, raw: bytes) -> list[Mention]:
    addresses = _known(raw) or _addressees(sections)
    return [Mention(each, said=said_of(sections.words, each, addresses) or sections.words) for each in addresses]


def amazon(words: str) -> list[Mention]:
    """A notification of Amazon SES by SNS."""
    try:
        told = _notification(words)
        if told.get("delivery"):
            return [Mention(each, action="delivered") for each in told["delivery"]["recipients"][:MOST]]
        if told.get("deliveryDelay"):
            return [_mention(each, "delayed") for each in told["deliveryDelay"]["delayedRecipients"][:MOST]]
        if told.get("bounce"):
            return [_mention(each, "failed") for each in told["bounce"]["bouncedRecipients"][:MOST]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return []


def amazon_complaint(words: str) -> list[str] | None:
    """Who complains, by the same way; None where nobody does."""
    try:
        complained = _notification(words)["complaint"]["complainedRecipients"]
        return [str(each["emailAddress"]) for each in complained[:MOST]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _notification(words: str) -> dict[str, Any]:
    """JSON, or JSON in JSON."""
    if _AMAZON.search(words) is None:
        return {}
    whole = words[words.find("{") : words.rfind("}") + 1].replace("\n ", "")
    outer: Any = json.loads(whole, strict=False)
    told = json.loads(outer["Message"], strict=False) if "Message" in outer else outer
    return told if isinstance(told, dict) else {}


def _mention(told: dict[str, str], action: str) -> Mention:
    words = told.get("diagnosticCode", "")
    return Mention(told["emailAddress"], "", told.get("action", action), told.get("status", ""), words)


def _known(raw: bytes) -> list[str]:
    """flufl.bounce's detectors; loaded when first needed, and none of them stops us by a fault of its own."""
    from flufl.bounce import all_failures

    lines = raw[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", MOST_LINES)
    message = email.message_from_bytes(b"\n".join(lines[:MOST_LINES]))
    if "From" not in message:
        message["From"] = "nobody@invalid"
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        return []
    found = {each.decode("utf-8", "replace") for each in {*temporary, *permanent}}
    return sorted(each for each in found if "@" in each)[:MOST]


def _addressees(sections: Sections) -> list[str]:
    field = field_of(sections.returned, "To")
    return [each.address for each in parse_list(field) if each.address][:MOST]
