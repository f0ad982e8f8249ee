"""What other domains ask of mail to them by MTA-STS (RFC 8461): looked up, fetched, kept until it ends; and our own.

A policy that was fetched holds until its time is over, whatever the DNS or the web server say meanwhile: who can keep
us from either must not be able to talk us out of TLS (10.1).
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Domain, DomainStatus, MtaStsPolicy
from services import clock, database, dns, settings
from services.errors import Invalid, NotFound, Unavailable
from services.mail import mta_sts
from services.mail.mta_sts import Mode, Policy

log = logging.getLogger("mailroom.mta_sts")
MAX_BYTES = 64 * 1024  # of a policy file (RFC 8461 3.2)
FETCH_SECONDS = 30
REMEMBER_SECONDS = 300
MAX_REMEMBERED = 10_000
OWN_AGE = 7 * 86_400


@dataclass(frozen=True, slots=True)
class _Held:
    """A policy in the database that has not ended; `is_old` where half of its time is over."""

    policy_id: str
    policy: Policy
    is_old: bool


class Policies:
    """The policies of other domains. `port` and `trust`, a file of authorities to believe, are other ones in tests."""

    def __init__(self, *, port: int = 443, trust: str = "") -> None:
        self._port = port
        self._trust = trust
        self._known: dict[str, tuple[float, Policy | None]] = {}
        self._under_way: dict[str, asyncio.Task[Policy | None]] = {}

    async def of(self, domain: str) -> Policy | None:
        """What holds for mail to `domain` now; None where it asks for nothing. One look-up serves all who wait."""
        until, policy = self._known.get(domain, (0.0, None))
        if until > time.monotonic():
            return policy
        task = self._under_way.get(domain)
        if task is None:
            task = self._under_way[domain] = asyncio.create_task(self._look_up(domain))
            task.add_done_callback(lambda _: self._under_way.pop(domain, None))
        return await asyncio.shield(task)

    async def _look_up(self, domain: str) -> Policy | None:
        held = await database.read(_held, domain)
        try:
            announced = mta_sts.id_of((await dns.txt(f"_mta-sts.{domain}")).values)
        except Unavailable:
            announced = ""
        policy = held.policy if held else None
        if announced and (held is None or held.policy_id != announced or held.is_old):
            policy = await self._fetched(domain, announced) or policy
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[domain] = (time.monotonic() + REMEMBER_SECONDS, policy)
        return policy

    async def _fetched(self, domain: str, policy_id: str) -> Policy | None:
        from services.targets.fetching import fetch  # the HTTP client takes its time to load

        host = "mta-sts." + domain.encode("idna").decode()
        port = "" if self._port == 443 else f":{self._port}"
        try:
            url = f"https://{host}{port}/.well-known/mta-sts.txt"
            found = await fetch(url, most=MAX_BYTES, seconds=FETCH_SECONDS, trust=self._trust)
            if found.status != 200 or found.media_type != "text/plain":  # no redirect is followed (3.3)
                raise ValueError(f"it came as {found.status} {found.media_type}")
            policy = mta_sts.parse(found.text)
        except (Unavailable, Invalid, ValueError) as error:
            log.info("the MTA-STS policy of %s could not be had: %s", domain, error)
            return None
        await database.call(_keep, domain, policy_id, found.text, policy.max_age)
        return policy


def _held(session: Session, domain: str) -> _Held | None:
    row, now = session.get(MtaStsPolicy, domain), clock.now()
    if row is None or row.expires_at <= now:
        return None
    is_old = now - row.fetched_at > (row.expires_at - row.fetched_at) / 2
    return _Held(row.policy_id, mta_sts.parse(row.text), is_old)


def _keep(session: Session, domain: str, policy_id: str, text: str, max_age: int) -> None:
    now = clock.now()
    session.execute(sa.delete(MtaStsPolicy).where(col(MtaStsPolicy.expires_at) <= now))
    ends = now + timedelta(seconds=max_age)
    session.merge(MtaStsPolicy(domain=domain, policy_id=policy_id, text=text, fetched_at=now, expires_at=ends))


def own(session: Session, host: str) -> str:
    """The policy file of a domain of ours, by the host it is asked for on: `mta-sts.<domain>`. Enforced where this
    server has a certificate. Raises NotFound for a host that is none."""
    prefix, _, name = host.lower().rstrip(".").partition(".")
    hosted = select(Domain.id).where(Domain.name == name, Domain.status == DomainStatus.ACTIVE, ~col(Domain.is_backup))
    if prefix != "mta-sts" or session.exec(hosted).first() is None:
        raise NotFound("There is no such policy.")
    rules = settings.current()
    return mta_sts.render(Mode.ENFORCE if rules.tls_cert else Mode.NONE, (rules.mail_host,), OWN_AGE)
