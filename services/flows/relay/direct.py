"""`mx:[?tls=starttls]` — each message to its recipient's own servers, most preferred first (RFC 5321 5.1)."""

import logging
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from itertools import chain, groupby, zip_longest
from urllib.parse import parse_qs, urlsplit

from models import OutboundStatus
from services import dns, targets
from services.errors import Unavailable
from services.flows.relay.hop import Dead, Hop, Patience, Tls, Unreachable, Untrusted
from services.flows.relay.pool import Pool
from services.flows.relay.receipt import Parcel, Receipt, failed
from services.mail.mta_sts import Mode
from services.mta_sts import Policies
from services.settings import Settings

log = logging.getLogger("mailroom.relay")

PER_DESTINATION = 20
MAX_HOSTS = 8  # of one domain are tried
MAX_ADDRESSES = 4  # of one host
MAX_POOLS = 500
DEAD_SECONDS = 600  # an address that did not answer is tried after others


@dataclass(frozen=True)
class Policy:
    """How other servers are met: port 25 in the world, another one in tests."""

    helo: str
    port: int = 25
    tls: Tls = Tls.OPPORTUNISTIC
    may_be_private: bool = False
    patience: Patience = field(default_factory=Patience)
    trust: str = ""


class Undeliverable(Exception):
    """The DNS says that no mail goes there."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.words)
        self.receipt = receipt


class DirectToMx:
    per_destination: int | None = PER_DESTINATION

    def __init__(self, policy: Policy, policies: Policies | None = None) -> None:
        self._policy = policy
        self._policies = policies
        self._pools: dict[tuple[str, str, Tls], Pool] = {}
        self._dead: dict[str, float] = {}

    @classmethod
    def from_url(cls, url: str, settings: Settings, policies: Policies | None = None) -> "DirectToMx":
        options = parse_qs(urlsplit(url).query)
        port, tls = int(options.get("port", ["25"])[0]), Tls(options.get("tls", ["opportunistic"])[0])
        return cls(Policy(settings.mail_host, port, tls, settings.allow_private_targets), policies)

    async def transmit(self, parcel: Parcel) -> Receipt:
        """The first server that can be talked to decides; those that cannot, or say later at once, are passed over."""
        passed: list[Receipt] = []
        try:
            hosts, tls, reason = await self._way(parcel)
            async for address, host in self._doors(hosts[:MAX_HOSTS], passed):
                try:
                    return await self._pool(address, host, tls).send(parcel)
                except Unreachable as error:
                    why = reason if isinstance(error, Untrusted) else ""
                    passed.append(replace(error.receipt, words=why + error.receipt.words))
                    if isinstance(error, Dead):
                        self._bury(address)
        except Undeliverable as error:
            return error.receipt
        except Unavailable as error:
            return failed(451, "4.4.3", error.message)
        return _kindest(passed)

    async def _way(self, parcel: Parcel) -> tuple[list[str], Tls, str]:
        """The servers to try, how they are to be secured, and in whose name, as the domain's policy asks (RFC 8461 5).

        Raises Undeliverable, for now, where none of its servers is in the policy."""
        domain = parcel.destination
        hosts = await exchangers(domain, behind="" if parcel.is_ours else self._policy.helo)
        policy = await self._policies.of(domain) if self._policies else None
        if policy is None or policy.mode is Mode.NONE:
            return hosts, self._tls(parcel), ""
        covered = [host for host in hosts if policy.covers(host)]
        if policy.mode is Mode.TESTING:
            if covered != hosts:
                log.warning("%s tries MTA-STS, and its policy does not name all of its mail servers", domain)
            return hosts, self._tls(parcel), ""
        reason = f"{domain} takes mail over verified TLS at the servers of its policy only (MTA-STS). "
        if not covered:
            raise Undeliverable(failed(451, "4.7.0", f"{reason}None of them is {' or '.join(hosts[:3])}."))
        return covered, Tls.STARTTLS, reason

    def _tls(self, parcel: Parcel) -> Tls:
        is_lax = self._policy.tls in (Tls.NONE, Tls.OPPORTUNISTIC)
        return Tls.REQUIRED if parcel.needs_tls and is_lax else self._policy.tls

    async def _doors(self, hosts: Sequence[str], passed: list[Receipt]) -> AsyncIterator[tuple[str, str]]:
        """Where to knock, in order: each host's addresses, those that were dead a while ago after all others."""
        late: list[tuple[str, str]] = []
        for host in hosts:
            try:
                addresses = await self._addresses(host)
            except Unavailable as error:
                passed.append(failed(451, "4.4.3", error.message, host=host))
                continue
            if not addresses:
                words = f"{host} has no address, or only ones of a private network."
                passed.append(failed(451, "4.4.4", words, host=host))
            for address in addresses:
                if self._dead.get(address, 0) > time.monotonic():
                    late.append((address, host))
                else:
                    yield address, host
        for door in late:
            yield door

    async def _addresses(self, host: str) -> list[str]:
        """IPv6 and IPv4 in turns, so that neither keeps us from the other; none on our own network unless settings
        allow it."""
        found = (await dns.addresses(host)).values
        allowed = [each for each in found if self._policy.may_be_private or targets.is_public(each)]
        six, four = ([each for each in allowed if ip_address(each).version == version] for version in (6, 4))
        return [each for each in chain(*zip_longest(six, four)) if each][:MAX_ADDRESSES]

    def _bury(self, address: str) -> None:
        now = time.monotonic()
        if len(self._dead) >= MAX_POOLS:
            self._dead = {each: until for each, until in self._dead.items() if until > now}
        self._dead[address] = now + DEAD_SECONDS

    def _pool(self, address: str, host: str, tls: Tls) -> Pool:
        pool = self._pools.get((address, host, tls))
        if pool is None:
            self._forget_idle()
            rules = self._policy
            hop = Hop(address, rules.port, host, tls, helo=rules.helo, patience=rules.patience, trust=rules.trust)
            pool = self._pools[address, host, tls] = Pool(hop, PER_DESTINATION)
        return pool

    def _forget_idle(self) -> None:
        if len(self._pools) >= MAX_POOLS:
            self._pools = {key: pool for key, pool in self._pools.items() if not pool.is_idle}

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.close()


def _kindest(passed: Sequence[Receipt]) -> Receipt:
    """Of servers that were passed over one that may do later speaks for all; final is only what all agree in."""
    later = (each for each in reversed(passed) if each.status is OutboundStatus.DELAYED)
    return next(later, passed[-1] if passed else failed(451, "4.4.4", "None of the domain's servers has an address."))


async def exchangers(domain: str, *, behind: str = "") -> list[str]:
    """The hosts mail for `domain` goes to, in the order they are to be tried; of equal ones any. Where `behind`, which
    is us, is one of them it hands on to better ones only, or mail would go round in circles (RFC 5321 5.1).

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
            raise Undeliverable(
                failed(554, "5.4.6", f"{domain} names no better mail server than this one, which is not its own.")
            )
        equals = (list(group) for _, group in groupby(found, key=lambda each: each.preference))
        return [each.host for group in equals for each in random.sample(group, len(group))]
    if not (await dns.addresses(domain)).values:
        raise Undeliverable(failed(550, "5.4.4", f"{domain} has no mail server."))
    return [domain]
