"""Events on their way to integrations: queued with what caused them, listed, and sent again by hand."""

from services.webhooks.announcing import announce, announce_all, announce_ticket, tell, withdraw
from services.webhooks.log import deliveries, forget_old, one, redeliver, test
from services.webhooks.replaying import replay, send
from services.webhooks.standing import Standing, Story, standings, story
from services.webhooks.telling import ShownMessage, ShownTicket, told
from services.webhooks.wording import body, chat_text

__all__ = [
    "ShownMessage",
    "ShownTicket",
    "Standing",
    "Story",
    "announce",
    "announce_all",
    "announce_ticket",
    "body",
    "chat_text",
    "deliveries",
    "forget_old",
    "one",
    "redeliver",
    "replay",
    "send",
    "standings",
    "story",
    "tell",
    "test",
    "told",
    "withdraw",
]
