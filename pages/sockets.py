"""What a socket may say and when it must go: messages for its own pages only, nothing after the session ended."""

from collections.abc import Callable
from typing import Any

from nicegui import Client, core

from services import database, sessions
from services.access import Actor
from services.events import Fact, SessionEnded

MESSAGES = ("event", "javascript_response", "ack", "log")
TO_LOGIN = "window.location.href = '/login'"
AGAIN = "window.location.reload()"


def seal() -> None:
    """Let each message through only for a page the socket has shaken hands with.

    NiceGUI believes the client id inside the message, so a member's socket could press another member's buttons.
    """
    handlers = core.sio.handlers["/"]
    for name in MESSAGES:
        if not hasattr(handlers[name], "is_sealed"):
            handlers[name] = _sealed(handlers[name])


def _sealed(handler: Callable[[str, dict[str, Any]], None]) -> Callable[[str, dict[str, Any]], None]:
    def checked(socket_id: str, message: dict[str, Any]) -> None:
        if message.get("client_id") in core.sio.rooms(socket_id):
            handler(socket_id, message)

    checked.is_sealed = True  # type: ignore[attr-defined]
    return checked


async def end_tabs(facts: list[Fact]) -> None:
    """Sessions ended: their open pages go to the log-in page and can do nothing any more."""
    ended = {fact.session_id for fact in facts if isinstance(fact, SessionEnded)}
    for client in _pages():
        if client.request.state.session_id in ended:
            await _close(client, TO_LOGIN)


async def follow_team(facts: list[Fact]) -> None:
    """Members changed: a page drawn for somebody who has gone, or has another role now, is drawn again."""
    organisations = {fact.organisation_id for fact in facts}
    for client in _pages():
        state = client.request.state
        if state.actor.organisation_id in organisations:
            found = await database.read(sessions.find, state.sid)
            if found is None:
                await _close(client, TO_LOGIN)
            elif found[0].role != state.actor.role:
                await _close(client, AGAIN)


async def _close(client: Client, parting: str) -> None:
    """Send the browser elsewhere, then forget the page: a click replayed over the open socket finds nothing."""
    if client.id not in Client.instances:
        return
    words = {"code": parting, "_id": client.outbox.next_message_id}
    client.delete()
    await core.sio.emit("run_javascript", words, room=client.id)


def _pages() -> list[Client]:
    """The open pages of people who are signed in."""
    return [client for client in Client.instances.values() if isinstance(_actor(client), Actor)]


def _actor(client: Client) -> Any:
    return getattr(client.request.state, "actor", None)
