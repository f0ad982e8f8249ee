"""The client that posts: it connects to addresses that were checked, never to names."""

import asyncio
import logging
import math
import re
import ssl
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import httpcore2
import httpx2

from services.errors import Unavailable
from services.targets.answer import ANSWER_BYTES, Answer
from services.targets.resolving import REFUSED, checked_addresses
from services.targets.urls import checked_url, invalid

logging.getLogger("httpx2").setLevel(logging.WARNING)  # its INFO lines name the URL, which is a secret

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
LONGEST_REST = 86_400


async def post(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    """POST once. Raises Invalid for a target that is not allowed, Unavailable where none answers."""
    checked_url(url)
    try:
        async with asyncio.timeout(TOTAL_SECONDS), open_client() as client:
            async with client.stream("POST", url, content=content, headers=headers) as response:
                return Answer(response.status_code, await _beginning(response), _retry_after(response))
    except TimeoutError:
        raise Unavailable("The target took too long to answer.", code="target_timeout") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise Unavailable(f"The target could not be reached: {_reason(error)}", code="target_unreachable") from None


async def _beginning(response: httpx2.Response) -> str:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) >= ANSWER_BYTES:
            break
    return bytes(body[:ANSWER_BYTES]).decode("utf-8", "replace").replace("\x00", "")


def _retry_after(response: httpx2.Response) -> int:
    text = response.headers.get("retry-after", "")
    is_number = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text)  # Discord also says fractions
    return min(math.ceil(float(text)), LONGEST_REST) if is_number else 0


class _GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were checked, never to names."""

    def __init__(self) -> None:
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            addresses = await checked_addresses(host)
        except Unavailable as error:
            raise httpcore2.ConnectError(error.message) from None
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise invalid(REFUSED, "url")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def open_client(trust: str = "") -> httpx2.AsyncClient:
    """A client for one request. `trust` names a file of authorities to believe in place of the machine's own."""
    transport = httpx2.AsyncHTTPTransport(verify=_tls(trust), retries=0, trust_env=False)
    transport._pool._network_backend = _GuardedBackend()  # no public way in; a test holds that it works
    limits = httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    return httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=limits)


@lru_cache(maxsize=4)
def _tls(trust: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=trust) if trust else httpx2.create_ssl_context(trust_env=False)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
