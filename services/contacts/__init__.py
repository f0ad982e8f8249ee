"""Contacts: one person behind one or several addresses, what is known of them, and how mail told."""

from services.contacts.erasing import Copy, copies, erase
from services.contacts.keeping import Details, Person, create, delete, get, merge, page, update
from services.contacts.learning import Met, learn, person_name
from services.contacts.story import PAGE, Cursor, Evidence, Mail, Story, of_address, of_contact, of_ticket, timeline

__all__ = [
    "PAGE",
    "Copy",
    "Cursor",
    "Details",
    "Evidence",
    "Mail",
    "Met",
    "Person",
    "Story",
    "copies",
    "create",
    "delete",
    "erase",
    "get",
    "learn",
    "merge",
    "of_address",
    "of_contact",
    "of_ticket",
    "page",
    "person_name",
    "timeline",
    "update",
]
