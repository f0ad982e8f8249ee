"""What there is to say about one domain: its records with what was found, where the rotation of its keys stands,
and what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models import DkimKey, Domain
from services import access, quotas
from services.access import Actor, Permission
from services.domains import keys, rotation
from services.domains.records import Record, records
from services.domains.register import named, owned
from services.domains.rotation import Rotation
from services.quotas import Held


@dataclass(frozen=True)
class Report:
    domain: Domain
    records: tuple[Record, ...]
    rotation: Rotation
    held: Held


def report(session: Session, domain_id: int, *, actor: Actor) -> Report:
    """The records to set and what the last check found."""
    access.require(actor, Permission.READ_DIRECTORY)
    return _report(session, owned(session, domain_id, actor))


def report_named(session: Session, name: str, *, actor: Actor) -> Report:
    """The same of the organisation's domain of that name."""
    return _report(session, named(session, name, actor=actor))


def _report(session: Session, domain: Domain) -> Report:
    held = keys.of(session, domain.id or 0)
    return told(session, domain, records(domain, held), held)


def told(session: Session, domain: Domain, lines: Sequence[Record], held: Sequence[DkimKey]) -> Report:
    """The report of a domain whose records and keys were read already."""
    number = domain.id or 0
    return Report(domain, tuple(lines), rotation.stand(held), quotas.held(session, [number])[number])
