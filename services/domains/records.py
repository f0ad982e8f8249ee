"""The DNS records a domain should have, and what the last look-up found in their place."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models import DkimKey, Domain, KeyAlgorithm, KeyState
from services import settings
from services.mail import dkim

OPTIONAL = frozenset({"mta_sts", "tls_rpt"})
_KEY_PURPOSES = {
    KeyState.PENDING: "Holds the next {} key. It signs nothing until you switch to it.",
    KeyState.ACTIVE: "Holds the {} key that our signatures are verified with.",
    KeyState.RETIRED: "Holds the old {} key, for mail that it signed and that is still on its way.",
}
_KINDS = {KeyAlgorithm.RSA: "RSA", KeyAlgorithm.ED25519: "Ed25519"}


class RecordStatus(StrEnum):
    UNCHECKED = "unchecked"
    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    ERROR = "error"  # no answer: nothing is known


@dataclass(frozen=True)
class Record:
    """One record to set: `key` is ownership, mx, spf, dkim, dmarc, mta_sts or tls_rpt; of `dkim` there are several.

    `explanation` says in words what is wrong and what to do; `selector` and `key_state` are those of a DKIM key.
    """

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
    selector: str | None = None
    key_state: KeyState | None = None
    is_backup: bool = False
    drifted: bool = False  # it was right once and is not any more

    @property
    def optional(self) -> bool:
        return self.key in OPTIONAL


@dataclass(frozen=True)
class Finding:
    """What the DNS answered for one record."""

    key: str
    status: RecordStatus
    found: tuple[str, ...] = ()
    explanation: str = ""


def expected(domain: Domain, keys: Sequence[DkimKey]) -> list[Record]:
    """The records, with the values to set."""
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
        _mx(domain, host),
        Record("spf", "TXT", name, f"v=spf1 {_source(host)} mx ~all", "Says that this server may send for the domain."),
        *(_dkim(name, key) for key in keys),
        Record("dmarc", "TXT", f"_dmarc.{name}", "v=DMARC1; p=none", "Says what to do with mail that fails both."),
        Record(
            "mta_sts",
            "TXT",
            f"_mta-sts.{name}",
            "v=STSv1; id=1",
            f"Asks others to send here over TLS only, by the policy file at https://mta-sts.{name} (RFC 8461).",
        ),
        Record(
            "tls_rpt",
            "TXT",
            f"_smtp._tls.{name}",
            f"v=TLSRPTv1; rua=mailto:postmaster@{name}",
            "Has others report to you when TLS fails (RFC 8460).",
        ),
    ]


def _mx(domain: Domain, host: str) -> Record:
    if domain.is_backup:
        purpose = "Brings mail here while the domain's own server is away."
        return Record("mx", "MX", domain.name, host, purpose, priority=20, required=True, is_backup=True)
    return Record("mx", "MX", domain.name, host, "Brings the domain's mail here.", priority=10, required=True)


def _dkim(name: str, key: DkimKey) -> Record:
    return Record(
        "dkim",
        "TXT",
        f"{key.selector}._domainkey.{name}",
        dkim.record(key.public_key, key.algorithm.value),
        _KEY_PURPOSES[key.state].format(_KINDS[key.algorithm]),
        selector=key.selector,
        key_state=key.state,
    )


def _source(host: str) -> str:
    """The SPF mechanism that stands for this server (RFC 7208 5.3, 5.6)."""
    try:
        return f"ip{ipaddress.ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"


def records(domain: Domain, keys: Sequence[DkimKey]) -> list[Record]:
    """The records to set, each with what the last check found."""
    stored = {(row.get("key"), row.get("name")): row for row in domain.checks}
    return [_with_finding(record, stored.get((record.key, record.name))) for record in expected(domain, keys)]


def _with_finding(record: Record, row: dict[str, object] | None) -> Record:
    if row is None:
        return record
    found = row.get("found")
    return replace(
        record,
        status=RecordStatus(str(row.get("status"))),
        found=tuple(map(str, found)) if isinstance(found, list) else (),
        explanation=str(row.get("explanation", "")),
        drifted=bool(row.get("drifted")),
    )
