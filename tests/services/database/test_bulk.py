"""Rows written past the ORM read back as if it had written them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models import Direction, Message
from services import database, errors
from services.database import bulk
from tests.conftest import People

MESSAGE: sa.Table = Message.__table__  # type: ignore[attr-defined]
AT = datetime(2026, 11, 21, 7, 30, 0, 123, tzinfo=UTC)


def message(people: People, number: int, **more: Any) -> dict[str, Any]:
    row = {"organisation_id": people.alice.organisation_id, "direction": Direction.IN, "received_at": AT}
    return row | {"message_id": f"<{number}@a.test>", "to": [{"name": "Zoë", "address": "z@a.test"}]} | more


def insert(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    with database.transaction() as session:
        bulk.insert(session.connection(), table, rows)


def messages() -> list[Message]:
    with database.reading() as session:
        return list(session.exec(select(Message).order_by(col(Message.id))))


def test_reads_back_what_was_written(people: People) -> None:
    insert(MESSAGE, [message(people, 1, sent_at=None)])
    (found,) = messages()
    assert found.received_at == AT
    assert found.direction is Direction.IN
    assert found.to == [{"name": "Zoë", "address": "z@a.test"}]
    assert found.sent_at is None


def test_columns_left_out_get_their_defaults(people: People) -> None:
    insert(MESSAGE, [message(people, 1)])
    (found,) = messages()
    assert (found.subject, found.references, found.authentication, found.has_html) == ("", [], {}, False)


def test_a_moment_elsewhere_is_stored_in_utc_as_the_orm_stores_it(people: People) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    insert(MESSAGE, [message(people, 1, received_at=elsewhere)])
    with database.transaction() as session:
        session.add(Message(**message(people, 2, received_at=elsewhere)))
    with database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT DISTINCT received_at FROM message").all()
    assert len(kept) == 1
    assert messages()[0].received_at == AT


@pytest.mark.parametrize("count", [0, 1, bulk.ROWS, 2 * bulk.ROWS + 7])
def test_any_number_of_rows_in_order(people: People, count: int) -> None:
    insert(MESSAGE, [message(people, number) for number in range(count)])
    assert [each.message_id for each in messages()] == [f"<{number}@a.test>" for number in range(count)]


def test_a_refused_row_refuses_all_as_from_the_orm(people: People) -> None:
    with pytest.raises(errors.Conflict):
        insert(MESSAGE, [message(people, 1, id=1), message(people, 2, id=1)])
    assert messages() == []


def test_updates_each_row_with_its_own_values(people: People) -> None:
    numbers = range(1, bulk.ROWS + 8)
    insert(MESSAGE, [message(people, number, id=number) for number in numbers])
    changes = [
        {"id": number, "snippet": f"Text {number}", "sent_at": AT if number % 2 else None, "user_id": None}
        for number in numbers
    ]
    with database.transaction() as session:
        bulk.update(session.connection(), MESSAGE, changes[1:])
    found = messages()
    assert [each.snippet for each in found] == ["", *(f"Text {number}" for number in numbers[1:])]
    assert found[2].sent_at == AT
    assert found[1].sent_at is None


def test_updates_where_all_values_are_empty(people: People) -> None:
    insert(MESSAGE, [message(people, 1, id=1, sent_at=AT)])
    with database.transaction() as session:
        bulk.update(session.connection(), MESSAGE, [{"id": 1, "sent_at": None, "alias_id": None}])
    assert messages()[0].sent_at is None


def test_among_takes_numbers_and_texts(people: People) -> None:
    insert(MESSAGE, [message(people, number, id=number) for number in range(1, 6)])
    with database.reading() as session:
        connection = session.connection()
        for column, values, expected in [("id", {2, 4, 9}, [2, 4]), ("message_id", ["<3@a.test>", "né'\""], [3])]:
            condition, parameter = bulk.among(connection, column, values)
            with database.driver_cursor(connection) as cursor:
                cursor.execute(f"SELECT id FROM message WHERE {condition} ORDER BY id", [parameter])
                assert [number for (number,) in cursor.fetchall()] == expected


@pytest.mark.parametrize("count", [0, 1, bulk.ROWS + 7])
def test_ids_are_told_in_order(people: People, count: int) -> None:
    with database.transaction() as session:
        ids = bulk.insert_numbered(session.connection(), MESSAGE, [message(people, each) for each in range(count)])
    assert [(found.id, found.message_id) for found in messages()] == [
        (row_id, f"<{number}@a.test>") for number, row_id in enumerate(ids)
    ]


def test_what_is_otherwise_by_now_is_left_alone(people: People) -> None:
    insert(MESSAGE, [message(people, 1), message(people, 2, direction=Direction.OUT)])
    with database.transaction() as session:
        rows = [{"id": found.id, "subject": "new"} for found in messages()]
        bulk.update(session.connection(), MESSAGE, rows, only={"direction": Direction.OUT})
    assert [found.subject for found in messages()] == ["", "new"]


def test_selects_by_many_values_in_order_of_ids(people: People) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    insert(MESSAGE, [message(people, number, received_at=elsewhere, subject="Zoë") for number in range(5)])
    with database.reading() as session:
        names = ("message_id", "received_at", "sent_at", "subject")
        wanted = [f"<{number}@a.test>" for number in (4, 1, 9)]
        found = bulk.select(session.connection(), MESSAGE, names, wanted, " AND size = 0", by="message_id")
        none = bulk.select(session.connection(), MESSAGE, names, [], by="message_id")
    assert found == [("<1@a.test>", AT, None, "Zoë"), ("<4@a.test>", AT, None, "Zoë")]
    assert none == []
