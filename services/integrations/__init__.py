"""Integrations: chat channels and webhooks that hear of what happens. URL and secrets are sealed, never given back.

An integration that aliases name hears of those aliases' mail; one that none names hears of everything. Of all that only
what it follows; one that follows nothing hears what rules tell it.
"""

from services.integrations.connecting import change, connect
from services.integrations.event_types import EVENT_TYPES, NEWS, EventType
from services.integrations.register import (
    Changes,
    Created,
    add,
    all,
    get,
    remove,
    renew_secret,
    trouble,
    update,
    webhook,
)

__all__ = [
    "EVENT_TYPES",
    "NEWS",
    "Changes",
    "Created",
    "EventType",
    "add",
    "all",
    "change",
    "connect",
    "get",
    "remove",
    "renew_secret",
    "trouble",
    "update",
    "webhook",
]
