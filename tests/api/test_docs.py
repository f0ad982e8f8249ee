"""The documentation tells the truth."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api import docs, reference
from api.app import ALL, Dialect

by_title = pytest.mark.parametrize("dialect", ALL, ids=lambda each: each.slug)


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


@by_title
def test_every_request_and_answer_has_an_example(dialect: Dialect) -> None:
    schema = docs.document(dialect)
    for operation in operations(schema):
        name = operation["operationId"]
        if "requestBody" in operation:
            assert reference.example(schema, operation["requestBody"]), name
        success = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert len(success) == 1, name
        assert reference.example(schema, success[0]) or "application/json" not in success[0].get("content", {}), name


@by_title
def test_every_operation_says_what_it_does_and_how_it_fails(dialect: Dialect) -> None:
    schema = docs.document(dialect)
    for operation in operations(schema):
        assert operation["description"], operation["operationId"]
        assert "422" not in operation["responses"] and "400" in operation["responses"]
    assert "HTTPValidationError" not in str(schema)


@by_title
def test_answers_look_like_their_examples(dialect: Dialect) -> None:
    """An example names no key that the shape lacks, and every key that it requires, nulls too."""
    schema = docs.document(dialect)
    for name, component in schema["components"]["schemas"].items():
        for example in component.get("examples", []):
            assert set(example) <= set(component["properties"]), name
            assert set(component.get("required", [])) <= set(example), name


@pytest.mark.parametrize("dialect", [each for each in ALL if each.base != "/api/v1"], ids=lambda each: each.slug)
def test_every_list_is_paged(dialect: Dialect) -> None:
    schema = docs.document(dialect)
    for path, methods in schema["paths"].items():
        operation = methods.get("get", {"operationId": ""})
        if not operation["operationId"].startswith("list_") or operation["operationId"] == "list_event_types":
            continue
        taken = {each["name"] for each in operation["parameters"]}
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        given = schema["components"]["schemas"][answer.rpartition("/")[2]]["properties"]
        assert "limit" in taken, path
        assert {"page", "limit", "total"} <= set(given) if "page" in taken else "cursor" in given, path


@by_title
def test_pages_for_people(client: TestClient, dialect: Dialect) -> None:
    index, page = client.get("/docs"), client.get(f"/docs/{dialect.slug}")
    assert f'href="/docs/{dialect.slug}"' in index.text
    for path in docs.document(dialect)["paths"]:
        assert f"<code>{dialect.base}{path}</code>" in page.text
    assert "<script" not in page.text and "style-src 'sha256-" in page.headers["Content-Security-Policy"]
    assert client.get(f"/docs/{dialect.slug}.json").json() == docs.document(dialect)
    assert client.get("/docs/nothing").status_code == 404
