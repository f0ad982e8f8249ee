"""Events on their way to integrations: queued with what caused them, listed, and sent again by hand."""

from services.webhooks.announcing import announce, announce_ticket, is_heard, withdraw
from services.webhooks.log import deliveries, redeliver, test
from services.webhooks.wording import body, chat_text

__all__ = [
    "announce",
    "announce_ticket",
    "body",
    "chat_text",
    "deliveries",
    "is_heard",
    "redeliver",
    "test",
    "withdraw",
]
