"""`mx:[?tls=starttls]` — each message to its recipient's own servers, most preferred first (RFC 5321 5.1)."""

import random
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from models import OutboundStatus
from services import dns
from services.errors import Unavailable
from services.flows.relay.hop import Hop, Tls, Unreachable
from services.flows.relay.pool import Pool
from services.flows.relay.receipt import Parcel, Receipt, failed
from services.settings import Settings

PER_DESTINATION = 20
MAX_HOSTS = 8  # of one domain are tried
MAX_ADDRESSES = 4  # of one host
MAX_POOLS = 500


@dataclass(frozen=True)
class Policy:
    """How other servers are met: port 25 in the world, another one in tests."""

    helo: str
    port: int = 25
    tls: Tls = Tls.OPPORTUNISTIC
    may_be_private: bool = False


class Undeliverable(Exception):
    """The DNS says that no mail goes there."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.words)
        self.receipt = receipt


class DirectToMx:
    per_destination: int | None = PER_DESTINATION

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._pools: dict[tuple[str, str], Pool] = {}

    @classmethod
    def from_url(cls, url: str, settings: Settings) -> "DirectToMx":
        options = parse_qs(urlsplit(url).query)
        port, tls = int(options.get("port", ["25"])[0]), Tls(options.get("tls", ["opportunistic"])[0])
        return cls(Policy(settings.mail_host, port, tls, settings.allow_private_targets))

    async def transmit(self, parcel: Parcel) -> Receipt:
        """The first server that can be talked to decides; those that cannot, or say later at once, are passed over."""
        last = failed(451, "4.4.4", "None of the domain's servers has an address.")
        try:
            for host in (await exchangers(parcel.destination))[:MAX_HOSTS]:
                for address in (await self._addresses(host))[:MAX_ADDRESSES]:
                    try:
                        return await self._pool(address, host).send(parcel)
                    except Unreachable as error:
                        last = error.receipt
                        if last.status is OutboundStatus.FAILED:
                            return last
        except Undeliverable as error:
            return error.receipt
        except Unavailable as error:
            return failed(451, "4.4.3", error.message)
        return last

    async def _addresses(self, host: str) -> list[str]:
        """IPv6 before IPv4, none on our own network unless settings allow it."""
        found = (await dns.addresses(host)).values
        return [each for each in found if self._policy.may_be_private or ip_address(each).is_global]

    def _pool(self, address: str, host: str) -> Pool:
        pool = self._pools.get((address, host))
        if pool is None:
            self._forget_idle()
            hop = Hop(address, self._policy.port, host, self._policy.tls, helo=self._policy.helo)
            pool = self._pools[address, host] = Pool(hop, PER_DESTINATION)
        return pool

    def _forget_idle(self) -> None:
        if len(self._pools) >= MAX_POOLS:
            self._pools = {key: pool for key, pool in self._pools.items() if not pool.is_idle}

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.close()


async def exchangers(domain: str) -> list[str]:
    """The hosts mail for `domain` goes to, in the order they are to be tried; of equal ones any (RFC 5321 5.1).

    Raises Undeliverable for a domain that does not exist or takes no mail, Unavailable where the DNS is silent.
    """
    if domain.startswith("["):
        raise Undeliverable(failed(550, "5.1.2", "Mail to address literals is not sent."))
    found, exists = await dns.mx(domain)
    if not exists:
        raise Undeliverable(failed(550, "5.1.2", f"There is no domain {domain}."))
    if [each.host.rstrip(".") for each in found] == [""]:  # RFC 7505: the null MX
        raise Undeliverable(failed(556, "5.1.10", f"{domain} takes no mail."))
    if found:
        equals = (list(group) for _, group in groupby(found, key=lambda each: each.preference))
        return [each.host for group in equals for each in random.sample(group, len(group))]
    if not (await dns.addresses(domain)).values:
        raise Undeliverable(failed(550, "5.4.4", f"{domain} has no mail server."))
    return [domain]
