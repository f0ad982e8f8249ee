"""`GET /healthz`: for machines, without a session, and without a word about our insides."""

import shutil

import pytest

from services import database
from services.settings import Settings
from tests.conftest import POSTGRES
from tests.pages.conftest import Web


async def test_ready_without_a_session(web: Web) -> None:
    answer = await web.browser().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.skipif(bool(POSTGRES), reason="a file that is gone")
async def test_degraded_when_the_database_is_away(web: Web, settings: Settings) -> None:
    database.engines().dispose()
    shutil.rmtree(settings.data_dir)
    answer = await web.browser().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "degraded", "reason": "database_unavailable"}
