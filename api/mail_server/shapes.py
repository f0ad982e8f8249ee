"""What dialect C's JSON has in common: snake_case, `{"type", "msg"}`, bare arrays, megabytes."""

from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.errors import Fault
from api.shapes import example
from services.errors import NotFound

T = TypeVar("T")
MEGABYTE = 1 << 20
COUNTED = "X-Total-Count"
# the names errors give to fields, in the words of this dialect
_NAMES = {
    "is_backup": "backupmx",
    "max_aliases": "aliases",
    "max_mailboxes": "mailboxes",
    "max_quota": "maxquota",
    "default_quota": "defquota",
    "must_change_password": "force_pw_update",
    "tls_in": "tls_enforce_in",
    "tls_out": "tls_enforce_out",
    "forward_to": "goto",
    "email": "address",
    "host": "host1",
    "port": "port1",
    "encryption": "enc1",
    "interval_minutes": "mins_interval",
    "max_age_days": "maxage",
    "subfolder": "subfolder2",
}
Count = Annotated[int, Field(ge=0, le=1 << 30)]
Megabytes = Annotated[int, Field(ge=0, le=1 << 30, description="In MB; 0 is no limit.")]


class Admin:
    """How dialect C writes errors."""

    def body(self, fault: Fault) -> dict[str, Any]:
        return {"type": "error", "msg": fault.sentence}

    def name(self, field: str) -> str:
        return _NAMES.get(field, field)


class Done(BaseModel):
    """The answer to every change."""

    model_config = example(type="success", msg="Domain has been added to system")
    type: Literal["success"] = "success"
    msg: str


class Added(Done):
    """The answer to a creation of what has a number for a name."""

    model_config = example(type="success", msg="Alias has been added", id=7)
    id: int


class Shape(BaseModel):
    """A JSON object of this dialect; a field that is not known is passed over."""

    model_config = ConfigDict(extra="ignore")

    def sent(self, **names: str) -> dict[str, Any]:
        """The fields that were sent, under the names services give them where those are others."""
        return {names.get(name, name): getattr(self, name) for name in self.model_fields_set}


class Paging(BaseModel):
    """Everything, unless a page of some size is asked for."""

    page: int
    limit: int | None

    def of(self, rows: list[T], response: Response) -> list[T]:
        """The rows of this page; how many there are on all of them stands in a header, since the array is bare."""
        response.headers[COUNTED] = str(len(rows))
        start = (self.page - 1) * self.limit if self.limit else 0
        return rows[start : start + self.limit] if self.limit else rows


def paging(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, limit: Annotated[int | None, Query(ge=1, le=100)] = None
) -> Paging:
    """The dependency that reads them."""
    return Paging(page=page, limit=limit)


def _number(id: int) -> int:
    """Raises NotFound for one that no column holds."""
    if not 0 < id < 1 << 62:
        raise NotFound(f"There is nothing with the number {str(id)[:40]}.")
    return id


Number = Annotated[int, Depends(_number)]


def limit_of(megabytes: int | None) -> int | None:
    """0 is how this dialect writes no limit."""
    return megabytes or None


def megabytes(used: int) -> float:
    """Bytes as the MB that limits are given in; the division is exact."""
    return used / MEGABYTE
