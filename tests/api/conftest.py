"""The API alone, on a database of its own, and callers for it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import api
from services import api_keys, database
from services.access import Actor
from tests.conftest import People


@pytest.fixture
def client(db: None) -> Iterator[TestClient]:
    """A client without a credential."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api.mount(app)
    with TestClient(app, base_url="http://mailroom.test") as opened:
        yield opened


def headers_of(actor: Actor, **options: object) -> dict[str, str]:
    """The Authorization of a new API key of `actor`."""
    with database.transaction() as session:
        made = api_keys.create(session, "test", actor=actor, **options)  # type: ignore[arg-type]
    return {"Authorization": f"Bearer {made.plain}"}


@pytest.fixture
def alice(people: People) -> dict[str, str]:
    return headers_of(people.alice)


@pytest.fixture
def bob(people: People) -> dict[str, str]:
    return headers_of(people.bob)


@pytest.fixture
def charlie(people: People) -> dict[str, str]:
    return headers_of(people.charlie)
