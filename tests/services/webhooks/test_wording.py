"""What chats are shown, and that a stranger's words stay words."""

import json

from sqlmodel import Session, select

from models import IntegrationType, WebhookDelivery
from services import integrations, webhooks
from tests.conftest import People
from tests.services.webhooks.conftest import a_message, a_ticket


def said(people: People, session: Session, kind: IntegrationType) -> dict[str, object]:
    integrations.add(session, IntegrationType.WEBHOOK, "CRM", "https://x.example.com/", actor=people.alice)
    ticket = a_ticket(session, people.alice)
    webhooks.announce_ticket(session, "message.received", ticket, message=a_message(ticket))
    session.flush()
    body: dict[str, object] = json.loads(webhooks.body(kind, session.exec(select(WebhookDelivery)).one().payload))
    return body


def test_slack(people: People, session: Session) -> None:
    text = str(said(people, session, IntegrationType.SLACK)["text"])
    assert text.startswith("New mail: *Broken lamp*\nfrom Ann &lt;Lee&gt; · #1042\n")
    assert "&lt;!channel&gt;" in text and "<" not in text
    assert text.split("\n")[-1].startswith("http://mailroom.test/t/ticket_")


def test_discord(people: People, session: Session) -> None:
    body = said(people, session, IntegrationType.DISCORD)
    assert body["allowed_mentions"] == {"parse": []}
    assert "**Broken lamp**" in str(body["content"]) and "\\[x\\]\\(" in str(body["content"])


def test_teams(people: People, session: Session) -> None:
    body = said(people, session, IntegrationType.TEAMS)
    attachments = body["attachments"]
    assert isinstance(attachments, list)
    card = attachments[0]["content"]
    runs = [block["inlines"][0]["text"] for block in card["body"]]
    assert runs[0] == "New mail: Broken lamp" and card["actions"][0]["url"].startswith("http://mailroom.test/t/")


def test_test_event_greets(people: People, session: Session) -> None:
    made = integrations.add(session, IntegrationType.SLACK, "#x", "https://x.example.com/", actor=people.alice)
    delivery = webhooks.test(session, made.integration.id or 0, actor=people.alice)
    assert "as a test" in json.loads(webhooks.body(IntegrationType.SLACK, delivery.payload))["text"]
