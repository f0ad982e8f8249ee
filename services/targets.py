"""Posting to URLs that users typed, without letting them reach this machine's own network (SSRF).

A host is resolved once, every address it has is checked, and the connection goes to the checked address, so an answer
that changes afterwards changes nothing. No redirect is followed, no proxy of the environment used.
"""

import asyncio
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from services import dns, settings
from services.errors import Invalid, Unavailable

logging.getLogger("httpx2").setLevel(logging.WARNING)  # its INFO lines name the URL, which is a secret

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
ANSWER_BYTES = 16 * 1024
LONGEST_REST = 86_400
REFUSED = "This target is not allowed."
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
SPECIAL = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890); Python 3.11 calls parts of it global
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and limited broadcast
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
]
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_INTERNAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")


@dataclass(frozen=True)
class Answer:
    """What the target said: status code, its body up to ANSWER_BYTES, and for how many seconds it wants rest."""

    status: int
    text: str
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet's; IPv6 forms that carry an IPv4 address never are."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and ip not in GLOBAL_UNICAST:  # loopback, mapped, NAT64, ULA, fe80::/10, fec0::/10, multicast
        return False
    return ip.is_global and not any(ip in network for network in SPECIAL if network.version == ip.version)


def checked_url(url: str, *, field: str = "url") -> str:
    """`url` if it may be posted to as far as its text can tell. Raises Invalid; names are resolved when posting."""
    url = url.strip()
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in url) or len(url) > 2000:
        raise _invalid("This is not a URL.", field)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid("This is not a URL.", field) from None
    private = settings.current().allow_private_targets
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise _invalid("The URL starts with https://.", field)
    if not host or parts.username is not None or port == 0:
        raise _invalid("The URL needs a host, and no user name or password.", field)
    literal = _literal(host)
    if literal is None and _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):  # WHATWG URL: ends in a number
        raise _invalid("The URL's host is not an address.", field)
    if not private and (_is_internal(host) if literal is None else not is_public(literal)):
        raise _invalid("The URL leads into a private network.", field)
    return url


async def post(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    """POST once. Raises Invalid for a target that is not allowed, Unavailable where none answers."""
    checked_url(url)
    try:
        async with asyncio.timeout(TOTAL_SECONDS), _client() as client:
            async with client.stream("POST", url, content=content, headers=headers) as response:
                return Answer(response.status_code, await _beginning(response), _retry_after(response))
    except _Blocked:
        raise _invalid(REFUSED, "url") from None
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
    return min(int(text), LONGEST_REST) if text.isascii() and text.isdigit() else 0


class _Blocked(Exception):
    """Raised before any connection is made."""


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
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in await _checked_addresses(host):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise _Blocked

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _checked_addresses(host: str) -> list[str]:
    addresses = await _resolve(host)
    if not settings.current().allow_private_targets and not all(map(is_public, addresses)):
        raise _Blocked
    return addresses


async def _resolve(host: str) -> list[str]:
    """Every address of `host`: itself, the configured resolvers' answer, or the machine's own."""
    literal = _literal(host)
    if literal is not None:
        return [literal]
    if settings.current().nameservers:
        try:
            answer = await dns.addresses(host, fresh=True)
        except Unavailable as error:
            raise httpcore2.ConnectError(error.message) from error
        if answer.values:
            return list(answer.values)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError("the name cannot be resolved") from error
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def _literal(host: str) -> str | None:
    """The address `host` spells, in any of the spellings the C library takes (2130706433, 0x7f.1, 0177.0.0.1)."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _is_internal(host: str) -> bool:
    name = "." + host.lower().rstrip(".")
    return name.count(".") == 1 or name.endswith(_INTERNAL)


def _client() -> httpx2.AsyncClient:
    transport = httpx2.AsyncHTTPTransport(verify=_tls(), retries=0, trust_env=False)
    transport._pool._network_backend = _GuardedBackend()  # no public way in; a test holds that it works
    limits = httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    return httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=limits)


@cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


def _invalid(sentence: str, field: str) -> Invalid:
    return Invalid(sentence, code="invalid_url", field=field)
