"""Column types and conventions every table shares: times in UTC, enums by value, JSON on both databases."""

import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


class Table(SQLModel):
    """A table named after its class in snake_case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


# SQLite gives rowids only to INTEGER keys; PostgreSQL needs 64 bits.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def enum_type(kind: type[StrEnum]) -> Any:
    """A text column that holds the enum's wire value and refuses any other."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
        create_constraint=False,
    )


def key(table: str | None = None, *, on_delete: str | None = None, index: bool = False) -> Any:
    """A 64-bit primary key, or a foreign key to `table`.id."""
    if table is None:
        return Field(default=None, primary_key=True, sa_type=BigId)
    field: Any = Field
    return field(foreign_key=f"{table}.id", ondelete=on_delete, index=index, sa_type=BigId)


def optional_key(table: str, *, on_delete: str | None = None, index: bool = False) -> Any:
    """A nullable foreign key to `table`.id."""
    field: Any = Field
    return field(default=None, foreign_key=f"{table}.id", ondelete=on_delete, index=index, nullable=True, sa_type=BigId)


def json_list() -> Any:
    return Field(default_factory=list, sa_type=JSON)


def json_object() -> Any:
    return Field(default_factory=dict, sa_type=JSON)


__all__ = ["JSON", "BigId", "Table", "enum_type", "json_list", "json_object", "key", "optional_key"]
