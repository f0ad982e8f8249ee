"""An application made when it is called for."""

import asyncio
import threading
import time

from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp

import api
from api.later import Later

made: list[int] = []


def slowly() -> ASGIApp:
    time.sleep(0.05)
    made.append(threading.get_ident())
    return PlainTextResponse("here")


def test_first_callers_wait_for_one_application() -> None:
    made.clear()
    later = Later(f"{__name__}:slowly")
    client = TestClient(later)

    async def all_at_once() -> list[str]:
        return [answer.text for answer in await asyncio.gather(*(asyncio.to_thread(client.get, "/") for _ in range(5)))]

    assert asyncio.run(all_at_once()) == ["here"] * 5
    assert len(made) == 1 and made != [threading.get_ident()], "made on a thread, once"


def test_each_maker_is_there() -> None:
    assert all(Later(maker).made() for maker in api.PLACES.values())
