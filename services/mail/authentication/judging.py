"""A message that came in, judged whole: what each mechanism found, and one verdict on who its author is."""

import re
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from services.mail.address import parse_list, split
from services.mail.authentication import arc, dkim, dmarc, mail, spf
from services.mail.authentication.answers import Ask, together
from services.mail.charsets import scrub
from services.mail.words import field_text

MOST_AUTHORS = 5  # domains in From fields that are looked at
LONGEST_FROM = 10_000
LONGEST_WORDS = 500  # of a reason, which may be a domain's own
_FIELDS = re.compile(
    rb"^(?:(?P<from>from)|dkim-signature|arc-(?:seal|message-signature|authentication-results))[ \t]*:"
    rb"(?P<value>[^\n]*(?:\n[ \t][^\n]*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_END = re.compile(rb"\n\r?\n")
_WORST = ("fail", "temperror", "permerror", "none", "pass")
NO_WAY_KNOWN = "It came by a server of our own, so it is not known which server sent it."


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message came. `is_relayed`: from a server of our own, so that its address says nothing of the sender;
    `at`: seconds since 1970."""

    content: bytes
    peer: str
    helo: str
    reverse_path: str
    at: int
    is_relayed: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`stored`: as it is kept with the message. `is_personal`: may differ for other messages that came like this."""

    stored: dict[str, Any]
    is_personal: bool = True

    @property
    def verdict(self) -> str:
        return str(self.stored["verdict"])


@dataclass(slots=True)
class Case:
    """An arrival on its way to a judgement, which may take several rounds of questions: what is found stays found."""

    arrival: Arrival
    authors: tuple[str, ...] = ()
    is_signed: bool = False
    _found: dict[str, Any] = field(default_factory=dict)

    def judge(self, ask: Ask) -> Judgement:
        """Raises Missing, for everything that can be asked now."""
        found: list[Any] = together(
            [
                self._once("spf", lambda: self._spf(ask)),
                self._once("dkim", lambda: self._dkim(ask)),
                self._once("arc", lambda: self._arc(ask)),
                *(self._once(f"dmarc {each}", self._policy(each, ask)) for each in self.authors),
            ]
        )
        return _judgement(self, found[0], found[1], found[2], found[3:])

    @property
    def by_spf(self) -> spf.Finding | None:
        """What SPF found, once it has; it may be told what it found for another message of the same server."""
        found: spf.Finding | None = self._found.get("spf")
        return found

    @by_spf.setter
    def by_spf(self, found: spf.Finding) -> None:
        self._found["spf"] = found

    def _once(self, name: str, call: Callable[[], object]) -> Callable[[], Any]:
        def called() -> Any:
            if name not in self._found:
                self._found[name] = call()
            return self._found[name]

        return called

    def _spf(self, ask: Ask) -> spf.Finding:
        came = self.arrival
        if came.is_relayed:
            return spf.Finding("none", reason=NO_WAY_KNOWN)
        return spf.check(came.peer, came.helo, came.reverse_path, ask)

    def _dkim(self, ask: Ask) -> list[dkim.Finding]:
        return dkim.verify(self._mail(), ask, self.arrival.at) if self.is_signed else []

    def _arc(self, ask: Ask) -> arc.Chain:
        return arc.validate(self._mail(), ask, self.arrival.at) if self.is_signed else arc.Chain("none")

    def _policy(self, author: str, ask: Ask) -> Callable[[], dmarc.Found]:
        return lambda: dmarc.discover(author, ask)

    def _mail(self) -> mail.Mail:
        if "mail" not in self._found:
            self._found["mail"] = mail.read(self.arrival.content)
        read: mail.Mail = self._found["mail"]
        return read


def case(arrival: Arrival) -> Case:
    """What of the header says who it claims to be from, and whether there is anything to verify."""
    content = arrival.content
    end = _END.search(content)
    opened, authors = Case(arrival), list[str]()
    for found in _FIELDS.finditer(content, 0, end.start() + 1 if end else len(content)):
        if found["from"]:
            authors += _domains(found["value"][:LONGEST_FROM])
        else:
            opened.is_signed = True
    opened.authors = tuple(dict.fromkeys(authors))[:MOST_AUTHORS]
    return opened


@lru_cache(maxsize=4096)
def _domains(value: bytes) -> tuple[str, ...]:
    found = [dmarc.plain(split(each.address)[1]) for each in parse_list(field_text(value.strip(b" \t\r")))]
    return tuple(dict.fromkeys(domain for domain in found if domain))


def _judgement(
    judged: Case, by_spf: spf.Finding, by_dkim: list[dkim.Finding], chain: arc.Chain, policies: list[dmarc.Found]
) -> Judgement:
    arrival = judged.arrival
    is_sampled = any(each.policy is not None and each.policy.percent < 100 for each in policies)
    draw = zlib.crc32(arrival.content) % 100 if is_sampled else 0
    decided = [
        dmarc.decide(author, policy, by_spf, by_dkim, draw)
        for author, policy in zip(judged.authors, policies, strict=True)
    ]
    worst = min(decided, key=lambda each: _WORST.index(each.result), default=_NO_AUTHOR)
    if arrival.is_relayed and worst.result == "fail":
        worst = dmarc.Finding("none", worst.domain, worst.policy, reason=NO_WAY_KNOWN)
    stored: dict[str, Any] = {
        "author": worst.domain,
        "spf": {"result": by_spf.result, "domain": by_spf.domain, "reason": by_spf.reason},
        "dkim": [asdict(each) for each in by_dkim],
        "dmarc": asdict(worst),
        "arc": asdict(chain),
        "verdict": _verdict(worst, by_spf, by_dkim),
    }
    if arrival.is_relayed:
        stored["trusted"] = "relay"
    return Judgement(_clean(stored), by_spf.is_personal or is_sampled)


def _clean(value: Any) -> Any:
    """What strangers wrote, as a database takes it."""
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return scrub(value)[:LONGEST_WORDS] if isinstance(value, str) else value


_NO_AUTHOR = dmarc.Finding("none", reason="it names no author")


def _verdict(worst: dmarc.Finding, by_spf: spf.Finding, by_dkim: list[dkim.Finding]) -> str:
    """pass, fail, none or unknown. Where a domain has no policy, what is aligned with it speaks for it as well."""
    if worst.result in ("pass", "fail"):
        return worst.result
    if worst.result == "temperror":
        return "unknown"
    if worst.domain and _speaks(worst.domain, by_spf, by_dkim):
        return "pass"
    if "temperror" in {by_spf.result, *(each.result for each in by_dkim)}:
        return "unknown"
    is_own = bool(worst.domain) and dmarc.is_aligned(worst.domain, by_spf.domain, strict=False)
    return "fail" if by_spf.result == "fail" and is_own else "none"


def _speaks(author: str, by_spf: spf.Finding, by_dkim: list[dkim.Finding]) -> bool:
    return dmarc.passes(author, by_spf) or any(dmarc.passes(author, each) for each in by_dkim)


def own(*, by_member: bool) -> Judgement:
    """Mail that never was outside: a member's, checked when it was handed in, or one a server of our own began."""
    kept = {"verdict": "pass", "trusted": "member"} if by_member else {"verdict": "none", "trusted": "relay"}
    return Judgement(kept, is_personal=False)
