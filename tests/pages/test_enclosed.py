"""An enclosed message over HTTP: its own frame, inert; its files saved, never run."""

from services import ids
from tests.conftest import People
from tests.pages.conftest import Web
from tests.services.test_enclosed import INNER, stored, wrapped


async def test_the_frame_shows_who_wrote_what_and_its_files(web: Web, acme: People) -> None:
    key = ids.encode("att", stored(acme.alice, wrapped(wrapped(INNER))))
    async with web.browser(web.token(acme.bob)) as browser:
        outer = await browser.get(f"/files/{key}/message")
        inner = await browser.get(f"/files/{key}/message/1")
        saved = await browser.get(f"/files/{key}/part/1.2")
    assert f'href="/files/{key}/message/1" target="_self"' in outer.text
    assert "Zoe &lt;zoe@globex.test&gt;" in inner.text and "<script" not in inner.text
    assert f'href="/files/{key}/part/1.2"' in inner.text and f'src="/files/{key}/part/1.1"' in inner.text
    policy = inner.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox allow-same-origin" in policy
    assert saved.headers["content-disposition"].startswith("attachment") and saved.content.strip() == b"1,2"


async def test_a_markup_in_fields_stays_words(web: Web, acme: People) -> None:
    raw = wrapped(b"From: <b>x</b> <a@b>\nSubject: <script>x()</script>\n\n<i>text</i>\n")
    key = ids.encode("att", stored(acme.alice, raw))
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(f"/files/{key}/message")
    assert "<script" not in answer.text and "&lt;script&gt;" in answer.text and "&lt;i&gt;text" in answer.text


async def test_paths_that_are_none(web: Web, acme: People) -> None:
    key = ids.encode("att", stored(acme.alice, wrapped(INNER)))
    async with web.browser(web.token(acme.bob)) as browser:
        for path in ("x", "1..2", "-1", "9" * 50, "1." * 30 + "1"):
            assert (await browser.get(f"/files/{key}/part/{path}")).status_code == 404, path


async def test_reports_are_read_as_text(web: Web, acme: People) -> None:
    raw = b"Content-Type: multipart/report; boundary=o\n\n--o\n\nx\n--o\nContent-Type: message/delivery-status\n\n" + (
        b"Status: 5.1.1\n--o--\n"
    )
    key = ids.encode("att", stored(acme.alice, raw, "message/delivery-status"))
    async with web.browser(web.token(acme.bob)) as browser:
        answer = await browser.get(f"/files/{key}?inline=1")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8" and "Status: 5.1.1" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
