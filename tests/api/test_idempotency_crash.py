"""Idempotency-Key when the process dies between its work's commit and its answer."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select
from starlette.testclient import TestClient

from models import Invitation
from services import clock, database
from services.settings import Settings

ROOT = Path(__file__).parents[2]
HEADERS = {"Idempotency-Key": "invite-1"}
BODY = {"email": "dan@people.test", "role": "agent"}
CHILD = """
import json, os, signal, sys
from pathlib import Path
from fastapi import FastAPI
from starlette.testclient import TestClient
import api
from services import database, events, secrets, settings
path, body, headers, options = json.load(sys.stdin)
settings.use(settings.Settings(**options | {"data_dir": Path(options["data_dir"])}))
secrets.load()
database.connect(settings.current().database)
events.subscribe(lambda fact: os.kill(os.getpid(), signal.SIGKILL))  # facts are published after the commit
app = FastAPI()
api.mount(app)
TestClient(app, base_url="http://mailroom.test").post(path, json=body, headers=headers)
"""


def invitations() -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Invitation)).one()


@pytest.mark.process
def test_a_key_does_not_act_again_after_a_crash(
    client: TestClient, alice: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    options = {
        "data_dir": str(tmp_path),
        "database_url": settings.database,
        "base_url": settings.base_url,
        "secret_key": settings.secret_key,
    }
    sent = json.dumps(["/api/team/invite", BODY, alice | HEADERS, options])
    died = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, input=sent, text=True, env=os.environ, check=False, timeout=120
    )
    assert died.returncode == -signal.SIGKILL and invitations() == 1
    for later, code in ((timedelta(0), "in_progress"), (timedelta(minutes=6), "answer_lost")):
        with clock.ahead(later):
            again = client.post("/api/team/invite", json=BODY, headers=alice | HEADERS)
        assert (again.status_code, again.json()["error"]["code"]) == (409, code)
        assert invitations() == 1
