"""An application that takes long to load: in the background once the port is open, or for whoever calls first."""

import asyncio
import pkgutil
import threading

from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """Stands for the application that `maker` (`module:function`) returns; it is made once, on a thread."""

    def __init__(self, maker: str) -> None:
        self._maker = maker
        self._made: ASGIApp | None = None
        self._lock = threading.Lock()

    def made(self) -> ASGIApp:
        with self._lock:
            if self._made is None:
                self._made = pkgutil.resolve_name(self._maker)()
            return self._made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        made = self._made
        if made is None:
            made = await asyncio.to_thread(self.made)
        await made(scope, receive, send)
