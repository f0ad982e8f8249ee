"""Messages one by one."""

import pytest

from services import database, messages
from services.errors import NotFound
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")

HTML = (
    b"From: Carl <carl@customer.test>\r\nTo: support@acme.test\r\nSubject: Picture\r\nMessage-ID: <p@customer.test>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    b'<p onclick="x()">Hello</p><script>bad()</script><img src="cid:pic"><img src="https://track.test/1.gif">\r\n'
    b"--b\r\nContent-Type: image/png; name=pic.png\r\nContent-ID: <pic>\r\nContent-Disposition: inline\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
)


def test_html_is_inert_and_its_own_pictures_work(people: People) -> None:
    message = received(HTML)
    assert message is not None and message.has_html and not message.has_attachments
    with database.reading() as session:
        [picture] = messages.attachments(session, message.id or 0, actor=people.bob)
        shown = messages.body(session, message.id or 0, link="/f/{}".format, actor=people.bob)
        part, content = messages.attachment(session, picture.id or 0, actor=people.bob)
        assert messages.raw(session, message.id or 0, actor=people.bob).endswith(HTML)
        assert ("Subject", "Picture") in messages.headers(session, message.id or 0, actor=people.bob)
    assert "script" not in shown.html and "onclick" not in shown.html and "Hello" in shown.html
    assert f"/f/{picture.id}" in shown.html and "track.test" not in shown.html and shown.blocked == 1
    assert (part.filename, content) == ("pic.png", b"\x89PNG\r\n\x1a\n")


def test_plain_text_is_shown_as_it_is(people: People) -> None:
    message = received(letter("Plain", "1 < 2 & <b>not bold</b>"))
    assert message is not None
    with database.reading() as session:
        assert "1 &lt; 2 &amp; &lt;b&gt;" in messages.html(session, message.id or 0, actor=people.bob)


def test_a_foreign_message_is_an_absent_one(people: People) -> None:
    message = received(HTML)
    assert message is not None
    with database.reading() as session:
        [picture] = messages.attachments(session, message.id or 0, actor=people.bob)
        for ask in (messages.get, messages.raw, messages.html, messages.text, messages.attachments, messages.headers):
            with pytest.raises(NotFound):
                ask(session, message.id or 0, actor=people.charlie)
        with pytest.raises(NotFound):
            messages.attachment(session, picture.id or 0, actor=people.charlie)


def test_a_trusted_sender_stays_trusted_by_that_member(people: People) -> None:
    message = received(HTML)
    assert message is not None
    with database.transaction() as session:
        assert not messages.loads_remote(session, message.id or 0, actor=people.bob)
        messages.trust_sender(session, message.id or 0, actor=people.bob)
        assert messages.loads_remote(session, message.id or 0, actor=people.bob)
        assert not messages.loads_remote(session, message.id or 0, actor=people.alice)
