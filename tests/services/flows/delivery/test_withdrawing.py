"""An address that comes onto the list of those nothing is sent to is spared also by what was claimed before."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from models import OutboundStatus
from services import database, events, suppressions
from services.flows.delivery import Worker
from services.flows.relay.hop import Hop, Tls
from services.flows.relay.smarthost import Smarthost
from services.flows.runners import DeliveryRunner
from services.settings import Settings
from tests.conftest import People
from tests.services.flows.delivery.conftest import enqueue, rows
from tests.services.flows.relay.servers import Server, serving
from tests.smtp.conftest import until


class Slow(Server):
    """Takes its time over the first message."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_end, self.waiting = asyncio.Event(), asyncio.Event(), 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.begun.set()
        self.waiting += 1
        await self.may_end.wait()
        return await super().handle_DATA(server, session, envelope)


def suppress(people: People, *addresses: str) -> None:
    with database.transaction() as session:
        suppressions.add(session, addresses, actor=people.alice)


def known_by(runner: DeliveryRunner) -> set[str]:
    """What its worker holds and will not send."""
    assert runner._worker is not None
    return {flight.recipient for flight in list(runner._worker._flying.values()) if flight.suppressed}


async def test_what_waits_for_a_connection_is_asked_about_again(acme: People) -> None:
    enqueue(acme, "first@example.org", "second@example.org", "third@example.org")
    async with serving(Slow()) as server:
        assert isinstance(server, Slow)
        worker = Worker(Smarthost(Hop("127.0.0.1", server.port, "mx.test", Tls.NONE), connections=1))
        await worker.process_one()
        await server.begun.wait()
        suppress(acme, "second@example.org", "third@example.org")
        worker.doubt()
        await worker.process_one()
        server.may_end.set()
        while await worker.process_one():
            pass
        await worker.settle()
    assert [mail.rcpt_tos for mail in server.mails] == [["first@example.org"]]
    first, second, third = rows()
    assert first.status is OutboundStatus.DELIVERED
    assert (second.status, third.status) == (OutboundStatus.SUPPRESSED, OutboundStatus.SUPPRESSED)
    assert second.reply.startswith("Not sent. ")


async def test_the_running_program_hears_of_it(acme: People, settings: Settings) -> None:
    """Twenty are on their way, the rest waits for a connection."""
    late = [f"late{each}@example.org" for each in range(5)]
    enqueue(acme, *(f"early{each}@example.org" for each in range(20)), *late)
    async with serving(Slow()) as server:
        assert isinstance(server, Slow)
        relay = f"smtp://127.0.0.1:{server.port}?tls=none"
        runner = DeliveryRunner(settings.model_copy(update={"relay_url": relay}))
        forget = events.subscribe(runner.hear)
        runner.start()
        await until(lambda: server.waiting == 20)
        await asyncio.to_thread(suppress, acme, *late)
        await until(lambda: known_by(runner) == set(late))  # promised within a second of the commit
        server.may_end.set()
        await until(lambda: all(row.status is not OutboundStatus.SENDING for row in rows()))
        forget()
        runner.stop()
        await asyncio.to_thread(runner.join)
    assert len(server.mails) == 20
    assert [row.recipient for row in rows() if row.status is OutboundStatus.SUPPRESSED] == late
