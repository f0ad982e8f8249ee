"""Events on their way to integrations: queued with what caused them, listed, and sent again by hand."""

from services.webhooks.announcing import announce, announce_ticket, is_heard, tell, withdraw
from services.webhooks.log import deliveries, forget_old, one, redeliver, test
from services.webhooks.standing import Standing, Story, standings, story
from services.webhooks.wording import body, chat_text

__all__ = [
    "Standing",
    "Story",
    "announce",
    "announce_ticket",
    "body",
    "chat_text",
    "deliveries",
    "forget_old",
    "is_heard",
    "one",
    "redeliver",
    "standings",
    "story",
    "tell",
    "test",
    "withdraw",
]
