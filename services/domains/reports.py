"""What there is to say about one domain: its records with what was found, and where the rotation of its keys stands."""

from dataclasses import dataclass

from sqlmodel import Session

from models import Domain
from services import access
from services.access import Actor, Permission
from services.domains import keys, rotation
from services.domains.records import Record, records
from services.domains.register import named, owned
from services.domains.rotation import Rotation


@dataclass(frozen=True)
class Report:
    domain: Domain
    records: tuple[Record, ...]
    rotation: Rotation


def report(session: Session, domain_id: int, *, actor: Actor) -> Report:
    """The records to set and what the last check found."""
    access.require(actor, Permission.READ_DIRECTORY)
    return _report(session, owned(session, domain_id, actor))


def report_named(session: Session, name: str, *, actor: Actor) -> Report:
    """The same of the organisation's domain of that name."""
    return _report(session, named(session, name, actor=actor))


def _report(session: Session, domain: Domain) -> Report:
    held = keys.of(session, domain.id or 0)
    return Report(domain, tuple(records(domain, held)), rotation.stand(held))
