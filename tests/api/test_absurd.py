"""Whatever a field is given, the answer is the dialect's own and no fault: fields and operations come from OpenAPI."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import docs
from api.app import ALL, MAIL_SERVER, Dialect
from services import database
from services import settings as configuration
from services.settings import Settings
from tests.api import matrix
from tests.api.matrix import OPEN_TO_ALL, ROWS
from tests.conftest import People

PLACE = re.compile(r"{\w+}")
ABSURD: list[Any] = [[[]], {"a": [{}]}, 10**30, "(" * 3000]


def fields(schema: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The names a body may have."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return list(schema["components"]["schemas"].get(name, {}).get("properties", {}))


def twisted(good: Any, value: Any) -> Iterator[Any]:
    """`good` with `value` in the place of each thing inside it, in turn."""
    pairs = good.items() if isinstance(good, dict) else enumerate(good) if isinstance(good, list) else ()
    for key, inner in pairs:
        for other in (value, *twisted(inner, value)):
            copy = good.copy()
            copy[key] = other
            yield copy


def filled(people: People, name: str) -> tuple[str, dict[str, Any]]:
    """The path's id and a good body, made of things of the caller's own."""
    row = ROWS[name]
    with database.transaction() as session:
        number = matrix.made(row.kind, session, people.alice) if row.kind else ""
        named = {
            place: [matrix.made(kind[:-2], session, people.alice)]
            if kind.endswith("[]")
            else matrix.made(kind, session, people.alice)
            for place, kind in row.body_ids.items()
        }
    return number, {**row.body, **named}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("dialect", ALL, ids=lambda each: each.slug)
def test_no_value_of_any_field_is_a_fault(
    client: TestClient, people: People, settings: Settings, alice: dict[str, str], dialect: Dialect
) -> None:
    configuration.use(settings.model_copy(update={"rate_limit_per_minute": 10**6, "rate_limit_per_day": 10**6}))
    schema = docs.document(dialect)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            names = fields(schema, operation)
            if not names or operation["operationId"] in OPEN_TO_ALL:
                continue
            number, good = filled(people, operation["operationId"])
            place = dialect.base + PLACE.sub(number, path)
            more = [good | {name: value} for value in ABSURD for name in names if name not in good]
            for body in [body for value in ABSURD for body in twisted(good, value)] + more:
                answer = client.request(method, place, json=body, headers=alice)
                assert answer.status_code < 500, (method, place, body)
                if answer.is_error:
                    said = {"type", "msg"} if dialect is MAIL_SERVER else {"error"}
                    assert set(answer.json()) == said, answer.text
