"""Files over HTTP: whose they are, how they may be opened, and what a browser is told never to do with them."""

import pytest
from sqlmodel import select

from models import Attachment, Direction, Message, RawMessage, Ticket
from services import clock, database, ids
from tests.conftest import People
from tests.pages.conftest import Web

RAW = (
    b"From: Zoe <zoe@globex.test>\r\nTo: help@acme.example\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b"<style>@media (prefers-color-scheme: dark) { p { color: white } }</style>"
    b'<p onclick="x()">Hello</p><img src="http://track.test/p.png"><script>x()</script>'
    b"<blockquote type=cite>On Monday you wrote: old words</blockquote>\r\n"
)


@pytest.fixture
def message_id(acme: People) -> int:
    now = clock.now()
    with database.transaction() as session:
        organisation_id = acme.alice.organisation_id
        ticket = Ticket(organisation_id=organisation_id, number=1, subject="Hello", active_at=now, created_at=now)
        raw = RawMessage(queue_id="Q1", received_at=now, size=len(RAW), content=RAW)
        session.add_all([ticket, raw])
        session.flush()
        message = Message(
            organisation_id=organisation_id,
            ticket_id=ticket.id,
            raw_id=raw.id,
            direction=Direction.IN,
            subject="Hello",
            author_address="zoe@globex.test",
            received_at=now,
            has_html=True,
        )
        session.add(message)
        session.flush()
        return message.id or 0


def stored(message_id: int, acme: People, filename: str, content_type: str) -> str:
    with database.transaction() as session:
        file = Attachment(
            organisation_id=acme.alice.organisation_id,
            message_id=message_id,
            filename=filename,
            content_type=content_type,
            size=5,
            content=b"bytes",
            created_at=clock.now(),
        )
        session.add(file)
        session.flush()
        return f"/files/{ids.encode('att', file.id or 0)}"


async def test_the_frame_is_inert_and_private(web: Web, acme: People, message_id: int) -> None:
    path = f"/files/message/{ids.encode('email', message_id)}"
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "sandbox allow-same-origin" in policy
    assert "https:" not in policy
    assert "Hello" in answer.text and "<script" not in answer.text and "onclick" not in answer.text
    assert 'name="blocked" content="1"' in answer.text
    assert "prefers-color-scheme" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert "no-store" in answer.headers["cache-control"]


async def test_a_disclaimer_waits_behind_dots(web: Web, acme: People, message_id: int) -> None:
    notice = b"<p>This e-mail is confidential and intended for its addressee. If received in error, delete it.</p>"
    with database.transaction() as session:
        raw = session.exec(select(RawMessage)).one()
        raw.content = RAW + notice
        session.add(raw)
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(f"/files/message/{ids.encode('email', message_id)}")
    shown, _, folded = answer.text.partition('<details class="mailroom-quoted"><summary')
    assert "Hello" in shown and "confidential" not in shown
    assert "confidential" in folded


async def test_pictures_load_when_asked_or_always(web: Web, acme: People, message_id: int) -> None:
    path = f"/files/message/{ids.encode('email', message_id)}"
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(path + "?remote=1")
    assert "track.test" in answer.text
    assert "https: http:" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("kind", ["message", "raw", "file"])
async def test_of_another_organisation_is_absent(web: Web, acme: People, message_id: int, kind: str) -> None:
    key = ids.encode("email", message_id)
    path = stored(message_id, acme, "a.txt", "text/plain") if kind == "file" else f"/files/{kind}/{key}"
    absent = (
        f"/files/{ids.encode('att', 999_999)}" if kind == "file" else f"/files/{kind}/{ids.encode('email', 999_999)}"
    )
    async with web.browser(web.token(acme.charlie)) as browser:
        foreign, missing = await browser.get(path), await browser.get(absent)
        garbage = await browser.get("/files/message/none")
    assert foreign.status_code == missing.status_code == garbage.status_code == 404
    assert foreign.content == missing.content
    async with web.browser() as stranger:
        assert (await stranger.get(path)).status_code in (303, 404)


@pytest.mark.parametrize(
    ("filename", "content_type", "shown"),
    [
        ("a.png", "image/png", True),
        ("a.pdf", "application/pdf", True),
        ("a.svg", "image/svg+xml", False),
        ("a.html", "text/html", False),
        ("a.html", "image/png", False),
        ("a.exe", "application/octet-stream", False),
    ],
)
async def test_only_pictures_and_pdf_open_in_the_page(
    web: Web, acme: People, message_id: int, filename: str, content_type: str, shown: bool
) -> None:
    path = stored(message_id, acme, filename, content_type)
    async with web.browser(web.token(acme.bob)) as browser:
        saved, opened = await browser.get(path), await browser.get(path + "?inline=1")
    assert saved.content == b"bytes"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert opened.headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert "sandbox" in opened.headers["content-security-policy"] or content_type == "application/pdf"
    assert "html" not in opened.headers["content-type"]


async def test_a_name_cannot_write_headers(web: Web, acme: People, message_id: int) -> None:
    path = stored(message_id, acme, 'Größe"\r\nX: 1.txt', "text/plain")
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(path)
    assert "x" not in answer.headers
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe" in answer.headers["content-disposition"]


async def test_the_source_is_saved_or_read_as_text(web: Web, acme: People, message_id: int) -> None:
    path = f"/files/raw/{ids.encode('email', message_id)}"
    async with web.browser(web.token(acme.olga)) as browser:
        saved, read = await browser.get(path), await browser.get(path + "?view=1")
    assert saved.content == RAW
    assert saved.headers["content-disposition"].endswith('.eml"')
    assert read.headers["content-type"].startswith("text/plain")
