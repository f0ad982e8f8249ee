"""Telling people and integrations of records that were right once and are not any more."""

from collections.abc import Sequence

from sqlmodel import Session

from models import Domain, DomainStatus
from services import ids, notices, settings, webhooks
from services.domains.records import Record
from services.notices import Trouble

_NAMES = {"ownership": "ownership", "mx": "MX", "spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
LONGEST_VALUE = 120


def tell(session: Session, domain: Domain, before: Sequence[Record], now: Sequence[Record]) -> None:
    """Open the notice, bring it up to date, or close it. What somebody put away comes back with news only."""
    drifted = [record for record in now if record.drifted]
    if not drifted or domain.status is DomainStatus.SUSPENDED:
        over(session, domain)
    elif _faults(drifted) != _faults([record for record in before if record.drifted]):
        names = list(dict.fromkeys(_named(record) for record in drifted))
        title = f"{domain.name}: {_listed(names)} changed in the DNS"
        link = f"/domains/{domain.name}"
        notices.open(session, _trouble(domain), title, text="\n".join(map(_said, drifted)), link=link)


def announce(session: Session, domain: Domain) -> None:
    """Tell integrations that the domain has lost the proof of whose it is."""
    text = f"The DNS of {domain.name} no longer proves that it is yours. See {settings.current().url}/domains"
    data = {"domain": {"id": ids.encode("dom", domain.id or 0), "name": domain.name}, "text": text}
    webhooks.announce(session, domain.organisation_id, "domain.drift", data)


def over(session: Session, domain: Domain) -> None:
    """All is right again, or nobody waits for it any more."""
    notices.close(session, _trouble(domain))


def _trouble(domain: Domain) -> Trouble:
    return Trouble(domain.organisation_id, "dns_drift", domain.id or 0)


def _faults(records: Sequence[Record]) -> set[tuple[str, tuple[str, ...]]]:
    return {(f"{record.key} {record.name}", tuple(sorted(record.found))) for record in records}


def _named(record: Record) -> str:
    return _NAMES.get(record.key, record.key)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _said(record: Record) -> str:
    expected = record.value if record.priority is None else f"{record.priority} {record.value}"
    found = "; ".join(map(_short, record.found)) or "nothing"
    return f"{_named(record)} at {record.name}: expected {_short(expected)}, found {found}."


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
