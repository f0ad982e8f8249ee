"""B29: unique secrets go in through the product; none is found in the database, its log or our log."""

import base64
import logging

import pytest
from starlette.testclient import TestClient

from models import User
from services import database, secrets, sessions
from services.settings import Settings
from tests.conftest import POSTGRES, People

pytestmark = pytest.mark.skipif(bool(POSTGRES), reason="reads the files of SQLite")


def test_no_secret_is_found_in_the_files(
    client: TestClient, settings: Settings, people: People, alice: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = _use_everything(client, people, alice)
    files = [path for path in settings.data_dir.iterdir() if path.is_file()]
    assert any(b"ann@x.test" in path.read_bytes() for path in files), "what is no secret must be found"
    for name, secret in planted.items():
        for form in _forms(secret):
            assert form.decode("latin-1") not in caplog.text, name
            assert not [path for path in files if form in path.read_bytes()], name


def _use_everything(client: TestClient, people: People, alice: dict[str, str]) -> dict[str, str]:
    """What was typed in or handed out, by name."""
    password, webhook = "plant-password-5d1f", f"https://hooks.example.com/{secrets.token()}"
    founding = {"name": "Ann", "email": "ann@x.test", "password": password, "organisation": "Plant"}
    token = client.post("/api/auth/signup", json=founding, headers={"Idempotency-Key": "a"}).json()["token"]
    client.post("/api/auth/login", json={"email": "ann@x.test", "password": "plant-wrong-77aa"})
    key = client.post("/api/api-keys", json={"name": "k"}, headers=alice | {"Idempotency-Key": "b"}).json()["key"]
    with database.transaction() as session:
        cookie = sessions.create(session, session.get_one(User, people.bob.user_id))
    hook = {"type": "webhook", "name": "Hook", "webhookUrl": webhook}
    signing = client.post("/v1/integrations", json=hook, headers=alice | {"Idempotency-Key": "c"}).json()[
        "signingSecret"
    ]
    client.get("/api/team", headers={"Cookie": f"sid={cookie}"})
    client.get("/api/nothing", headers={"Authorization": f"Bearer {key}"})
    return {
        "password": password,
        "wrong password": "plant-wrong-77aa",
        "login token": token,
        "API key": key,
        "API key's secret": key.split("_", 3)[3],
        "session": cookie,
        "webhook URL": webhook.rsplit("/", 1)[1],
        "signing secret": signing.removeprefix("whsec_"),
    }


def _forms(secret: str) -> list[bytes]:
    """As it is, and in base64 at each of its three alignments, without the ends that depend on neighbours."""
    plain = secret.encode()
    shifted = (base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3))
    return [plain, *shifted]
