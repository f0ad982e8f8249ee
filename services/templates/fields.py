"""What a template may name without anybody giving it: whom one writes to, the ticket, the member, the organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlmodel import Session, col, select

from models import Contact, ContactAddress, Organisation, Ticket, User
from services import clock
from services.access import Actor
from services.mail import sanitize
from services.mail.address import Address

KNOWN = {
    "first_name": "Ann",
    "last_name": "Lee",
    "name": "Ann Lee",
    "email": "ann@customer.example",
    "company": "Customer Ltd",
    "ticket.number": "1042",
    "ticket.subject": "Where is my order?",
    "member.name": "Your name",
    "member.first_name": "Your first name",
    "member.email": "Your e-mail address",
    "member.signature": "Your signature",
    "organisation.name": "Your organisation",
    "today": 'The date; {{ today | date: "%d %B" }}',
}
MAX_DEPTH = 8


@dataclass(frozen=True)
class Fields:
    """The same fields for plain parts and for HTML, where a signature keeps its markup."""

    plain: dict[str, object]
    html: dict[str, object]

    def of(self, part: str) -> dict[str, object]:
        return self.html if part == "html" else self.plain


def gather(
    session: Session, *, to: Address | None, ticket: Ticket | None, variables: Mapping[str, object], actor: Actor
) -> Fields:
    """Everything known; what the caller gives stands before what is built in. Empty values are left out."""
    if to is None and ticket is not None:
        to = Address(ticket.correspondent_name, ticket.correspondent)
    person = _person(session, to, actor) if to is not None else {}
    user = _member(session, ticket, actor)
    organisation = session.get(Organisation, actor.organisation_id)
    found = {
        **person,
        "contact": person,
        "ticket": {"number": ticket.number, "subject": ticket.subject} if ticket else {},
        "member": {"name": user.name, "first_name": _split(user.name)[0], "email": user.email} if user else {},
        "organisation": {"name": organisation.name if organisation else ""},
        "today": clock.now().date(),
        **variables,
    }
    plain = filled(found)
    signature = user.signature_html if user else ""
    return Fields(
        _with_signature(plain, sanitize.to_text(signature, links=sanitize.LONGEST).strip()),
        _with_signature(plain, Markup(sanitize.clean_outgoing(signature))) if signature else plain,
    )


def sample() -> dict[str, object]:
    """Somebody made up, for a preview where nobody has written yet."""
    names = ("first_name", "last_name", "name", "email", "company")
    person = {name: KNOWN[name] for name in names}
    return {**person, "contact": person, "ticket": {"number": 1042, "subject": KNOWN["ticket.subject"]}}


def is_known(name: str) -> bool:
    return name in KNOWN or name.removeprefix("contact.") in KNOWN or name == "now"


def filled(values: Any, depth: int = 0) -> Any:
    """`values` without what says nothing, so that it counts as missing."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(values, Mapping):
        kept = {str(name): filled(value, depth + 1) for name, value in values.items()}
        return {name: value for name, value in kept.items() if value not in (None, "", {})}
    if isinstance(values, list | tuple):
        return [filled(value, depth + 1) for value in values]
    return values.replace("\0", "").strip() if isinstance(values, str) else values


def _with_signature(found: dict[str, object], signature: str) -> dict[str, object]:
    member = found.get("member")
    if not signature or not isinstance(member, Mapping):
        return found
    return {**found, "member": {"signature": signature, **member}}


def _person(session: Session, to: Address, actor: Actor) -> dict[str, object]:
    contact = _contact(session, to.address, actor)
    name = (contact.name if contact else "") or to.name
    first, last = _split(name)
    own = {"first_name": first, "last_name": last, "name": name, "email": to.address}
    if contact is None:
        return dict(own)
    return {**contact.fields, **own, "company": contact.company, "title": contact.title}


def _contact(session: Session, address: str, actor: Actor) -> Contact | None:
    query = select(Contact).join(ContactAddress, col(ContactAddress.contact_id) == col(Contact.id))
    mine = query.where(col(ContactAddress.organisation_id) == actor.organisation_id)
    return session.exec(mine.where(col(ContactAddress.address) == address.lower())).first()


def _member(session: Session, ticket: Ticket | None, actor: Actor) -> User | None:
    """Who acts; for the program itself whoever holds the ticket."""
    user_id = actor.user_id or (ticket.assignee_id if ticket else None)
    return session.get(User, user_id) if user_id else None


def _split(name: str) -> tuple[str, str]:
    """First and last name; `Lee, Ann` is turned round, and an address is no name."""
    if "@" in name:
        return "", ""
    last, _, first = name.partition(",")
    if first.strip():
        return first.split()[0], last.strip()
    words = last.split()
    return (words[0], " ".join(words[1:])) if words else ("", "")
