"""The demo's company: its people, shared inboxes, domain and addresses."""

from dataclasses import dataclass

from sqlmodel import Session

from models import Role
from services import access, accounts, aliases, domains, mailboxes, passwords, secrets
from services.access import Actor
from services.flows.demo.furnishing import furnish

DOMAIN = "kestrelbikes.example"
OWNER = "maya"
MEMBERS = {
    "sam": ("Sam Okoye", Role.AGENT),
    "aiko": ("Aiko Brandt", Role.AGENT),
    "tomas": ("Tomás Rivera", Role.MANAGER),
    "lena": ("Lena Fischer", Role.OBSERVER),
}
BOXES = {"support": "Support", "sales": "Sales", "billing": "Billing", "jobs": "People"}


@dataclass(frozen=True)
class Cast:
    """Everybody by first name, and what the owner signs in with."""

    people: dict[str, Actor]
    email: str
    password: str

    @property
    def organisation_id(self) -> int:
        return self.people[OWNER].organisation_id


def assemble() -> tuple[str, passwords.Hashed]:
    """A password nobody knows yet, and its hash: argon2 belongs outside the transaction."""
    password = secrets.token()[:14]
    return password, passwords.hashed(password)


def move_in(session: Session, password: str, hashed: passwords.Hashed) -> Cast:
    """Found the company with its people, inboxes and addresses. Raises Conflict where somebody lives here already."""
    email = f"{OWNER}@{DOMAIN}"
    owner = accounts.set_up(session, organisation="Kestrel Bikes", name="Maya Lindqvist", email=email, password=hashed)
    actor = Actor(owner.organisation_id, owner.id, Role.OWNER, owner.name, owner.email)
    people = {OWNER: actor}
    for first, (name, role) in MEMBERS.items():
        member = accounts.join(
            session, actor.organisation_id, name=name, email=f"{first}@{DOMAIN}", role=role, password=hashed
        )
        people[first] = Actor(actor.organisation_id, member.id, role, member.name, member.email)
    access.act_as(actor)
    _addresses(session, actor)
    furnish(session, actor)
    return Cast(people, email, password)


def _addresses(session: Session, actor: Actor) -> None:
    """The first inbox the founding made takes Support; each alias feeds the inbox of its name."""
    domain = domains.add(session, DOMAIN, actor=actor)
    first = mailboxes.all(session, actor=actor)
    for local, name in BOXES.items():
        if first:
            box = mailboxes.update(session, first.pop().id or 0, name=name, actor=actor)
        else:
            box = mailboxes.create(session, name, actor=actor)
        aliases.add(
            session, domain.id or 0, local, actor=actor, mailbox_id=box.id, display_name=f"Kestrel Bikes {name}"
        )
