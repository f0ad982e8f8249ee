"""Dialect A, ours: contacts."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.shapes import Deleted, Moment, Page, Paging, Shape, example, paging
from services import contacts, database, ids
from services.contacts import Details, Person

router = APIRouter(prefix="/contacts", tags=["Contacts"])

_KNOWN: dict[str, Any] = {
    "name": "Cy Customer",
    "emails": ["cy@example.net", "cy.customer@example.org"],
    "company": "Customer & Co",
    "title": "Head of purchasing",
    "phone": "+49 30 123456",
    "location": "Berlin",
    "note": "Prefers a call.",
    "fields": {"customer number": "4711"},
}
_SHOWN = {
    "id": "contact_4v8n2m6q0w1er",
    **_KNOWN,
    "createdAt": "2026-11-20T09:00:00.000Z",
    "updatedAt": "2026-11-21T09:00:00.000Z",
}


class ContactShape(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    name: str
    emails: list[str]
    company: str
    title: str
    phone: str
    location: str
    note: str
    fields: dict[str, str]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls.model_validate(
            person.contact.model_dump()
            | {"id": ids.encode("contact", person.contact.id or 0), "emails": list(person.emails)}
        )


class Contacts(Page):
    model_config = Shape.model_config | example(contacts=[_SHOWN], page=1, limit=20, total=1)
    contacts: list[ContactShape]


class ContactChange(Shape):
    """Any of these; what is left out stays as it is. `emails` and `fields` replace what there was."""

    model_config = Shape.model_config | example(**_KNOWN)
    name: str = ""
    emails: list[str] = []
    company: str = ""
    title: str = ""
    phone: str = ""
    location: str = ""
    note: str = ""
    fields: dict[str, str] = {}

    def details(self) -> Details:
        sent: Any = {name: getattr(self, name) for name in self.model_fields_set}
        details: Details = sent
        return details


class Merging(Shape):
    model_config = Shape.model_config | example(contactId="contact_7d1x5n9b3v6kz")
    contact_id: str


@router.get("")
def list_contacts(
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    q: Annotated[str, Query(max_length=200)] = "",
) -> Contacts:
    """People by name; `q` is looked for in name, company and addresses."""
    with database.reading() as session:
        found, total = contacts.page(session, q=q, number=paging.page, limit=paging.limit, actor=actor)
    shown = [ContactShape.of(person) for person in found]
    return Contacts(contacts=shown, page=paging.page, limit=paging.limit, total=total)


@router.post("", status_code=201)
def create_contact(body: ContactChange, actor: Acting) -> ContactShape:
    """Keep a person; a name or an address is needed."""
    with database.transaction() as session:
        return ContactShape.of(contacts.create(session, actor=actor, **body.details()))


@router.get("/{id}")
def get_contact(id: str, actor: Acting) -> ContactShape:
    """One person."""
    with database.reading() as session:
        return ContactShape.of(contacts.get(session, ids.decode("contact", id), actor=actor))


@router.put("/{id}")
def update_contact(id: str, body: ContactChange, actor: Acting) -> ContactShape:
    """Change what is sent and leave the rest."""
    with database.transaction() as session:
        return ContactShape.of(contacts.update(session, ids.decode("contact", id), actor=actor, **body.details()))


@router.delete("/{id}")
def delete_contact(id: str, actor: Acting) -> Deleted:
    """Forget a person; their mail stays."""
    with database.transaction() as session:
        contacts.delete(session, ids.decode("contact", id), actor=actor)
        return Deleted(id=id)


@router.post("/{id}/merge")
def merge_contact(id: str, body: Merging, actor: Acting) -> ContactShape:
    """Take over the addresses and knowledge of another contact, which then is gone."""
    number, other = ids.decode("contact", id), ids.decode("contact", body.contact_id)
    with database.transaction() as session:
        return ContactShape.of(contacts.merge(session, number, other, actor=actor))
