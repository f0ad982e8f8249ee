"""While the database is away people get words and programs a code, and nobody is told what is not so."""

import shutil
from collections.abc import AsyncIterator

import httpx
import pytest

from services import database, ratings
from services.settings import Settings
from tests.conftest import POSTGRES, People
from tests.pages.conftest import Web

pytestmark = pytest.mark.skipif(bool(POSTGRES), reason="a file that is gone")


@pytest.fixture
async def left_alone(web: Web, acme: People, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A member's browser, and no database."""
    token, _ = web.token(acme.bob), database.engines().dispose()
    shutil.rmtree(settings.data_dir)
    async with web.browser(token) as browser:
        yield browser


@pytest.mark.parametrize("path", ["/", "/domains", "/login", "/nothing/of/the/kind"])
async def test_people_are_asked_to_wait(left_alone: httpx.AsyncClient, path: str) -> None:
    answer = await left_alone.get(path, headers={"accept": "text/html,*/*"})
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
    assert "One moment, please" in answer.text and "The database does not answer" in answer.text


async def test_scripts_learn_that_it_is_worth_another_try(left_alone: httpx.AsyncClient) -> None:
    answer = await left_alone.put("/drafts/draft_1", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_a_customers_link_is_not_said_to_be_broken(web: Web, left_alone: httpx.AsyncClient) -> None:
    answer = await web.browser().get(ratings.link(1), headers={"accept": "text/html"})
    assert answer.status_code == 503 and "does not work" not in answer.text
