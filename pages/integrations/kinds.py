"""The kinds of integration in words: what each is, and how one gets its URL."""

from dataclasses import dataclass

from components.pieces import Tone
from models import Integration, IntegrationType, WebhookDelivery, WebhookStatus
from services import ids


@dataclass(frozen=True)
class Kind:
    """`steps` lead to the URL; `name` and `url` are examples."""

    label: str
    icon: str
    about: str
    steps: tuple[str, ...]
    name: str
    url: str


KINDS = {
    IntegrationType.SLACK: Kind(
        "Slack",
        "sym_o_tag",
        "Messages in a channel",
        (
            "In Slack open api.slack.com/apps, create an app for your workspace and choose Incoming Webhooks.",
            "Switch them on, press Add New Webhook to Workspace and choose the channel.",
            "Copy the webhook URL and paste it here.",
        ),
        "#support",
        "https://hooks.slack.com/services/…",
    ),
    IntegrationType.DISCORD: Kind(
        "Discord",
        "sym_o_forum",
        "Messages in a channel",
        (
            "In Discord open the channel's settings (the gear) and choose Integrations, then Webhooks.",
            "Press New Webhook, give it a name, and press Copy Webhook URL.",
            "Paste it here.",
        ),
        "#support",
        "https://discord.com/api/webhooks/…",
    ),
    IntegrationType.TEAMS: Kind(
        "Microsoft Teams",
        "sym_o_groups",
        "Cards in a channel",
        (
            "In Teams open the channel's menu (…) and choose Workflows.",
            "Take “Send webhook alerts to a channel” and follow it to its end.",
            "Copy the URL it shows and paste it here.",
        ),
        "Support channel",
        "https://….logic.azure.com/workflows/…",
    ),
    IntegrationType.WEBHOOK: Kind(
        "Webhook",
        "sym_o_webhook",
        "Signed JSON for a program of yours",
        (
            "Give a URL of yours that takes POST requests over https and answers 2xx within 15 seconds.",
            "You get a signing secret: verify each request with it (Standard Webhooks: webhook-id, -timestamp, "
            "-signature).",
            "What is not answered 2xx comes again, ten times over three days, under the same webhook-id.",
        ),
        "CRM",
        "https://crm.example.com/hooks/mailroom",
    ),
}
ANSWERS: dict[WebhookStatus, tuple[str, Tone]] = {
    WebhookStatus.PENDING: ("On its way", "busy"),
    WebhookStatus.DELIVERED: ("Delivered", "good"),
    WebhookStatus.FAILED: ("Failed", "bad"),
}
NOUNS = {"ticket": "Conversations", "message": "Mail", "note": "Notes", "domain": "Domains"}


def path(integration: Integration) -> str:
    return f"/integrations/{ids.encode('int', integration.id or 0)}"


def outcome(delivery: WebhookDelivery) -> tuple[str, Tone]:
    """How a delivery stands, in words and a colour."""
    if delivery.status is WebhookStatus.PENDING and delivery.attempts:
        return "Will be tried again", "warn"
    return ANSWERS[delivery.status]


def answer(delivery: WebhookDelivery) -> str:
    """The target's words, or ours where it said none, on one line."""
    code = str(delivery.answer_code or "")
    return " ".join(f"{code} {delivery.answer}".split()) or "No answer yet"
