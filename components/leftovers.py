"""Pages that nobody has: those whose browser never came back are few, and what a page took is free once it is gone."""

import time

from nicegui import Client
from nicegui import app as nicegui_app

MOST = 50  # pages whose browser has not come back yet; beyond them the oldest go
PATIENCE = 10.0  # seconds that a browser has in any case; when it comes later it loads the page again


def install() -> None:
    nicegui_app.on_delete(release)


def forget_surplus() -> None:
    """NiceGUI keeps what it has sent for a minute, half a megabyte each: who fetches pages and never opens their
    sockets would take the memory of all."""
    waiting = [each for each in Client.instances.values() if _is_waiting(each)]
    long_ago = time.time() - PATIENCE
    for client in waiting[:-MOST]:
        if client.created <= long_ago:
            client.delete()


def release(client: Client) -> None:
    """Each element's classes, style and props hold on to themselves by their change handlers, so that only a full
    collection of garbage would find them: it is rare here, and stops everybody."""
    for element in client.elements.values():
        for part in (element.classes, element.style, element.props):
            part._change_handlers.clear()


def _is_waiting(client: Client) -> bool:
    is_sent, is_leaving = client._response_built, bool(client._delete_tasks)
    return is_sent and not is_leaving and not client.has_socket_connection
