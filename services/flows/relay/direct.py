"""`mx:[?tls=starttls]` — each message to its recipient's own servers, most preferred first (RFC 5321 5.1)."""

import random
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from models import OutboundStatus
from services import dns
from services.errors import Unavailable
from services.flows.relay.hop import Hop, Insecure, Tls, Unreachable
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
        self._pools: dict[tuple[str, str, Tls], Pool] = {}

    @classmethod
    def from_url(cls, url: str, settings: Settings) -> "DirectToMx":
        options = parse_qs(urlsplit(url).query)
        port, tls = int(options.get("port", ["25"])[0]), Tls(options.get("tls", ["opportunistic"])[0])
        return cls(Policy(settings.mail_host, port, tls, settings.allow_private_targets))

    async def transmit(self, parcel: Parcel) -> Receipt:
        """The first server that can be talked to decides; those that cannot, or say later at once, are passed over."""
        last = insecure = None
        try:
            for host in (await exchangers(parcel.destination, behind=self._behind(parcel)))[:MAX_HOSTS]:
                for address in (await self._addresses(host))[:MAX_ADDRESSES]:
                    try:
                        return await self._pool(address, host, self._tls(parcel)).send(parcel)
                    except Insecure as error:
                        insecure = error.receipt
                    except Unreachable as error:
                        last = error.receipt
                        if last.status is OutboundStatus.FAILED:
                            return last
        except Undeliverable as error:
            return error.receipt
        except Unavailable as error:
            return failed(451, "4.4.3", error.message)
        return last or insecure or failed(451, "4.4.4", "None of the domain's servers has an address.")

    def _tls(self, parcel: Parcel) -> Tls:
        is_lax = self._policy.tls in (Tls.NONE, Tls.OPPORTUNISTIC)
        return Tls.REQUIRED if parcel.needs_tls and is_lax else self._policy.tls

    def _behind(self, parcel: Parcel) -> str:
        """Our own name for what we hold as a backup, so that it goes to none but better servers."""
        return self._policy.helo if parcel.is_backup else ""

    async def _addresses(self, host: str) -> list[str]:
        """IPv6 before IPv4, none on our own network unless settings allow it."""
        found = (await dns.addresses(host)).values
        return [each for each in found if self._policy.may_be_private or ip_address(each).is_global]

    def _pool(self, address: str, host: str, tls: Tls) -> Pool:
        pool = self._pools.get((address, host, tls))
        if pool is None:
            self._forget_idle()
            hop = Hop(address, self._policy.port, host, tls, helo=self._policy.helo)
            pool = self._pools[address, host, tls] = Pool(hop, PER_DESTINATION)
        return pool

    def _forget_idle(self) -> None:
        if len(self._pools) >= MAX_POOLS:
            self._pools = {key: pool for key, pool in self._pools.items() if not pool.is_idle}

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.close()


async def exchangers(domain: str, *, behind: str = "") -> list[str]:
    """The hosts mail for `domain` goes to, in the order they are to be tried; of equal ones any. Where `behind` is one
    of them it hands on to better ones only, or mail would go round in circles (RFC 5321 5.1).

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
        own = min((each.preference for each in found if each.host.rstrip(".").lower() == behind), default=None)
        found = [each for each in found if own is None or each.preference < own]
        if not found:
            raise Undeliverable(failed(554, "5.4.6", f"{domain} names no better mail server than this backup."))
        equals = (list(group) for _, group in groupby(found, key=lambda each: each.preference))
        return [each.host for group in equals for each in random.sample(group, len(group))]
    if not (await dns.addresses(domain)).values:
        raise Undeliverable(failed(550, "5.4.4", f"{domain} has no mail server."))
    return [domain]
