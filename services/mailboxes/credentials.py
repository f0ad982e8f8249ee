"""A mailbox as somebody who signs in to submit mail: by its own address and password, and as nobody else."""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from models import Domain, DomainStatus, Mailbox, Role
from services import settings
from services.access import Actor, Permission
from services.errors import NotAuthenticated
from services.mailboxes.addresses import split


@dataclass(frozen=True)
class Credential:
    """What is needed to verify a mailbox's password outside a transaction. `actor` may send, and has no member."""

    actor: Actor
    mailbox_id: int
    password_hash: str = field(repr=False)
    must_change: bool


def with_name(session: Session, name: str) -> Credential | None:
    """The credential of the active mailbox that has `name` for its address; None where there is none."""
    local, domain = split(name.strip())
    query = (
        select(Mailbox)
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(Domain.name == domain, Domain.status != DomainStatus.SUSPENDED, Mailbox.local_part == local)
        .where(col(Mailbox.active), Mailbox.password_hash != "")
    )
    box = session.exec(query).first()
    if box is None:
        return None
    scopes = frozenset({Permission.SEND_EMAILS.value})
    actor = Actor(box.organisation_id, None, Role.AGENT, box.name, f"{box.local_part}@{domain}", scopes)
    return Credential(actor, box.id or 0, box.password_hash, box.must_change_password)


def admitted(credential: Credential) -> Actor:
    """Who signs in, once the password is known to be right. Raises NotAuthenticated while another one is due."""
    if credential.must_change:
        link = f"{settings.current().url}/mailboxes/{credential.mailbox_id}"
        raise NotAuthenticated(f"Change the password first: {link}", code="password_change_required")
    return credential.actor
