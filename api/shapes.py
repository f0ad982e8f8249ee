"""What the JSON of dialects A, B and E has in common: camelCase names, times with Z, pages, examples."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator
from pydantic.alias_generators import to_camel

T = TypeVar("T")
_NO_TIME = "this is not a time in ISO 8601, such as 2026-11-21T09:00:00Z"


def _utc(value: Any) -> Any:
    """A time without an offset is meant in UTC. Raises ValueError for what is none, or outside the calendar."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(_NO_TIME) from None
    if not isinstance(value, datetime):
        raise ValueError(_NO_TIME)
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time is outside the calendar") from None


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Flag = Annotated[bool, Field(strict=True)]  # true or false, and no word or number that means it
Whole = Annotated[int, Field(strict=True)]
Moment = Annotated[datetime, BeforeValidator(_utc), PlainSerializer(iso, return_type=str)]


class Shape(BaseModel):
    """A JSON object: snake_case here, camelCase outside. A null for what may be left out leaves it out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, sent: Any) -> Any:
        if not isinstance(sent, dict) or not any(value is None for value in sent.values()):
            return sent
        optional = {
            name
            for ours, field in cls.model_fields.items()
            for name in (ours, field.alias, field.validation_alias)
            if not field.is_required() and field.default is not None
        }
        return {name: value for name, value in sent.items() if value is not None or name not in optional}


def example(**values: Any) -> ConfigDict:
    """The configuration of a shape that shows `values` (as they look outside) in the documentation."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Deleted(Shape):
    """What every delete of A answers."""

    model_config = Shape.model_config | example(id="key_6y1d8r0v5n2ga", deleted=True)
    id: str
    deleted: Literal[True] = True


class Page(Shape):
    """What stands beside the rows of a page."""

    page: int
    limit: int
    total: int


class Paging(BaseModel):
    """`page` from 1 and `limit`, as every list takes them."""

    page: int = 1
    limit: int = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit

    def of(self, rows: Sequence[T]) -> list[T]:
        """The rows of this page, of all there are."""
        return list(rows[self.offset : self.offset + self.limit])

    def told(self, total: int) -> dict[str, int]:
        return {"page": self.page, "limit": self.limit, "total": total}


def paging(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Paging:
    """The dependency that reads them."""
    return Paging(page=page, limit=limit)
