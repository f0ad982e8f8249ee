"""Notifications of Amazon SES, which SNS sends as mail: JSON, or JSON in JSON."""

import json
from typing import Any

from services.mail.bounces.report import Mention

MOST = 50
_MARKS = ('"notificationType"', '"eventType"', '\\"notificationType\\"', '\\"eventType\\"')
_WORDS = {  # where no server's are told
    "MailboxFull": "mailbox full", "NoEmail": "no such mailbox", "MessageTooLarge": "message too large",
    "ContentRejected": "message content rejected", "AttachmentRejected": "attachment not allowed",
}  # fmt: skip


def mentions(words: str) -> list[Mention]:
    """Whom it names, except those who complain."""
    told = _told(words)
    bounce = _within(told, "bounce")
    status = "5.1.0" if bounce.get("bounceType") == "Permanent" else ""
    why = _WORDS.get(str(bounce.get("bounceSubType")), "")
    delivered = _within(told, "delivery").get("recipients")
    names = delivered[:MOST] if isinstance(delivered, list) else []
    good = [Mention(each, action="delivered") for each in names if _is_address(each)]
    late = [_mention(each, "delayed") for each in _listed(_within(told, "deliveryDelay"), "delayedRecipients")]
    bad = [_mention(each, "failed", status, why) for each in _listed(bounce, "bouncedRecipients")]
    return [*good, *late, *bad]


def complaining(words: str) -> list[str] | None:
    """Who complains; None where nobody does."""
    complaint = _within(_told(words), "complaint")
    return [each["emailAddress"] for each in _listed(complaint, "complainedRecipients")] if complaint else None


def source(words: str) -> str:
    """The reverse-path of the mail it tells of."""
    return str(_within(_told(words), "mail").get("source", ""))


def _told(words: str) -> dict[str, Any]:
    if not any(mark in words for mark in _MARKS):
        return {}
    try:
        outer: Any = json.loads(words[words.find("{") : words.rfind("}") + 1].replace("\n ", ""), strict=False)
        told = json.loads(outer["Message"], strict=False) if "Message" in outer else outer
    except (ValueError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _within(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _listed(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    rows = found[:MOST] if isinstance(found, list) else []
    return [each for each in rows if isinstance(each, dict) and _is_address(each.get("emailAddress"))]


def _is_address(value: object) -> bool:
    return isinstance(value, str) and "@" in value


def _mention(told: dict[str, Any], action: str, status: str = "", why: str = "") -> Mention:
    action, status = str(told.get("action") or action), str(told.get("status") or status)
    return Mention(told["emailAddress"], "", action, status, str(told.get("diagnosticCode") or why))
