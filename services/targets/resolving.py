"""From a host to the addresses that may be connected to; every address it has must be public, or none is."""

import asyncio
import socket

from services import dns, settings
from services.errors import Invalid, Unavailable
from services.targets.urls import checked_url, host_of, invalid, is_public, literal

CHECK_SECONDS = 3.0
REFUSED = "This target is not allowed."


async def check(url: str, *, field: str = "url") -> None:
    """Raises Invalid for a URL that may not be posted to, by its text or by what its name leads to now. A name that
    cannot be resolved now passes: whoever posts asks again."""
    host = host_of(checked_url(url, field=field))
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await checked_addresses(host)
    except Invalid:
        raise invalid(REFUSED, field) from None
    except (TimeoutError, Unavailable):
        return


async def checked_addresses(host: str) -> list[str]:
    """Every address of `host`. Raises Invalid where one of them is private, Unavailable where there is none."""
    addresses = await _resolve(host)
    if not settings.current().allow_private_targets and not all(map(is_public, addresses)):
        raise invalid(REFUSED, "url")
    return addresses


async def _resolve(host: str) -> list[str]:
    """`host` itself, the configured resolvers' answer, or the machine's own."""
    address = literal(host)
    if address is not None:
        return [address]
    if settings.current().nameservers:
        answer = await dns.addresses(host, fresh=True)
        if answer.values:
            return list(answer.values)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable("the name cannot be resolved", code="target_unreachable") from None
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
