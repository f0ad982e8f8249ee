"""Imports: a file or folder of other people's mail on its way into a mailbox, and what of it could not come."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Table, enum_type, json_list, json_object, key, optional_key


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Import(Table, table=True):
    """`place` is how far it has come in the file; it moves in the transaction that files the messages before it."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    mailbox_id: int = key("mailbox", on_delete="CASCADE", index=True)
    user_id: int | None = optional_key("user_account", on_delete="SET NULL")
    name: str = Field(max_length=255)
    path: str = Field(sa_type=sa.Text)
    is_kept: bool = False  # the file is its owner's and stays: the command line's
    options: dict[str, object] = json_object()
    state: ImportState = Field(default=ImportState.WAITING, sa_type=enum_type(ImportState))
    place: list[int] = json_list()
    total: int | None = None  # messages, once they are counted
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    error: str = Field(default="", max_length=1000)
    created_at: datetime
    finished_at: datetime | None = None


class ImportFault(Table, table=True):
    """A message that did not come, and why."""

    id: int | None = key()
    import_id: int = key("import", on_delete="CASCADE", index=True)
    number: int  # of the message in the file, from 1
    source: str = Field(default="", max_length=500)  # the file or folder it was in
    reason: str = Field(max_length=500)
