"""Answers that mail waits for: remembered for their time, asked for once, and not waited for while nobody answers.

Questions run on a loop of their own, so that an answer that comes late is there for whoever asks again.
"""

import asyncio
import threading
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import cache, lru_cache

import dns.exception
import dns.name
import dns.resolver
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from services import settings
from services.dns import resolving

Question = tuple[str, str]  # name in lower case without a final dot, and type
MOST = 20_000  # answers
SHORTEST, LONGEST = 30, 86_400  # seconds an answer is remembered, whatever its time to live says
LONGEST_ABSENCE = 900  # of there being none (RFC 2308 5)
FAILURE = 5  # of there being no answer
QUIET = 15.0  # seconds nobody waits for a resolver that gave no sign of life
AT_ONCE = 100  # questions under way


@dataclass(frozen=True, slots=True)
class Known:
    """Hosts and addresses as text, `10 host` for MX, a TXT record's strings joined as Latin-1; `until` on the
    monotonic clock. Failed: the DNS gave no answer."""

    values: tuple[str, ...]
    until: float
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for answers: in all, and for the next one; `hurried`: not at all while nobody answers."""

    whole: float
    silence: float
    hurried: bool = True


_NO_NAME = (
    dns.name.BadEscape,
    dns.name.EmptyLabel,
    dns.name.IDNAException,
    dns.name.LabelTooLong,
    dns.name.NameTooLong,
)


class Memory:
    """What is known by one set of resolvers; any thread may ask."""

    def __init__(self, nameservers: tuple[tuple[str, int], ...]) -> None:
        self._nameservers = nameservers
        self._known: dict[Question, Known] = {}
        self._under_way: dict[Question, Future[None]] = {}
        self._guard = threading.Lock()
        self._answered_at = 0.0
        self._quiet_until = 0.0

    def known(self, name: str, kind: str) -> Known | None:
        """What is remembered, without waiting."""
        found = self._known.get((name.rstrip(".").lower(), kind))
        return found if found is not None and found.until > time.monotonic() else None

    def ask(self, questions: Iterable[Question], patience: Patience) -> None:
        """Have them asked, and wait for answers; afterwards `known` says which there are."""
        pending = self._begin(questions)
        now = time.monotonic()
        if patience.hurried and now < self._quiet_until:
            return
        began, end = now, now + patience.whole
        while pending:
            last_sign = max(began, self._answered_at)
            left = min(end, last_sign + patience.silence) - time.monotonic()
            if left <= 0:
                break
            pending = wait(pending, left, FIRST_COMPLETED).not_done
        if pending and self._answered_at < began:
            self._quiet_until = time.monotonic() + QUIET

    def _begin(self, questions: Iterable[Question]) -> set[Future[None]]:
        begun = set()
        with self._guard:
            for name, kind in questions:
                question = (name.rstrip(".").lower(), kind)
                if self.known(*question) is None:
                    begun.add(self._under_way.get(question) or self._send(question))
        return begun

    def _send(self, question: Question) -> Future[None]:
        sent = self._under_way[question] = asyncio.run_coroutine_threadsafe(self._resolve(question), _loop())
        return sent

    async def _resolve(self, question: Question) -> None:
        try:
            async with _turns():
                found = await self._asked(*question)
            if not found.failed:
                self._answered_at, self._quiet_until = time.monotonic(), 0.0
            self._remember(question, found)
        finally:
            with self._guard:
                self._under_way.pop(question, None)

    def _remember(self, question: Question, found: Known) -> None:
        with self._guard:
            self._known.pop(question, None)
            self._known[question] = found
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]  # the one that was learnt first

    async def _asked(self, name: str, kind: str) -> Known:
        resolver = resolving.resolver(self._nameservers, remembers=False)
        try:
            answer = await resolver.resolve(
                name, kind, search=False, raise_on_no_answer=False, lifetime=resolving.TOTAL_SECONDS
            )
        except dns.resolver.NXDOMAIN as error:
            responses = list(error.kwargs["responses"].values())
            return _known((), responses[-1].resolve_chaining().minimum_ttl)
        except _NO_NAME:
            return _known((), LONGEST)
        except (dns.exception.DNSException, OSError):
            return Known((), time.monotonic() + FAILURE, failed=True)
        seconds = answer.chaining_result.minimum_ttl
        return _known(tuple(map(_text, answer.rrset or ())), seconds)


def _known(values: tuple[str, ...], seconds: int) -> Known:
    longest = LONGEST if values else LONGEST_ABSENCE
    return Known(values, time.monotonic() + max(SHORTEST, min(seconds, longest)))


def _text(record: Rdata) -> str:
    if isinstance(record, TXT):
        return b"".join(record.strings).decode("latin-1")
    if isinstance(record, MX):
        return f"{record.preference} {record.exchange.to_text(omit_final_dot=True)}"
    if isinstance(record, PTR):
        return record.target.to_text(omit_final_dot=True)
    return record.to_text()


def memory() -> Memory:
    """That of the resolvers in force."""
    return _memory(tuple(settings.current().nameservers))


@lru_cache(maxsize=16)
def _memory(nameservers: tuple[tuple[str, int], ...]) -> Memory:
    return Memory(nameservers)


@cache
def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="dns", daemon=True).start()
    return loop
