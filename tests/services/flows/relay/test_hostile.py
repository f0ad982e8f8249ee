"""The whole way out against servers that misbehave: from the queue, by the DNS, over the wire, into the history."""

import asyncio
import itertools
import re
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models import Outbound, OutboundStatus
from services import clock, database, outbound
from services import settings as configuration
from services.flows.delivery import Worker
from services.flows.relay import pool
from services.flows.relay.direct import DirectToMx, Policy
from services.flows.relay.hop import Patience, Tls
from services.settings import Settings
from tests import dns_server
from tests.conftest import People
from tests.dns_server import Zone
from tests.figures import Figures
from tests.services.flows.delivery.conftest import acme, attempts
from tests.services.flows.relay.hostile import Hostile, deaf, listening
from tests.services.flows.relay.scenarios import SCENARIOS, Scenario
from tests.services.flows.relay.servers import issue

__all__ = ["acme"]
ROUNDS = (0, 3, 12, 40, 120)  # minutes: each is past the next wait of the schedule
IMPATIENT = Patience(connect=8, greeting=8, handshake=8, command=8, data=8, end=8, parting=1)


@dataclass
class Case:
    """A scenario on the stage."""

    scenario: Scenario
    name: str
    servers: list[Hostile]
    place: str
    messages: list[int] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return [f"{self.scenario.recipient}{turn}@{self.name}" for turn in range(self.scenario.messages)]

    def faults(self) -> list[str]:
        """What is not as it should be, in words."""
        scenario = self.scenario
        lines = [line for message in self.messages for line in attempts(message)]
        told = [f"{line.status} {line.reply_code} {line.enhanced_code} {line.reply}" for line in lines]
        taken = [each for server in self.servers for each in server.taken]
        whole = [each for server in self.servers for each in server.whole]
        found = []
        if not _tells(told, scenario.attempts):
            found.append(f"attempts {told}")
        if len(taken) != scenario.taken or len(whole) != (scenario.taken if scenario.whole is None else scenario.whole):
            found.append(f"taken {len(taken)}, got whole {len(whole)}")
        if {(each.reverse_path, *each.recipients) for each in taken} - {
            ("sam@acme.test", each) for each in self.recipients
        }:
            found.append("another envelope")
        numbers = {each.content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for each in whole}
        if len(numbers) > scenario.messages or any(not each.content.endswith(self.ending) for each in whole):
            found.append("another message")
        if scenario.encrypted is not None and {each.encrypted for each in whole} != {scenario.encrypted}:
            found.append(f"encrypted {[each.encrypted for each in whole]}")
        if scenario.connections is not None and self.servers[0].connections != scenario.connections:
            found.append(f"{self.servers[0].connections} connections")
        return [f"{scenario.name}: {', '.join(found)}"] if found else []

    @property
    def ending(self) -> bytes:
        return f"\r\n\r\n{self.scenario.content}".encode()


def _tells(told: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each line of history begins with the status and has the words asked for, in order; what is delayed at
    last stays so."""
    patterns = [re.compile(".*?".join(map(re.escape, line.split()))) for line in wanted]
    patterns += [patterns[-1]] * (len(told) - len(wanted) if wanted[-1].startswith("delayed") else 0)
    return len(told) == len(patterns) and all(each.match(line) for each, line in zip(patterns, told, strict=True))


def _cases(scenarios: Iterable[Scenario], folder: Path) -> list[Case]:
    made = []
    for number, scenario in enumerate(scenarios):
        name = f"d{number}.example"
        servers = [scenario.server(), *([Hostile()] if scenario.backup else [])]
        if scenario.certificate:
            known = scenario.certificate != "strange"
            servers[0].tls = issue(
                folder, f"a.{name}" if known else f"x.{name}", days=-1 if scenario.certificate == "expired" else 1
            )
        made.append(Case(scenario, name, servers, f"127.1.{number // 250}.{number % 250 + 1}"))
    return made


def _publish(zone: Zone, case: Case) -> None:
    name, host = case.name, f"a.{case.name}"
    second = case.place.replace("127.1.", "127.2.")
    words = {"name": name, "host": host, "address": case.place}
    records = case.scenario.records
    if records is None:
        names = [f"10 a.{name}.", *([f"20 b.{name}."] if case.scenario.backup else [])]
        records = {("{name}", "MX"): names, ("{host}", "A"): ["{address}"]}
    for (owner, kind), values in records.items():
        zone.set(owner.format(**words), kind, *(value.format(**words) for value in values))
    if case.scenario.backup:
        zone.set(f"b.{name}", "A", second)
    zone.failures |= {(owner.format(**words), kind) for owner, kind in case.scenario.failing}


def _enqueue(people: People, cases: Sequence[Case]) -> None:
    now = clock.now()
    with database.transaction() as session:
        for case in cases:
            for turn, recipient in enumerate(case.recipients):
                head = f"From: sam@acme.test\r\nTo: x@example.org\r\nSubject: x\r\nMessage-ID: <{turn}@{case.name}>\r\n"
                [number] = outbound.enqueue(
                    session,
                    raw=head.encode() + b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n" + case.ending[2:],
                    reverse_path="sam@acme.test",
                    recipients=[recipient],
                    organisation_id=people.alice.organisation_id,
                    due_at=now + timedelta(minutes=2 * turn),
                    needs_tls=case.scenario.needs_tls,
                )
                case.messages.append(number)


async def _play(people: People, cases: Sequence[Case], relay: DirectToMx, rounds: Sequence[int]) -> None:
    _enqueue(people, cases)
    worker = Worker(relay)
    for minutes in rounds:
        with clock.ahead(timedelta(minutes=minutes)):
            while await worker.process_one():
                pass
    await worker.settle()
    with database.transaction() as session:  # what is still to be tried is no business of the next relay
        rows = sa.update(Outbound).where(col(Outbound.status) == OutboundStatus.DELAYED)
        session.execute(rows.values(status=OutboundStatus.CANCELLED))


async def play(people: People, scenarios: Sequence[Scenario], folder: Path) -> list[str]:
    """Everybody at once, those that want the same relay together; what was not as it should be."""
    cases = _cases(scenarios, folder)
    async with AsyncExitStack() as stage:
        zone = stage.enter_context(dns_server.serving())
        settings = configuration.current().model_copy(update={"dns_nameservers": zone.nameservers})
        configuration.use(settings)
        port = await _raise_curtain(stage, cases)
        for case in cases:
            _publish(zone, case)
        trust = folder / "trust.pem"
        trust.write_text(_known(folder))
        groups = itertools.groupby(sorted(cases, key=_group), key=_group)
        for (tls, slow, private), members in groups:
            patience = IMPATIENT if slow else Patience(parting=30)
            policy = Policy("mailroom.test", port, tls, not private, patience, str(trust))
            some = list(members)
            most = max(len(case.scenario.attempts) for case in some)
            await _play(people, some, DirectToMx(policy), ROUNDS[:most])
    return [fault for case in cases for fault in case.faults()]


def _known(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("a.*.pem"))


def _group(case: Case) -> tuple[Tls, bool, bool]:
    return case.scenario.tls, case.scenario.slow, case.scenario.private


async def _raise_curtain(stage: AsyncExitStack, cases: Sequence[Case]) -> int:
    """Every server on an address of its own, all on one port, as in the world."""
    probe = await asyncio.start_server(lambda reader, writer: None, "127.3.3.3", 0)
    port = int(probe.sockets[0].getsockname()[1])
    await stage.enter_async_context(probe)
    for case in cases:
        await stage.enter_async_context(listening(case.servers[0], case.place, port))
        for other in case.servers[1:]:
            await stage.enter_async_context(listening(other, case.place.replace("127.1.", "127.2."), port))
        if case.scenario.deaf:
            stage.enter_context(deaf(case.scenario.deaf, port))
    return port


@pytest.mark.figures
@pytest.mark.timeout(400)
async def test_hostile_servers(
    acme: People, settings: Settings, tmp_path: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 600)  # between two rounds
    assert len({each.name for each in SCENARIOS}) == len(SCENARIOS) >= 150
    faults = await play(acme, SCENARIOS, tmp_path)
    assert not faults, "\n".join(faults)
    figures.share("Delivery to hostile servers", "scenarios as they should be", len(SCENARIOS) - len(faults),
                  len(SCENARIOS), least=1)  # fmt: skip
