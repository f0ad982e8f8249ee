"""Resolvers: those of the settings, or the machine's own."""

from functools import lru_cache

import dns.asyncresolver
import dns.nameserver
import dns.resolver

TRY_SECONDS = 2.0
TOTAL_SECONDS = 6.0
CACHE_SIZE = 10_000
PAYLOAD = 1232  # bytes of an answer that comes in one piece everywhere


@lru_cache(maxsize=16)
def resolver(nameservers: tuple[tuple[str, int], ...], *, remembers: bool) -> dns.asyncresolver.Resolver:
    """For addresses and ports; none = as the machine is configured."""
    made = dns.asyncresolver.Resolver(configure=not nameservers)
    if nameservers:
        made.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in nameservers]
    made.timeout = TRY_SECONDS
    made.lifetime = TOTAL_SECONDS
    made.use_edns(0, 0, PAYLOAD)
    made.cache = dns.resolver.LRUCache(CACHE_SIZE) if remembers else None
    return made
