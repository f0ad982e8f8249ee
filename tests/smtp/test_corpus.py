"""Byte-exact sessions from outside (RELIABILITY B11, B12), replayed together; each client has its own address."""

import asyncio
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services import database
from services.settings import Settings
from smtp.listener import Listener, serve
from tests.conftest import People
from tests.smtp.conftest import Client, add_alias, add_domain, stored

CORPUS = Path(__file__).parent.parent.parent.parent / "shared" / "corpora" / "smtp"
QUIET = 0.6  # seconds without a word that count as "nothing more comes"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="left out: ../shared/corpora/smtp is not here")


def sessions() -> list[dict[str, Any]]:
    return json.loads((CORPUS / "sessions.json").read_text()) if CORPUS.exists() else []


async def drain(client: Client) -> None:
    try:
        while await asyncio.wait_for(client.reader.read(1 << 16), QUIET):
            pass
    except (TimeoutError, ConnectionError):
        pass


async def expect(client: Client, pattern: str, offered: set[str]) -> str:
    """What went wrong, or ""."""
    try:
        reply = await client.reply()
    except (TimeoutError, ConnectionError) as error:
        return f"wanted {pattern}, got {error!r}"
    offered.update(line[4:].split(" ")[0].upper() for line in client.lines)
    return "" if re.fullmatch(pattern, reply[:3]) else f"wanted {pattern}, got {reply!r}"


async def replay(port: int, address: str, session: dict[str, Any]) -> str:
    client = await Client.to(port, address=address, greet=False)
    offered: set[str] = set()
    for operation, argument in session["steps"]:
        if operation == "send":
            is_greeting = argument.upper().startswith(("EHLO", "HELO"))
            if session.get("needs") and session["needs"] not in offered and not is_greeting:
                return "skipped"
            client.writer.write(argument.encode("latin-1"))
        elif operation == "expect":
            fault = await expect(client, argument, offered)
            if fault:
                return fault
        elif operation == "drain":
            await drain(client)
        elif operation == "close":
            break
    client.writer.close()
    return ""


def judge(want: dict[str, Any], count: int, senders: set[str]) -> str:
    if want.get("messages") is not None and count != want["messages"]:
        return f"{count} messages instead of {want['messages']}"
    if count > want.get("max_messages", 10):
        return f"{count} messages, at most {want['max_messages']}"
    return "smuggled" if want.get("no_envelope_sender") in senders else ""


@pytest.fixture
def example_com(people: People) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "example.com")
        for name in ["recipient", *(f"recipient{number}" for number in range(1001))]:
            add_alias(session, domain, name, people.mailbox_id)


async def test_every_session_goes_as_it_should(settings: Settings, example_com: None) -> None:
    listener: Listener = await serve(settings)
    played = [(f"127.0.1.{number}", session) for number, session in enumerate(sessions(), 1)]
    faults = await asyncio.gather(*(replay(listener.ports["smtp"], address, each) for address, each in played))
    alive = await Client.to(listener.ports["smtp"])
    assert await alive.say("NOOP") == "250 2.0.0 OK"
    await listener.close()
    taken = stored()
    counts = Counter(each.raw.peer for each in taken)
    failures = {}
    for (address, session), fault in zip(played, faults, strict=True):
        senders = {each.raw.reverse_path for each in taken if each.raw.peer == address}
        fault = fault or judge(session.get("want", {}), counts[address], senders)
        if fault and fault != "skipped":
            failures[session["id"]] = fault
    assert failures == {}


@pytest.mark.parametrize(
    "name", json.loads((CORPUS / "smuggling_sequences.json").read_text()) if CORPUS.exists() else []
)
async def test_nothing_else_ends_a_message(name: str, client: Client) -> None:
    """Each sequence some server somewhere takes for the end: one message comes of it, or none."""
    sequence = bytes.fromhex(json.loads((CORPUS / "smuggling_sequences.json").read_text())[name])
    smuggled = b"MAIL FROM:<evil@check.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubject: two\r\n\r\nx"
    reply = await client.send("support@acme.test", content=b"Subject: one\r\n\r\nx" + sequence + smuggled + b"\r\n")
    assert reply.startswith(("250 2.6.0", "550 5.5.2"))
    has_bare = sequence.replace(b"\r\n", b"").strip(b".\0\t \x0b\x85\xe2\x80\xa8") != b""
    assert reply.startswith("550 5.5.2 bare <") == has_bare
    assert [each.raw.reverse_path for each in stored()] == ([] if has_bare else ["ann@customer.test"])
    assert await client.say("NOOP") == "250 2.0.0 OK"
