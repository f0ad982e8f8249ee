"""Contacts: one person behind one or several addresses."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Table, json_object, key, optional_key


class Contact(Table, table=True):
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    name: str = Field(default="", max_length=320)
    company: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=64)
    location: str = Field(default="", max_length=200)
    note: str = Field(default="", sa_type=sa.Text)
    fields: dict[str, object] = json_object()
    learnt: dict[str, object] = (
        json_object()
    )  # what mail told, until somebody types it: {"name": {"message": 7, "at": …}}
    created_at: datetime
    updated_at: datetime


class ContactAddress(Table, table=True):
    """An address of a contact, lower case; within an organisation it belongs to one person."""

    __table_args__ = (UniqueConstraint("organisation_id", "address"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    contact_id: int = key("contact", on_delete="CASCADE", index=True)
    address: str = Field(max_length=320)
    message_id: int | None = optional_key("message", on_delete="SET NULL", index=True)  # the mail it was learnt from
    created_at: datetime
