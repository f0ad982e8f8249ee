"""Templates with their versions, and macros: what a team writes and does again and again."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_type, json_list, key, optional_key


class Visibility(StrEnum):
    SHARED = "shared"
    PRIVATE = "private"


class Template(Table, table=True):
    """Liquid source of a subject, an HTML and a plain body. A private one is its owner's alone. `shortcut` is what
    finds it in the composer's `/` picker; a template with one is a saved reply."""

    __table_args__ = {"sqlite_autoincrement": True}  # rules name templates that are gone, so no id is given twice
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    owner_id: int | None = optional_key("user_account", on_delete="SET NULL", index=True)
    name: str = Field(max_length=200)
    subject: str = Field(default="", max_length=998)
    html: str = Field(default="", sa_type=sa.Text)
    text: str = Field(default="", sa_type=sa.Text)
    shortcut: str = Field(default="", max_length=64)
    visibility: Visibility = Field(default=Visibility.SHARED, sa_type=enum_type(Visibility))
    version: int = 1
    used_count: int = 0
    created_at: datetime
    updated_at: datetime


class TemplateVersion(Table, table=True):
    """What a template was, each time it was saved."""

    __table_args__ = (UniqueConstraint("template_id", "number"),)
    id: int | None = key()
    template_id: int = key("template", on_delete="CASCADE")
    number: int
    author_id: int | None = optional_key("user_account", on_delete="SET NULL")
    name: str = Field(max_length=200)
    subject: str = Field(default="", max_length=998)
    html: str = Field(default="", sa_type=sa.Text)
    text: str = Field(default="", sa_type=sa.Text)
    created_at: datetime


class Macro(Table, table=True):
    """Several acts on a ticket under one name, done with one click: actions in the form rules have them."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    owner_id: int | None = optional_key("user_account", on_delete="SET NULL")
    name: str = Field(max_length=200)
    template_id: int | None = optional_key("template", on_delete="SET NULL")
    actions: list[dict[str, object]] = json_list()
    visibility: Visibility = Field(default=Visibility.SHARED, sa_type=enum_type(Visibility))
    position: int = 0
    created_at: datetime
