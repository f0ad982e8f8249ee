"""What mail tells of people: a contact for each correspondent, named as their mail does until somebody types it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models import Contact, ContactAddress, Domain, User
from services import clock
from services.mail.address import split

_KINDS: tuple[Any, ...] = (Contact, ContactAddress, Domain, User)
_CONTACT, _ADDRESS, _DOMAIN, _USER = (kind.__table__ for kind in _KINDS)
_ORGANISATIONS: sa.BindParameter[Any] = sa.bindparam("organisations", expanding=True)
_KNOWN = sa.select(_ADDRESS.c.organisation_id, _ADDRESS.c.address, _ADDRESS.c.contact_id).where(
    _ADDRESS.c.organisation_id.in_(_ORGANISATIONS), _ADDRESS.c.address.in_(sa.bindparam("addresses", expanding=True))
)  # built once, as every batch of mail asks
_OURS = sa.union_all(
    sa.select(_DOMAIN.c.organisation_id, _DOMAIN.c.name).where(_DOMAIN.c.organisation_id.in_(_ORGANISATIONS)),
    sa.select(_USER.c.organisation_id, _USER.c.email).where(_USER.c.organisation_id.in_(_ORGANISATIONS)),
)
_LONGEST_NAME = 320
Key = tuple[int, str]  # organisation and address


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody wrote: their address, the name they go by, and which message says so."""

    organisation_id: int
    address: str
    name: str
    message_id: int
    at: datetime


def learn(session: Session, met: Sequence[Met]) -> None:
    """A batch at once: whoever is new is kept, own people excepted; whoever has no name gets the one of their mail."""
    people = _by_address(met)
    if not people:
        return
    connection = session.connection()
    known = _known(connection, people)
    ours = _ours(connection, {key[0] for key in people}) if len(known) < len(people) else set()
    fresh = [
        each
        for key, each in people.items()
        if key not in known and (key[0], split(key[1])[1]) not in ours and key not in ours
    ]
    _add(connection, fresh)
    _name(connection, [(known[key], people[key]) for key in known if people[key].name])


def _by_address(met: Iterable[Met]) -> dict[Key, Met]:
    """The first message of each that names them, else the first."""
    people: dict[Key, Met] = {}
    for each in met:
        key = (each.organisation_id, each.address)
        if "@" in each.address and (key not in people or (each.name and not people[key].name)):
            people[key] = each
    return people


def _known(connection: sa.Connection, people: dict[Key, Met]) -> dict[Key, int]:
    """The contacts there are."""
    asked = {"organisations": list({key[0] for key in people}), "addresses": list({key[1] for key in people})}
    return {(line[0], line[1]): line[2] for line in connection.execute(_KNOWN, asked) if (line[0], line[1]) in people}


def _ours(connection: sa.Connection, organisations: set[int]) -> set[Key]:
    """Domains and members' own addresses, by organisation."""
    return {(line[0], line[1]) for line in connection.execute(_OURS, {"organisations": list(organisations)})}


def _add(connection: sa.Connection, fresh: list[Met]) -> None:
    if not fresh:
        return
    made = sa.insert(_CONTACT).returning(_CONTACT.c.id, sort_by_parameter_order=True)
    numbers = list(connection.execute(made, [_contact(each) for each in fresh]).scalars())
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    kept = dialect.insert(_ADDRESS).on_conflict_do_nothing().returning(_ADDRESS.c.contact_id)
    rows = [_address(each, number) for each, number in zip(fresh, numbers, strict=True)]
    lost = set(numbers) - set(connection.execute(kept, rows).scalars())
    if lost:  # somebody kept them by hand at this very moment
        connection.execute(sa.delete(_CONTACT).where(_CONTACT.c.id.in_(lost)))


def _contact(each: Met) -> dict[str, Any]:
    texts = dict.fromkeys(("company", "title", "phone", "location", "note"), "")
    now = clock.now()
    return texts | {
        "organisation_id": each.organisation_id,
        "name": each.name,
        "fields": {},
        "learnt": evidence(each) if each.name else {},
        "created_at": now,
        "updated_at": now,
    }


def _address(each: Met, contact_id: int) -> dict[str, Any]:
    return {
        "organisation_id": each.organisation_id,
        "contact_id": contact_id,
        "address": each.address,
        "message_id": each.message_id,
        "created_at": each.at,
    }


def _name(connection: sa.Connection, named: list[tuple[int, Met]]) -> None:
    """Those who have no name yet, typed or learnt."""
    if not named:
        return
    nameless = sa.select(_CONTACT.c.id).where(_CONTACT.c.id.in_({number for number, _ in named}), _CONTACT.c.name == "")
    wanted = set(connection.execute(nameless).scalars())
    rows = [{"b_id": number, "name": each.name, "learnt": evidence(each)} for number, each in named if number in wanted]
    if rows:
        mine = (_CONTACT.c.id == sa.bindparam("b_id"), _CONTACT.c.name == "")
        values = {"name": sa.bindparam("name"), "learnt": sa.bindparam("learnt", type_=_CONTACT.c.learnt.type)}
        connection.execute(sa.update(_CONTACT).where(*mine).values(**values), rows)


def evidence(each: Met) -> dict[str, object]:
    return {"name": {"message": each.message_id, "at": each.at.isoformat()}}


def person_name(name: str) -> str:
    """A display name as a person's name; "" where it is only an address again."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split()).strip("'\" ")
    return "" if "@" in text else text[:_LONGEST_NAME]
