"""A stop lets end what is with a server, and takes back what is not."""

import pytest

from models import OutboundStatus
from services.flows.delivery import Worker, worker
from services.flows.relay.hop import Hop, Tls
from services.flows.relay.smarthost import Smarthost
from tests.conftest import People
from tests.services.flows.delivery.conftest import enqueue, rows
from tests.services.flows.relay.servers import Server, serving
from tests.smtp.conftest import until


async def test_what_waits_for_the_record_of_the_one_before_leaves_too(
    acme: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection takes the next message only once it is on disk how the last one ended; a stop sees to both."""
    monkeypatch.setattr(worker, "GRACE_SECONDS", 60)
    enqueue(acme, "first@example.org", "second@example.org", "third@example.org")
    asked: list[str] = []
    async with serving(Server(lambda command, session: asked.append(command))) as server:
        delivering = Worker(Smarthost(Hop("127.0.0.1", server.port, "mx.test", Tls.NONE), connections=1))
        await delivering.process_one()
        await until(lambda: asked.count("RCPT") == 2)
        assert len(server.mails) == 1
        await delivering.settle()
    assert [mail.rcpt_tos for mail in server.mails] == [["first@example.org"], ["second@example.org"]]
    assert [row.status for row in rows()] == [OutboundStatus.DELIVERED] * 2 + [OutboundStatus.QUEUED]
