"""Making, finding, changing, merging and forgetting contacts. An address belongs to one of an organisation's people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Contact, ContactAddress
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.mail import address

MOST_ADDRESSES = 50
MOST_FIELDS = 50
_LONGEST = {"name": 320, "company": 200, "title": 200, "phone": 64, "location": 200, "note": 20_000}
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{2,40}(?:(?:ext\.?|x|#) ?[0-9]{1,8})?", re.IGNORECASE)
_FIELD_NAME, _FIELD_VALUE = 64, 500


class Details(TypedDict, total=False):
    """What may be known of a person; `fields` are the organisation's own, by name."""

    name: str
    emails: Sequence[str]
    company: str
    title: str
    phone: str
    location: str
    note: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Person:
    """A contact with its addresses, the one known longest first."""

    contact: Contact
    emails: tuple[str, ...]


def create(session: Session, *, actor: Actor, **details: Unpack[Details]) -> Person:
    """Raises Invalid naming the field, Conflict where an address is somebody else's already."""
    access.require(actor, Permission.WRITE_CONTACTS)
    now = clock.now()
    contact = Contact(organisation_id=actor.organisation_id, created_at=now, updated_at=now)
    if not str(details.get("name", "")).strip() and not details.get("emails"):
        raise Invalid("Give a name or an address.", code="invalid_contact", field="name")
    return _write(session, contact, details)


def get(session: Session, contact_id: int, *, actor: Actor) -> Person:
    access.require(actor, Permission.READ_CONTACTS)
    return persons(session, [_owned(session, contact_id, actor)])[0]


def page(session: Session, *, q: str = "", number: int = 1, limit: int = 20, actor: Actor) -> tuple[list[Person], int]:
    """Page `number` (from 1) by name, and how many there are on all; `q` is in a name, company or address."""
    access.require(actor, Permission.READ_CONTACTS)
    query = select(Contact).where(Contact.organisation_id == actor.organisation_id)
    if wanted := q.strip().replace("\x00", ""):
        has = sa.select(col(ContactAddress.contact_id)).where(
            col(ContactAddress.organisation_id) == actor.organisation_id,
            col(ContactAddress.address).contains(wanted.lower(), autoescape=True),
        )
        named = (col(place).icontains(wanted, autoescape=True) for place in (Contact.name, Contact.company))
        query = query.where(sa.or_(*named, col(Contact.id).in_(has)))
    total = session.exec(select(sa.func.count()).select_from(query.subquery())).one()
    ordered = query.order_by(sa.func.lower(col(Contact.name)), col(Contact.id))
    return persons(session, list(session.exec(ordered.limit(limit).offset((number - 1) * limit)))), total


def update(session: Session, contact_id: int, *, actor: Actor, **details: Unpack[Details]) -> Person:
    """Change what is named and leave the rest; `emails` and `fields` replace what there was."""
    access.require(actor, Permission.WRITE_CONTACTS)
    return _write(session, _owned(session, contact_id, actor), details)


def delete(session: Session, contact_id: int, *, actor: Actor) -> None:
    """Forget the person; their mail stays."""
    access.require(actor, Permission.WRITE_CONTACTS)
    session.delete(_owned(session, contact_id, actor))
    session.flush()
    events.record(session, events.ContactsChanged(actor.organisation_id))


def merge(session: Session, contact_id: int, other_id: int, *, actor: Actor) -> Person:
    """Make one person of two: `contact_id` stays and takes the other's addresses and whatever it did not know."""
    access.require(actor, Permission.WRITE_CONTACTS)
    if contact_id == other_id:
        raise Invalid("Choose another contact to merge.", code="same_contact", field="contact_id")
    contact, other = _owned(session, contact_id, actor), _owned(session, other_id, actor)
    for row in session.exec(select(ContactAddress).where(ContactAddress.contact_id == other_id)):
        row.contact_id = contact_id
    if not contact.name:
        contact.learnt = other.learnt
    for name in ("name", "company", "title", "phone", "location"):
        setattr(contact, name, getattr(contact, name) or getattr(other, name))
    contact.note = "\n\n".join(note for note in (contact.note, other.note) if note)
    contact.fields = {**other.fields, **contact.fields}
    contact.updated_at = clock.now()
    session.flush()  # the addresses move before their former owner goes, and would take them along
    session.delete(other)
    session.flush()
    events.record(session, events.ContactsChanged(actor.organisation_id))
    return persons(session, [contact])[0]


def _owned(session: Session, contact_id: int, actor: Actor) -> Contact:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.organisation_id != actor.organisation_id:
        raise NotFound("There is no such contact.")
    return contact


def persons(session: Session, contacts: Sequence[Contact]) -> list[Person]:
    """Each with their addresses."""
    of = col(ContactAddress.contact_id).in_([contact.id for contact in contacts])
    emails: dict[int, list[str]] = {}
    for row in session.exec(select(ContactAddress).where(of).order_by(col(ContactAddress.id))):
        emails.setdefault(row.contact_id, []).append(row.address)
    return [Person(contact, tuple(emails.get(contact.id or 0, ()))) for contact in contacts]


def _write(session: Session, contact: Contact, details: Details) -> Person:
    for name, longest in _LONGEST.items():
        if name in details:
            setattr(contact, name, _text(str(details[name]), name, longest))  # type: ignore[literal-required]
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        raise Invalid("Give a phone number like +49 30 123456.", code="invalid_phone", field="phone")
    if "name" in details:
        contact.learnt = {}  # it is what somebody typed now
    if "fields" in details:
        contact.fields = _fields(details["fields"])
    contact.updated_at = clock.now()
    session.add(contact)
    session.flush()
    if "emails" in details:
        _set_addresses(session, contact, details["emails"])
    events.record(session, events.ContactsChanged(contact.organisation_id))
    return persons(session, [contact])[0]


def _set_addresses(session: Session, contact: Contact, typed: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(_address(each) for each in typed))
    if len(wanted) > MOST_ADDRESSES:
        raise Invalid(f"At most {MOST_ADDRESSES} addresses.", code="too_many", field="emails")
    mine = col(ContactAddress.organisation_id) == contact.organisation_id
    concerned = sa.or_(col(ContactAddress.contact_id) == contact.id, col(ContactAddress.address).in_(wanted))
    known = {row.address: row for row in session.exec(select(ContactAddress).where(mine, concerned))}
    for text, row in known.items():
        if row.contact_id != contact.id:
            raise Conflict(f"{text} belongs to another contact; merge them.", code="address_taken", field="emails")
        if text not in wanted:
            session.delete(row)
    values: dict[str, Any] = {"organisation_id": contact.organisation_id, "contact_id": contact.id}
    session.add_all(
        ContactAddress(address=each, created_at=clock.now(), **values) for each in wanted if each not in known
    )
    session.flush()


def _address(typed: str) -> str:
    try:
        return address.normalise(typed)
    except ValueError:
        raise Invalid(f"“{typed[:100]}” is not an e-mail address.", code="invalid_address", field="emails") from None


def _fields(given: dict[str, str]) -> dict[str, object]:
    if len(given) > MOST_FIELDS:
        raise Invalid(f"At most {MOST_FIELDS} fields.", code="too_many", field="fields")
    return {
        _text(name, "fields", _FIELD_NAME): _text(value, "fields", _FIELD_VALUE)
        for name, value in given.items()
        if name.strip()
    }


def _text(typed: str, field: str, longest: int) -> str:
    """Without control characters; only a note has lines."""
    kept = "\n" if field == "note" else ""
    text = "".join(letter if letter.isprintable() or letter in kept else " " for letter in typed).strip()
    if len(text) > longest:
        raise Invalid(f"At most {longest} characters.", code="too_long", field=field)
    return text
