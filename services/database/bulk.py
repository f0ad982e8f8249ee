"""Many rows in few statements, straight to the driver, where what the ORM spends on each row would be most of the cost.

One statement for many rows also lets full-text search write its index once instead of row by row, and lets go of the
interpreter once: between two statements the event loop takes its turn, and has to be waited for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa

from services import jsontext
from services.database.engines import driver_cursor

ROWS = 100  # a statement; PostgreSQL takes 65,535 values in one, SQLite 32,766
Row = Mapping[str, Any]
_Process = Callable[[Any], Any]
_ALWAYS: Row = {}


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns in the same order; the others get their defaults."""
    _insert(connection, table, rows)


def insert_numbered(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> list[int]:
    """The same, and the ids the rows got, in order: both databases count on as they take row after row, and only
    the order in which they tell of it is nowhere promised."""
    return _insert(connection, table, rows, " RETURNING id")


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], returning: str = "") -> list[int]:
    if not rows:
        return []
    ids: list[int] = []
    shape = _shape(table, tuple(rows[0]), connection.dialect.name)
    constants = _defaults(table, shape.given, connection.dialect.name)
    names = ", ".join(map(_quoted, (*shape.given, *constants)))
    with driver_cursor(connection) as cursor:
        for some in _parts(rows):
            marks = _marks(shape.mark, len(shape.given) + len(constants), len(some))
            cursor.execute(
                f"INSERT INTO {table.name} ({names}) VALUES {marks}{returning}",
                _flat(some, shape.processes, constants),
            )
            if returning:
                ids += sorted(number for (number,) in cursor.fetchall())
    return ids


def update(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], only: Row = _ALWAYS) -> None:
    """Give each row, found by the first column it names, new values in the others; where the columns that `only`
    names have other values by now, it is left alone."""
    if not rows:
        return
    shape = _shape(table, tuple(rows[0]), connection.dialect.name)
    key, *others = shape.given
    still = "".join(f" AND {table.name}.{_quoted(name)} = {shape.mark}" for name in only)
    expected = _flat([only], _shape(table, tuple(only), connection.dialect.name).processes, {}) if only else []
    changes = ", ".join(f"{_quoted(name)} = {_typed(table, name, connection.dialect)}" for name in others)
    with driver_cursor(connection) as cursor:
        for some in _parts(rows):
            cursor.execute(
                f"WITH fresh ({', '.join(map(_quoted, shape.given))}) AS "
                f"(VALUES {_marks(shape.mark, len(shape.given), len(some))}) "
                f"UPDATE {table.name} SET {changes} FROM fresh WHERE {table.name}.{key} = fresh.{key}{still}",
                _flat(some, shape.processes, {}) + expected,
            )


def select(
    connection: sa.Connection,
    table: sa.Table,
    names: Sequence[str],
    values: Iterable[Any],
    condition: str = "",
    by: str = "id",
) -> list[tuple[Any, ...]]:
    """The columns `names` of the rows whose column `by` has one of `values`, in the order of their ids; `condition` is
    SQL that is fixed. Moments are read, everything else comes as the driver hands it over."""
    mine, wanted = among(connection, by, values)
    query = f"SELECT {', '.join(map(_quoted, names))} FROM {table.name} WHERE {mine}{condition} ORDER BY id"
    with driver_cursor(connection) as cursor:
        rows: list[tuple[Any, ...]] = cursor.execute(query, [wanted]).fetchall()
    columns = list(zip(*rows, strict=True))
    for number, name in enumerate(names):
        if rows and isinstance(_plain(table.c[name].type), sa.DateTime):
            columns[number] = tuple(map(_read_moment, columns[number]))
    return list(zip(*columns, strict=True))


def among(connection: sa.Connection, column: str, values: Iterable[Any]) -> tuple[str, Any]:
    """A condition in the driver's own words, the same for any number of values, and its one parameter."""
    if connection.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(?))", jsontext.write(list(values))
    return f"{column} = ANY(%s)", list(values)


def moment(connection: sa.Connection, at: datetime) -> Any:
    """As a parameter in the driver's own words."""
    return _moment(at) if connection.dialect.name == "sqlite" else at


class _Shape:
    """The columns rows give, and what makes of each value what the driver takes."""

    def __init__(self, table: sa.Table, given: tuple[str, ...], dialect: str) -> None:
        self.given = given
        self.mark = "?" if dialect == "sqlite" else "%s"
        self.processes = [
            (number, process)
            for number, name in enumerate(given)
            if (process := _process(table.c[name].type, dialect)) is not None
        ]


_shape = lru_cache(maxsize=64)(_Shape)


@lru_cache(maxsize=64)
def _defaults(table: sa.Table, given: tuple[str, ...], dialect: str) -> dict[str, Any]:
    """What our models say of columns that rows leave out, as the driver takes it."""
    constants: dict[str, Any] = {}
    for column in table.columns:
        default: Any = column.default
        if column.name in given or default is None or column.computed is not None:
            continue
        value = default.arg if default.is_scalar else default.arg(None)
        process = _process(column.type, dialect)
        constants[column.name] = process(value) if process else value
    return constants


def _plain(kind: Any) -> Any:
    """The type under what our models make of it."""
    return kind.impl if isinstance(kind, sa.TypeDecorator) else kind


def _process(kind: Any, dialect: str) -> _Process | None:
    impl = _plain(kind)
    if isinstance(impl, sa.JSON):
        return _json
    if isinstance(impl, sa.Enum):
        return _value
    if isinstance(impl, sa.DateTime) and dialect == "sqlite":
        return _moment
    return None


def _json(value: Any) -> str:
    return jsontext.write(value) if value else "[]" if isinstance(value, list) else "{}"


def _value(member: Any) -> Any:
    return None if member is None else member.value


@lru_cache(maxsize=256)
def _moment(at: datetime | None) -> str | None:
    """As SQLAlchemy stores it; a batch writes each moment into many columns."""
    return None if at is None else at.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


@lru_cache(maxsize=256)
def _read_moment(at: datetime | str | None) -> datetime | None:
    """The other way round; the messages of one commit share theirs."""
    if at is None or isinstance(at, str):
        return None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC)
    return at.astimezone(UTC)


def _typed(table: sa.Table, name: str, dialect: sa.Dialect) -> str:
    """PostgreSQL has to be told what a column of nothing but NULL would have held."""
    fresh = f"fresh.{_quoted(name)}"
    return fresh if dialect.name == "sqlite" else f"CAST({fresh} AS {table.c[name].type.compile(dialect)})"


def _parts(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))


def _flat(rows: Sequence[Row], processes: list[tuple[int, _Process]], constants: Mapping[str, Any]) -> list[Any]:
    """All values one after another, processed a column at a time."""
    columns: list[Iterable[Any]] = list(zip(*[row.values() for row in rows], strict=True))
    for number, process in processes:
        columns[number] = map(process, columns[number])
    columns += [[value] * len(rows) for value in constants.values()]
    return list(chain.from_iterable(zip(*columns, strict=True)))


@lru_cache(maxsize=512)
def _marks(mark: str, columns: int, rows: int) -> str:
    row = "(" + ", ".join([mark] * columns) + ")"
    return ", ".join([row] * rows)


def _quoted(name: str) -> str:
    return f'"{name}"'
