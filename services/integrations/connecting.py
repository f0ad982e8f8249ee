"""Adding and moving integrations with a look at where their URL leads; that is network, so before the transaction."""

from collections.abc import Sequence
from typing import Unpack

from models import Integration, IntegrationType
from services import access, database, targets
from services.access import Actor, Permission
from services.integrations.register import Changes, Created, add, update


async def connect(
    kind: IntegrationType, name: str, url: str, *, event_types: Sequence[str] | None = None, actor: Actor
) -> Created:
    """As `add`. Raises Invalid for a URL that leads into a private network, by the addresses it has now."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    await targets.check(url)
    return await database.call(add, kind, name, url, event_types=event_types, actor=actor)


async def change(integration_id: int, *, actor: Actor, **changes: Unpack[Changes]) -> Integration:
    """As `update`, with the same look at a new URL."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    if "url" in changes:
        await targets.check(changes["url"])
    return await database.call(update, integration_id, actor=actor, **changes)
