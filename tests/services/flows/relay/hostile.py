"""Mail servers that misbehave byte by byte: what each says in which state, and what it was given."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

EXTENSIONS = ("PIPELINING", "SIZE 10000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


class Do(Enum):
    CLOSE = auto()  # after what was said has left
    DROP = auto()  # at once, with a reset
    HANG = auto()  # say nothing any more
    TLS = auto()  # shake hands
    TAKE = auto()  # keep the message whatever is said about it


Action = str | bytes | Do
Turn = Action | tuple[Action, ...]
DEFAULTS: Mapping[str, Turn] = {
    "greeting": "220 hostile.test ESMTP",
    "HELO": "250 hostile.test",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "end": "250 2.0.0 taken",
    "RSET": "250 2.0.0 ok",
    "QUIT": ("221 2.0.0 bye", Do.CLOSE),
    "STARTTLS": ("220 2.0.0 go on", Do.TLS),
}


@dataclass(frozen=True)
class Given:
    """One whole message with its envelope; `wire` is how it came, up to the line end before its final dot."""

    reverse_path: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    wire: bytes = b""


@dataclass
class Hostile:
    """`answers` says for each state what is done at its first, second … time; afterwards as a good server would."""

    answers: Mapping[str, Sequence[Turn]] = field(default_factory=dict)
    extensions: Sequence[str] = EXTENSIONS
    tls: ssl.SSLContext | None = None
    dripping: bool = False  # byte by byte
    forgetful: bool = False  # of what came in one piece only the first command is heard
    whole: list[Given] = field(default_factory=list)
    taken: list[Given] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    connections: int = 0
    _turns: dict[str, Iterator[Turn]] = field(default_factory=dict)

    def turn(self, state: str) -> tuple[Action, ...]:
        turns = self._turns.setdefault(state, iter(self.answers.get(state, ())))
        turn = next(turns, None)
        if turn is None:
            turn = self._greeted() if state == "EHLO" else DEFAULTS.get(state, "500 5.5.1 what?")
        return turn if isinstance(turn, tuple) else (turn,)

    def _greeted(self) -> str:
        names = ["hostile.test", *self.extensions, *(["STARTTLS"] if self.tls else [])]
        return "\r\n".join([*(f"250-{name}" for name in names[:-1]), f"250 {names[-1]}"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            await _Session(self, reader, writer).run()
        writer.close()


class _Session:
    """One connection; it ends by OSError."""

    def __init__(self, server: Hostile, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.input = b""
        self.encrypted = False
        self.reverse_path = ""
        self.recipients: list[str] = []

    async def run(self) -> None:
        await self._do("greeting")
        while True:
            line = await self._until(b"\r\n")
            if self.server.forgetful:
                self.input = b""
            text = line.decode("utf-8", "replace").strip()
            self.server.heard.append(text)
            await self._command(text[:4].upper() if text[:8].upper() != "STARTTLS" else "STARTTLS", text)

    async def _command(self, verb: str, text: str) -> None:
        said = await self._do(verb)
        address = text.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            self.reverse_path, self.recipients = address, []
        elif verb == "RCPT" and said.startswith(b"25"):
            self.recipients.append(address)
        elif verb == "DATA" and said.startswith(b"354"):
            await self._message()

    async def _message(self) -> None:
        self.input = b"\r\n" + self.input
        wire = (await self._until(b"\r\n.\r\n"))[:-3]
        content = wire.replace(b"\r\n..", b"\r\n.")[2:]
        if not content:
            await self._do("RSET")
            return
        given = Given(self.reverse_path, tuple(self.recipients), content, self.encrypted, wire)
        self.server.whole.append(given)
        turn = self.server.turn("end")
        if Do.TAKE in turn or b"\n2" in b"\n" + b"".join(map(_wire, turn)):
            self.server.taken.append(given)
        await self._act(turn)

    async def _do(self, state: str) -> bytes:
        return await self._act(self.server.turn(state))

    async def _act(self, turn: tuple[Action, ...]) -> bytes:
        said = b"".join(_wire(each) for each in turn)
        for action in turn:
            if action is Do.DROP:
                self.writer.transport.abort()
            if action in (Do.CLOSE, Do.DROP):
                raise ConnectionError
            if action is Do.HANG:
                while await self.reader.read(65536):
                    pass
                raise ConnectionError
            if action is Do.TLS:
                await self._shake_hands()
            await self._say(_wire(action))
        return said

    async def _say(self, data: bytes) -> None:
        pieces = [bytes([each]) for each in data] if self.server.dripping else [data]
        for piece in pieces if data else ():
            self.writer.write(piece)
            await self.writer.drain()
            if self.server.dripping:
                await asyncio.sleep(0)

    async def _shake_hands(self) -> None:
        assert self.server.tls is not None
        await self.writer.start_tls(self.server.tls)
        self.encrypted = True

    async def _until(self, end: bytes) -> bytes:
        while end not in self.input:
            data = await self.reader.read(65536)
            if not data:
                raise ConnectionError
            self.input += data
        found, _, self.input = self.input.partition(end)
        return found + end


def _wire(action: Action) -> bytes:
    if isinstance(action, bytes):
        return action
    return f"{action}\r\n".encode() if isinstance(action, str) else b""


@asynccontextmanager
async def listening(server: Hostile, host: str, port: int) -> AsyncIterator[int]:
    async with await asyncio.start_server(server.serve, host, port, limit=1 << 20) as made:
        yield int(made.sockets[0].getsockname()[1])


@contextmanager
def deaf(host: str, port: int) -> Iterator[None]:
    """A port where connections are neither taken nor refused: its queue is full."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as opened:
        ear = opened.enter_context(socket.socket(family))
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((host, port))
        ear.listen(0)
        for _ in range(3):
            waiting = opened.enter_context(socket.socket(family))
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        yield
