"""Real and broken mail through the whole way in: every message is filed, listed, searchable and kept byte by byte."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from models import Message, RawMessage, Reception
from services import database, messages, search, tickets
from services.flows import inbound
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, receptions, send

CORPORA = Path(inbound.__file__).parents[4] / "shared" / "corpora"
MOST = 150  # files, spread over all folders
pytestmark = pytest.mark.usefixtures("post")


def samples() -> list[bytes]:
    folders = ("mime-messages", "bounces", "newsletters", "ham-spam")
    files = [path for name in folders for path in sorted((CORPORA / name).rglob("*")) if path.is_file()]
    mail = [path for path in files if path.suffix not in {".json", ".md", ".txt", ".py", ".tsv", ".csv"}]
    return [path.read_bytes() for path in mail[:: max(1, len(mail) // MOST)] if path.stat().st_size < 1 << 20]


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this repository")
def test_no_mail_is_lost_or_breaks_a_page(people: People) -> None:
    contents = samples()
    assert len(contents) > 100
    for content in contents:
        send(content)
    file_all()
    assert all(each.message_id and each.attempts == 0 for each in receptions())
    with database.reading() as session:
        kept = session.exec(
            select(RawMessage.content, Reception.message_id).join(Reception).order_by(col(RawMessage.id))
        ).all()
        for (raw, message_id), content in zip(kept, contents, strict=True):
            assert raw.endswith(content)
            messages.html(session, message_id or 0, actor=people.bob)
        for ticket_id in set(session.exec(select(Message.ticket_id)).all()):
            tickets.get(session, ticket_id or 0, actor=people.bob)
        assert len(search.find(session, "in:anywhere", actor=people.bob)) == 50
