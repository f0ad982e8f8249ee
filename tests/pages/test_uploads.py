"""Drafts over plain HTTP: versions, limits, strangers, and requests of other sites."""

import json
from typing import Any

import pytest

from models import DraftKind
from services import database, drafts, ids
from tests.conftest import People
from tests.pages.conftest import Web


@pytest.fixture
def path(acme: People) -> str:
    with database.transaction() as session:
        draft = drafts.start(session, DraftKind.NEW, actor=acme.bob)
        return f"/drafts/{ids.encode('draft', draft.id or 0)}"


def writing(**changes: Any) -> dict[str, Any]:
    return {
        "to": [{"name": "", "address": "zoe@globex.test"}],
        "subject": "Hi",
        "text": "Words",
        "version": 1,
    } | changes


async def test_a_draft_is_saved_with_its_version(web: Web, acme: People, path: str) -> None:
    async with web.browser(web.token(acme.bob)) as browser:
        saved = await browser.put(path, json=writing())
        stale = await browser.put(path, json=writing(text="Older"))
    assert saved.json() == {"version": 2}
    assert stale.status_code == 409
    assert stale.json()["code"] == "draft_changed" and stale.json()["version"] == 2
    with database.reading() as session:
        draft = drafts.get(session, ids.decode("draft", path.rpartition("/")[2]), actor=acme.alice)
    assert (draft.subject, draft.text, draft.to[0]["address"]) == ("Hi", "Words", "zoe@globex.test")


@pytest.mark.parametrize("said", [[], {"text": "no version"}, {"version": "1"}])
async def test_what_is_no_draft_is_refused(web: Web, acme: People, path: str, said: Any) -> None:
    async with web.browser(web.token(acme.bob)) as browser:
        assert (await browser.put(path, json=said)).status_code == 400
        assert (await browser.put(path, content=b"{")).status_code == 400


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"version": %s}' % (b"9" * 5_000)])
async def test_what_is_hardly_json_is_refused(web: Web, acme: People, path: str, content: bytes) -> None:
    async with web.browser(web.token(acme.bob)) as browser:
        assert (await browser.put(path, content=content)).status_code == 400


async def test_half_a_letter_loses_no_draft(web: Web, acme: People, path: str) -> None:
    """A pasted half of an emoji, as broken editors leave it, and ids that can be none."""
    said = json.dumps(writing(subject="Hi \ud83d", html="<b>\udfff</b>", alias_id=1 << 63, mailbox_id=-(1 << 70)))
    async with web.browser(web.token(acme.bob)) as browser:
        assert (await browser.put(path, content=said)).json() == {"version": 2}
    with database.reading() as session:
        draft = drafts.get(session, ids.decode("draft", path.rpartition("/")[2]), actor=acme.bob)
    assert draft.subject == "Hi ?"


async def test_others_find_no_draft(web: Web, acme: People, path: str) -> None:
    async with web.browser(web.token(acme.charlie)) as browser:
        assert (await browser.put(path, json=writing())).status_code == 404
        assert (await browser.post(path + "/files?name=a", content=b"x")).status_code == 404
    async with web.browser(web.token(acme.olga)) as observer:
        assert (await observer.put(path, json=writing())).status_code == 403


async def test_other_sites_may_not_write(web: Web, acme: People, path: str) -> None:
    async with web.browser(web.token(acme.bob)) as browser:
        headers = {"origin": "https://evil.test"}
        assert (await browser.put(path, json=writing(), headers=headers)).status_code == 403
        assert (await browser.post(path + "/files?name=a", content=b"x", headers=headers)).status_code == 403


async def test_files_come_and_go_and_have_a_limit(
    web: Web, acme: People, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MAX_FILE", 100)
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.post(
            path + "/files?name=a.png", content=b"x" * 50, headers={"content-type": "image/png"}
        )
        large = await browser.post(path + "/files?name=b", content=b"x" * 200)
        assert answer.status_code == 201
        assert (answer.json()["name"], answer.json()["preview"]) == ("a.png", "image")
        assert large.status_code == 413
        assert (await browser.get(answer.json()["url"])).content == b"x" * 50
        assert (await browser.delete(answer.json()["url"])).status_code == 204
        assert (await browser.get(answer.json()["url"])).status_code == 404
