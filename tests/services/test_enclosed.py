"""Enclosed messages open, inert and to a bounded depth, for their own organisation only."""

import pytest

from models import Attachment, Direction, Message, RawMessage
from services import clock, database, enclosed
from services.access import Actor
from services.enclosed import Path
from services.errors import NotFound
from tests.conftest import People

PICTURE = b"Content-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
INNER = (
    b"From: Zoe <zoe@globex.test>\nSubject: Inner\nContent-Type: multipart/mixed; boundary=i\n\n--i\n"
    b"Content-Type: text/html\n\n<p onclick=x()>Hello</p><script>x()</script><img src=cid:logo>\n--i\n"
    + PICTURE
    + b"--i\nContent-Type: text/csv; name=a.csv\n\n1,2\n--i--\n"
)


def wrapped(inner: bytes) -> bytes:
    return (
        b"Subject: Outer\nContent-Type: multipart/mixed; boundary=o%d\n\n--o%d\n\nsee below\n--o%d\n"
        b"Content-Type: message/rfc822\n\n%b\n--o%d--\n"
    ) % (*[len(inner)] * 3, inner, len(inner))


def stored(actor: Actor, raw: bytes, content_type: str = "message/rfc822", part: int = 1) -> int:
    now = clock.now()
    with database.transaction() as session:
        kept = RawMessage(queue_id="Q1", received_at=now, size=len(raw), content=raw)
        session.add(kept)
        session.flush()
        message = Message(
            organisation_id=actor.organisation_id, raw_id=kept.id, direction=Direction.IN, received_at=now
        )
        session.add(message)
        session.flush()
        file = Attachment(
            organisation_id=actor.organisation_id,
            message_id=message.id,
            filename="Inner.eml",
            content_type=content_type,
            size=1,
            part=part,
            created_at=now,
        )
        session.add(file)
        session.flush()
        return file.id or 0


def link(path: Path) -> str:
    return f"/there/{'.'.join(map(str, path))}"


def opened(number: int, actor: Actor, path: Path = ()) -> enclosed.Enclosed:
    with database.reading() as session:
        return enclosed.get(session, number, path, remote=False, link=link, actor=actor)


def test_an_enclosed_message_opens_inert_with_its_picture_and_its_file(people: People) -> None:
    found = opened(stored(people.alice, wrapped(INNER)), people.alice)
    assert (found.parsed.subject, found.parsed.author.address) == ("Inner", "zoe@globex.test")
    assert "Hello" in found.body.html and "script" not in found.body.html and "onclick" not in found.body.html
    assert 'src="/there/1"' in found.body.html
    assert [each.filename for each in found.files] == ["a.csv"]


def test_files_are_taken_out_at_any_level(people: People) -> None:
    number = stored(people.alice, wrapped(wrapped(INNER)))
    with database.reading() as session:
        part, content = enclosed.file(session, number, (1, 2), actor=people.alice)
    assert (part.filename, content.strip()) == ("a.csv", b"1,2")
    assert opened(number, people.alice, (1,)).parsed.subject == "Inner"


@pytest.mark.parametrize("path", [(7,), (0,), (0, 1), (1, 2, 0)])
def test_what_is_not_there_is_absent(people: People, path: Path) -> None:
    with pytest.raises(NotFound):
        opened(stored(people.alice, wrapped(INNER)), people.alice, path)


def test_the_depth_is_bounded(people: People) -> None:
    raw = INNER
    for _ in range(12):
        raw = wrapped(raw)
    number = stored(people.alice, raw)
    opened(number, people.alice, (1,) * enclosed.DEEPEST)
    with pytest.raises(NotFound):
        opened(number, people.alice, (1,) * (enclosed.DEEPEST + 1))


def test_another_organisations_is_absent(people: People) -> None:
    number = stored(people.charlie, wrapped(INNER))
    with pytest.raises(NotFound):
        opened(number, people.alice)


def test_a_file_that_is_no_message_does_not_open(people: People) -> None:
    with pytest.raises(NotFound):
        opened(stored(people.alice, wrapped(INNER), "application/pdf"), people.alice)


@pytest.mark.parametrize(
    ("filename", "content_type", "opens"),
    [("a", "message/rfc822", True), ("A.EML", "application/octet-stream", True), ("a.eml", "application/pdf", False)],
)
def test_what_opens(filename: str, content_type: str, opens: bool) -> None:
    assert enclosed.is_message(filename, content_type) is opens
