"""Contacts: one person behind one or several addresses, and what is known of them."""

from services.contacts.keeping import Details, Person, create, delete, get, merge, page, update

__all__ = ["Details", "Person", "create", "delete", "get", "merge", "page", "update"]
