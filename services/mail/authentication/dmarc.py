"""What the domain in the From field asks of its mail (RFC 7489): its policy found, and whether the mail obeys it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from services.mail.address import ascii_domain
from services.mail.authentication import dkim, spf, tags
from services.mail.authentication.answers import Ask, Unanswered, together

POLICIES = ("none", "quarantine", "reject")
_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_FORMATS = re.compile(r"\s*(?:afrf|iodef)(?:\s*:\s*(?:afrf|iodef))*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """A record (RFC 7489 6.3). `subdomains`: of what is below the domain; `percent`: how much mail it is for."""

    domains: str
    subdomains: str
    strict_dkim: bool = False
    strict_spf: bool = False
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """`policy`: what the domain asks to be done with mail that fails; `by`: spf or dkim, which passed."""

    result: str
    domain: str = ""
    policy: str = ""
    by: str = ""
    reason: str = ""


def read(record: str) -> Policy:
    """Raises ValueError for what is no policy; what is unknown in it is passed over (RFC 7489 6.3)."""
    if not _VERSION.match(record):
        raise ValueError("it begins with another version")
    found = tags.read(record)
    if "p" not in found and found.get("rua", "").lower().startswith("mailto:"):
        found["p"] = "none"  # RFC 7489 6.6.3, 6
    policy = _one_of("p", found.get("p", ""), POLICIES)
    percent = found.get("pct", "100")
    if not re.fullmatch(r"[0-9]{1,3}", percent) or int(percent) > 100:
        raise ValueError("pct= is no percentage")
    if not _FORMATS.fullmatch(found.get("rf", "afrf")):
        raise ValueError("rf= is unknown")
    return Policy(
        policy,
        _one_of("sp", found.get("sp", policy), POLICIES),
        _one_of("adkim", found.get("adkim", "r"), ("r", "s")) == "s",
        _one_of("aspf", found.get("aspf", "r"), ("r", "s")) == "s",
        int(percent),
    )


def _one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value.lower() not in known:
        raise ValueError(f"{name}={value[:20]} is unknown")
    return value.lower()


def plain(domain: str) -> str:
    """A domain as it is compared: as it stands in the DNS, no dots around it."""
    domain = domain.strip(". \t\r\n").lower()
    try:
        return ascii_domain(domain)
    except ValueError:
        return domain


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # 25 ms, and only workers need it

    return PublicSuffixList()


@lru_cache(maxsize=10_000)
def organisational(domain: str) -> str:
    """The domain somebody registered (RFC 7489 3.2), by the public suffix list."""
    return str(_suffixes().privatesuffix(domain) or domain)


def is_aligned(author: str, other: str, *, strict: bool) -> bool:
    """RFC 7489 3.1."""
    author, other = plain(author), plain(other)
    return bool(author) and (author == other or (not strict and organisational(author) == organisational(other)))


@dataclass(frozen=True, slots=True)
class Found:
    """What a domain publishes: a policy and where it is, none, or why that is not known (`result`, `reason`)."""

    policy: Policy | None = None
    at: str = ""
    result: str = "none"
    reason: str = ""


def discover(domain: str, ask: Ask) -> Found:
    """The policy of the domain, or of the organisation's (RFC 7489 6.6.3). Raises Missing."""
    domain = plain(domain)
    places = list(dict.fromkeys([domain, organisational(domain)]))
    answers = together(_asking(place, ask) for place in places)
    for place, answer in zip(places, answers, strict=True):
        if answer is None:
            return Found(result="temperror", reason=f"the DNS gave no answer about the policy of {domain}")
        records = [record for record in answer if _VERSION.match(record)]
        if len(records) == 1:
            try:
                return Found(read(records[0]), place)
            except ValueError as error:
                return Found(result="permerror", reason=f"its policy cannot be read: {error}")
        if records:
            break  # of several none counts (RFC 7489 6.6.3, 5)
    return Found(reason=f"{domain} has no policy")


def _asking(place: str, ask: Ask) -> Callable[[], Sequence[str] | None]:
    def asked() -> Sequence[str] | None:
        try:
            return ask(f"_dmarc.{place}", "TXT")
        except Unanswered:
            return None

    return asked


def decide(author: str, found: Found, by_spf: spf.Finding, by_dkim: Sequence[dkim.Finding], draw: int) -> Finding:
    """Whether mail of `author`, the domain of the From field, is its own. `draw` 0 to 99 chooses by pct=."""
    domain, policy = plain(author), found.policy
    if policy is None:
        return Finding(found.result, domain, reason=found.reason)
    asked = policy.domains if found.at == domain else policy.subdomains
    if draw >= policy.percent:
        asked = POLICIES[max(0, POLICIES.index(asked) - 1)]  # RFC 7489 6.6.4
    if passes(domain, by_spf, strict=policy.strict_spf):
        return Finding("pass", domain, asked, "spf")
    if any(passes(domain, each, strict=policy.strict_dkim) for each in by_dkim):
        return Finding("pass", domain, asked, "dkim")
    if "temperror" in {by_spf.result, *(each.result for each in by_dkim)}:
        return Finding("temperror", domain, asked, reason="what it rests on could not be looked up")
    return Finding("fail", domain, asked, reason=f"neither SPF nor DKIM passed for {domain}")


def passes(author: str, found: spf.Finding | dkim.Finding, *, strict: bool = False) -> bool:
    """Whether what was found speaks for the domain of the From field."""
    return found.result == "pass" and is_aligned(author, found.domain, strict=strict)
