"""An event as its receiver wants it: the JSON of Slack, Discord or Teams, or the event itself for a webhook."""

import json
import re
from collections.abc import Callable
from typing import Any

from models import IntegrationType
from services.integrations import EVENT_TYPES

_MARKDOWN = re.compile(r"([\\`*_~|>\[\]()#<@])")


def body(kind: IntegrationType, payload: str) -> bytes:
    """The request body for an integration of `kind`; a webhook gets the very bytes that are signed."""
    if kind is IntegrationType.WEBHOOK:
        return payload.encode()
    event = json.loads(payload)
    if kind is IntegrationType.SLACK:
        answer: dict[str, Any] = {"text": chat_text(event, _slack, "*{}*"), "unfurl_links": False}
    elif kind is IntegrationType.DISCORD:
        answer = {"content": chat_text(event, _markdown, "**{}**")[:2000], "allowed_mentions": {"parse": []}}
    else:
        answer = _teams(chat_text(event, str, "{}"), event["data"].get("ticket", {}).get("url", ""))
    return json.dumps(answer).encode()


def chat_text(event: dict[str, Any], escape: Callable[[str], str], bold: str) -> str:
    """What happened to which ticket, whose it is, the first words of the mail, and the link."""
    data = event["data"]
    if "ticket" not in data:
        return escape(str(data.get("text", event["type"])))
    ticket, message = data["ticket"], data.get("message", {})
    who = message.get("fromName") or ticket["fromName"] or ticket["from"]
    subject = message.get("subject") or ticket["subject"] or "(no subject)"
    lines = [f"{_headline(event, escape)} {bold.format(escape(subject))}", f"from {escape(who)} · #{ticket['number']}"]
    if "delivery" in data:
        lines.append(escape(f"to {data['delivery']['recipient']}: {data['delivery']['reply']}"))
    if message.get("snippet"):
        lines.append(escape(message["snippet"]))
    return "\n".join([*lines, ticket["url"]])


def _headline(event: dict[str, Any], escape: Callable[[str], str]) -> str:
    data, known = event["data"], EVENT_TYPES.get(event["type"])
    words = known.headline if known else "For you"  # what a rule has told
    if event["type"] == "ticket.status_changed":
        words = f"Now {data['ticket']['status'].replace('_', ' ')}"
    actor = data.get("actor")
    return f"{words} by {escape(actor['name'])}:" if actor else f"{words}:"


def _slack(text: str) -> str:
    """Slack reads only these three; a stranger's <!channel> stays text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*", "\u2217")


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _teams(text: str, url: str) -> dict[str, Any]:
    """An Adaptive Card, as the Workflows webhook of Teams takes it; text runs are shown as they are, no Markdown."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in text.split("\n")
        ],
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the ticket", "url": url}]
    content_type = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": content_type, "content": card}]}
