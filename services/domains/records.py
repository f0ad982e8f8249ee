"""The DNS records a domain should have, what was found instead, and whether that will do."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from models import Domain
from services import settings
from services.mail import dkim


class RecordStatus(StrEnum):
    UNCHECKED = "unchecked"
    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    ERROR = "error"  # no answer: nothing is known


@dataclass(frozen=True)
class Record:
    """One record to set: `key` is ownership, mx, spf, dkim or dmarc; `explanation` says what is wrong, in words."""

    key: str
    type: str
    name: str
    value: str
    purpose: str
    priority: int | None = None
    required: bool = False
    status: RecordStatus = RecordStatus.UNCHECKED
    found: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True)
class Finding:
    """What the DNS answered for one record."""

    key: str
    status: RecordStatus
    found: tuple[str, ...] = ()
    explanation: str = ""

    def as_stored(self) -> dict[str, object]:
        return {**asdict(self), "found": list(self.found)}


def expected(domain: Domain) -> list[Record]:
    """The five records, with the values to set."""
    name, host = domain.name, settings.current().mail_host
    return [
        Record(
            "ownership",
            "TXT",
            f"_mailroom.{name}",
            f"mailroom-verification={domain.verification_token}",
            "Proves that the domain is yours.",
            required=True,
        ),
        Record("mx", "MX", name, host, "Brings the domain's mail here.", priority=10, required=True),
        Record("spf", "TXT", name, f"v=spf1 {_source(host)} mx ~all", "Says that this server may send for the domain."),
        Record(
            "dkim",
            "TXT",
            f"{domain.selector}._domainkey.{name}",
            dkim.record(domain.dkim_public_key),
            "Holds the key that our signatures are verified with.",
        ),
        Record("dmarc", "TXT", f"_dmarc.{name}", "v=DMARC1; p=none", "Says what to do with mail that fails both."),
    ]


def _source(host: str) -> str:
    """The SPF mechanism that stands for this server (RFC 7208 5.3, 5.6)."""
    try:
        return f"ip{ipaddress.ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"


def records(domain: Domain) -> list[Record]:
    """The records to set, each with what the last check found."""
    stored = {str(row.get("key")): row for row in domain.checks}
    return [_with_finding(record, stored.get(record.key)) for record in expected(domain)]


def _with_finding(record: Record, row: dict[str, object] | None) -> Record:
    if row is None:
        return record
    found = row.get("found")
    return replace(
        record,
        status=RecordStatus(str(row.get("status"))),
        found=tuple(map(str, found)) if isinstance(found, list) else (),
        explanation=str(row.get("explanation", "")),
    )


def judge(record: Record, found: Sequence[str]) -> Finding:
    """Whether what the DNS holds at the record's name does what the record is for."""
    return _JUDGES[record.key](record, tuple(found))


def _ownership(record: Record, found: tuple[str, ...]) -> Finding:
    if record.value in (text.strip() for text in found):
        return Finding(record.key, RecordStatus.OK, found)
    return _absent(record, found, "There is a TXT record, but not with this value.")


def _mx(record: Record, found: tuple[str, ...]) -> Finding:
    """`found` are lines "preference host"; ours has to be among the most preferred (RFC 5321 5.1)."""
    parsed = sorted((int(preference), host) for preference, _, host in (line.partition(" ") for line in found))
    best = [host for preference, host in parsed if preference == parsed[0][0]]
    if record.value in best:
        return Finding(record.key, RecordStatus.OK, found)
    if record.value in (host for _, host in parsed):
        return Finding(record.key, RecordStatus.WRONG, found, f"{best[0]} comes before this server and gets the mail.")
    return _absent(record, found, "The domain's mail goes to another server.")


def _spf(record: Record, found: tuple[str, ...]) -> Finding:
    policies = tuple(text for text in found if text.lower().split(" ")[0] == "v=spf1")
    if len(policies) > 1:  # RFC 7208 4.5: permerror
        return Finding(record.key, RecordStatus.WRONG, policies, "More than one SPF record: receivers refuse both.")
    if not policies:
        return Finding(record.key, RecordStatus.MISSING)
    source = record.value.split(" ")[1]
    terms = {term.lower().removeprefix("+") for term in policies[0].split()[1:]}
    if terms & {source, "mx", "+all", "all"}:
        return Finding(record.key, RecordStatus.OK, policies)
    return Finding(record.key, RecordStatus.WRONG, policies, f"Add {source} to the record, before its “all”.")


def _dkim(record: Record, found: tuple[str, ...]) -> Finding:
    published = [_tags(text).get("p", "") for text in found]
    if _tags(record.value)["p"] in published:
        return Finding(record.key, RecordStatus.OK, found)
    return _absent(record, found, "Another key is published there.")


def _dmarc(record: Record, found: tuple[str, ...]) -> Finding:
    policies = tuple(text for text in found if _tags(text).get("v") == "DMARC1")
    if len(policies) == 1 and _tags(policies[0]).get("p", "none").lower() in ("none", "quarantine", "reject"):
        return Finding(record.key, RecordStatus.OK, policies)
    wrong = "More than one DMARC record: receivers ignore all of them." if len(policies) > 1 else "Its p= is unknown."
    return _absent(record, policies, wrong)


def _absent(record: Record, found: tuple[str, ...], wrong: str) -> Finding:
    return Finding(record.key, RecordStatus.WRONG, found, wrong) if found else Finding(record.key, RecordStatus.MISSING)


def _tags(text: str) -> dict[str, str]:
    """A tag list (RFC 6376 3.2); white space inside values falls away."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in pairs}


_JUDGES: dict[str, Callable[[Record, tuple[str, ...]], Finding]] = {
    "ownership": _ownership,
    "mx": _mx,
    "spf": _spf,
    "dkim": _dkim,
    "dmarc": _dmarc,
}
