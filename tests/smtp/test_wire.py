"""However the network cuts it and whenever it comes: same answers in the same order, and nobody can flood us."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from services import reception
from services.settings import Settings
from smtp.listener import Listener, serve
from smtp.session import Session
from smtp.wire import CHUNK, LONGEST_LINE
from tests.conftest import People
from tests.smtp.conftest import PATIENCE, Client, stored, until
from tests.smtp.test_listener import certificate as certificate

OPENING = b"EHLO c.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n"
FIRST = b"Subject: 1\r\n\r\n..dot\r\n"
SECOND = b"Subject: 2\r\n\r\n"
BETWEEN = FIRST + b".\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<no@elsewhere.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n"
ENDING = SECOND + b".\r\nNOOP\r\nQUIT\r\n"
ANSWERS = ["220", "250", "250", "250", "354", "250", "250", "250", "550", "250", "354", "250", "250", "221"]


class Line(asyncio.Transport):
    """The transport's side of a session, by hand: what it was told, in the pieces it was told it."""

    def __init__(self, listener: Listener) -> None:
        super().__init__({"peername": ("192.0.2.1", 999)})
        self.pieces: list[bytes] = []
        self.paused = self.closed = False
        self.session = Session(listener._desk)
        self.session.connection_made(self)

    def write(self, data: Any) -> None:
        self.pieces.append(bytes(data))

    def write_eof(self) -> None:
        self.pieces.append(b"<eof>")

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        assert not self.paused
        self.paused = True

    def resume_reading(self) -> None:
        assert self.paused
        self.paused = False

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.session.connection_lost, None)

    abort = close

    @property
    def said(self) -> list[str]:
        """The code of each reply so far."""
        lines = b"".join(self.pieces).decode().splitlines()
        return [line[:3] for line in lines if line[3:4] == " "]

    async def hears(self, *pieces: bytes, answers: int) -> list[str]:
        """Hand in `pieces`, wait for that many answers in all."""
        for piece in pieces:
            self.session.data_received(piece)
        await until(lambda: len(self.said) >= answers)
        return self.said


class Gate:
    """Holds up what goes to disk."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def store(self, connection: Any, envelopes: list[reception.Envelope]) -> list[str]:
        self.open.wait(PATIENCE)
        return reception.store(connection, envelopes)


@pytest.fixture
def gate(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(listener._desk.writer, "_write", gate.store)
    yield gate
    gate.open.set()


async def test_cut_anywhere(listener: Listener) -> None:
    """The second of three pieces holds the end of a message, a refusal and the next transaction."""
    for at in range(1, len(BETWEEN)):
        line = Line(listener)
        await line.hears(OPENING, answers=5)
        await line.hears(BETWEEN[:at], BETWEEN[at:], answers=11)
        assert await line.hears(ENDING, answers=14) == ANSWERS, at
        assert line.closed
    contents = [each.raw.content.partition(b"Subject")[2] for each in stored()]
    assert contents == [b": 1\r\n\r\n.dot\r\n", b": 2\r\n\r\n"] * (len(BETWEEN) - 1)


async def test_byte_by_byte(listener: Listener) -> None:
    line = Line(listener)
    for text, answers in ((OPENING, 5), (BETWEEN, 11), (ENDING, 14)):
        await line.hears(*[text[at : at + 1] for at in range(len(text))], answers=answers)
    assert line.said == ANSWERS
    assert len(stored()) == 2


async def test_a_group_is_answered_in_one_piece(listener: Listener) -> None:
    line = Line(listener)
    await line.hears(OPENING, answers=5)
    assert len(line.pieces) == 2
    await line.hears(FIRST + b".\r\nNOOP\r\nNOOP\r\n", answers=8)
    assert len(line.pieces) == 3  # the answer to the message and to what waited behind it


async def test_what_comes_while_a_message_goes_to_disk_waits(listener: Listener, gate: Gate) -> None:
    line = Line(listener)
    await line.hears(OPENING, answers=5)
    await line.hears(FIRST + b".\r\nNO", b"OP\r\nFOO\r\nRS", answers=5)
    await asyncio.sleep(0.05)
    assert line.said == ANSWERS[:5]
    gate.open.set()
    assert await line.hears(b"ET\r\n", answers=9) == [*ANSWERS[:5], "250", "250", "500", "250"]


async def test_a_flood_while_a_message_goes_to_disk_is_held_back(listener: Listener, gate: Gate) -> None:
    line = Line(listener)
    await line.hears(OPENING, answers=5)
    await line.hears(FIRST + b".\r\n", b"RSET\r\nMAIL FROM:<>\r\n", answers=5)
    accepted = b"RCPT TO:<support@acme.test>\r\n"
    count = CHUNK // len(accepted) - 2
    line.session.data_received(accepted * count)
    assert not line.paused
    line.session.data_received(b"RCPT TO:<someone@elsewhere.test>\r\n" * 40)
    assert line.paused
    gate.open.set()
    await line.hears(answers=8 + count)
    assert line.said[-1] == "421" and not line.paused  # too many errors: it is read over for a moment, then closed


async def test_who_does_not_take_the_answers_is_not_obeyed(listener: Listener) -> None:
    line = Line(listener)
    line.session.pause_writing()
    line.session.data_received(b"NOOP\r\n" * 3)
    assert line.said == ["220"]
    line.session.data_received(b"MAIL FROM:<" + b"x" * CHUNK)
    assert line.paused
    line.session.resume_writing()
    assert line.said == ["220", "250", "250", "250", "500"]  # and the line without end


async def test_of_a_line_without_end_little_is_kept(listener: Listener) -> None:
    """Whoever sends it slowly costs us no more than its octets; it is one command, answered once."""
    line = Line(listener)
    for _ in range(400):
        line.session.data_received(b"NOOP " + b"x" * 195)
        assert len(line.session._input) <= LONGEST_LINE
    assert await line.hears(b"\r\nNOOP\r", b"\n", answers=3) == ["220", "500", "250"]
    for _ in range(3):
        line.session.data_received(b"x" * (CHUNK // 2))
    assert line.said == ["220", "500", "250", "500"] and b"<eof>" in line.pieces


async def test_half_closed_while_a_message_goes_to_disk(listener: Listener, gate: Gate) -> None:
    line = Line(listener)
    await line.hears(OPENING, FIRST[:0], answers=5)
    line.session.data_received(FIRST + b".\r\nNOOP\r\nMAIL FR")
    assert line.session.eof_received()
    assert not line.closed
    gate.open.set()
    assert await line.hears(answers=7) == [*ANSWERS[:5], "250", "250"]
    assert line.closed and len(stored()) == 1


async def test_the_last_word_comes_after_the_answer(listener: Listener, gate: Gate) -> None:
    line = Line(listener)
    await line.hears(OPENING, answers=5)
    line.session.data_received(FIRST + b".\r\nNOOP\r\n")
    line.session.end("421 4.3.2 Closing")
    assert line.said == ANSWERS[:5]
    gate.open.set()
    assert await line.hears(answers=7) == [*ANSWERS[:5], "250", "421"]
    assert line.pieces[-1] == b"<eof>"


async def test_a_client_that_left_meanwhile_hurts_nobody(listener: Listener, gate: Gate) -> None:
    line = Line(listener)
    await line.hears(OPENING, answers=5)
    line.session.data_received(FIRST + b".\r\n")
    line.session.connection_lost(ConnectionResetError())
    gate.open.set()
    other = Line(listener)
    await other.hears(OPENING, FIRST + b".\r\n", answers=6)
    assert line.said == ANSWERS[:5] and len(stored()) == 2


async def test_failed_handshakes_do_not_add_up(
    settings: Settings, addresses: People, certificate: dict[str, str]
) -> None:
    """A server that cannot speak our TLS comes back; each of its connections counts no longer than it is open."""
    listener = await serve(settings.model_copy(update=certificate | {"max_connections_per_address": 2}))
    for _ in range(4):
        client = await Client.to(listener.ports["smtp"])
        await client.say("STARTTLS")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await client.writer.start_tls(ssl.create_default_context())  # does not trust us
        client.writer.close()
        leaving = await Client.to(listener.ports["smtp"])
        await leaving.say("STARTTLS")
        leaving.writer.transport.abort()
        await until(lambda: not len(listener._desk.register))
    await listener.close()
