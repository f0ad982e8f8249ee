"""The mbox file (RFC 4155 and its elders): messages cut out of a stream, and escaped to go into one.

mboxo and mboxrd escape a `From ` in the text with `>`, mboxcl and mboxcl2 count with Content-Length. Memory is that of
the largest message taken: of what is larger only the length is known.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

PIECE = 1 << 16  # of a line that has no end
TOO_LARGE = "It is larger than a message may be."
_DATED = re.compile(rb"\d{1,2}:\d\d(?::\d\d)?\s.*\b\d{4}\b|\b\d{4}\b.*\d{1,2}:\d\d|^From - ")
_CTIME = re.compile(rb"^From .*\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?::\d\d)? .*\d{4}\s*$")
_FIELD = re.compile(rb"^[!-9;-~]+[ \t]*:")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_BARE = re.compile(rb"^From ", re.MULTILINE)
_ESCAPE = re.compile(rb"^(>*From )", re.MULTILINE)
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,13})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_WHEN = re.compile(rb"([A-Z][a-z]{2})\s+(\d{1,2}) (\d\d):(\d\d)(?::(\d\d))?\s.*?(\d{4})\s*$")


@dataclass(slots=True)
class Cut:
    """One message; `end` is where the next begins, `content` empty for one that is too large."""

    content: bytes
    end: int
    at: datetime | None
    is_too_large: bool = False


def escaped(content: bytes, at: datetime) -> bytes:
    """The message as an entry of an mboxrd file: its bytes, a From line before and a line end after them."""
    when = at.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y").encode()
    return b"From MAILER-DAEMON " + when + b"\n" + _ESCAPE.sub(rb">\1", content) + b"\n"


def is_mbox(head: bytes) -> bool:
    return head.startswith(b"From ")


class _Lines:
    """Lines of a stream, one looked at ahead; a line may come in pieces. CR alone ends lines where no LF does."""

    def __init__(self, stream: IO[bytes], start: int) -> None:
        stream.seek(0)
        head = stream.read(PIECE)
        self._cr_only = b"\n" not in head and b"\r" in head
        stream.seek(start)
        self._stream: IO[bytes] = io.BufferedReader(_Turned(stream), PIECE) if self._cr_only else stream
        self.place = start
        self.ahead = self._stream.readline(PIECE)

    def next(self) -> bytes:
        line = self.ahead
        self.place += len(line)
        self.ahead = self._stream.readline(PIECE) if line else b""
        return line

    def counted(self, length: int, most: int) -> bytes | None:
        """The next `length` bytes if a message ends with them, else None and nothing is taken."""
        stream, place = self._stream, self.place
        if self._cr_only or length > most:
            return None
        stream.seek(place)
        content, after = stream.read(length), stream.read(64)
        blank = after.startswith((b"\nFrom ", b"\r\nFrom ", b"From ")) or not after.strip(b"\r\n")
        is_whole = len(content) == length and blank
        stream.seek(place + length if is_whole else place)
        self.place = stream.tell()
        self.ahead = stream.readline(PIECE)
        return content if is_whole else None


class _Turned(io.RawIOBase):
    """A stream whose CR are LF, byte for byte, so that places stay what they are."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(piece)] = piece
        return len(piece)


def cut(stream: IO[bytes], start: int, most: int) -> Iterator[Cut]:
    """The messages of a seekable mbox from the byte `start` on, which is where one begins."""
    lines = _Lines(stream, start)
    while lines.ahead and not lines.ahead.startswith(b"From "):
        lines.next()  # what stands before the first message
    while lines.ahead:
        at = _when(lines.next())
        message = _Message(most)
        _read(lines, message)
        yield Cut(message.content(), lines.place, at, message.is_too_large)


class _Message:
    """The lines of one message; once they are too many, none."""

    def __init__(self, most: int) -> None:
        self._parts: list[bytes] = []
        self._size, self._most = 0, most
        self._counted = False
        self.is_too_large = False

    def add(self, line: bytes) -> None:
        self._size += len(line)
        if self._size > self._most + 2:
            self.is_too_large = True
            self._parts.clear()
        else:
            self._parts.append(line)

    def head(self) -> bytes:
        return b"".join(self._parts)

    def take_body(self, body: bytes) -> None:
        self._parts.append(body)
        self._counted = True

    def content(self) -> bytes:
        """Without the blank line that parts it from the next, and without the escapes."""
        if self.is_too_large or not self._parts:
            return b""
        whole = b"".join(self._parts)
        if not self._counted:
            whole = _without_last_line_end(whole)
        # an unescaped From in the text of a counted message: mboxcl2, which escapes nothing
        return whole if self._counted and _BARE.search(whole) else _QUOTED.sub(rb"\1", whole)


def _without_last_line_end(whole: bytes) -> bytes:
    if whole.endswith(b"\n\r\n"):
        return whole[:-2]
    if whole.endswith(b"\n\n"):
        return whole[:-1]
    ends_alone = whole.endswith(b"\n") and not whole.endswith(b"\r\n") and b"\r\n" in whole
    return whole[:-1] if ends_alone else whole  # ours, of a message without a last line end


def _read(lines: _Lines, message: _Message) -> None:
    in_head, begins, after_blank = True, True, False
    while lines.ahead:
        if begins and lines.ahead.startswith(b"From ") and _parts(lines, after_blank):
            return
        line = lines.next()
        message.add(line)
        is_blank = begins and line in {b"\n", b"\r\n"}
        begins, after_blank = line.endswith(b"\n"), is_blank
        if in_head and is_blank:
            in_head = False
            body = _counted(lines, message)
            if body is not None:
                message.take_body(body)
                while lines.ahead in {b"\n", b"\r\n"}:
                    lines.next()
                if not lines.ahead or lines.ahead.startswith(b"From "):
                    return


def _counted(lines: _Lines, message: _Message) -> bytes | None:
    found = _LENGTH.search(message.head())
    return lines.counted(int(found[1]), message._most) if found else None


def _parts(lines: _Lines, after_blank: bool) -> bool:
    """Whether the line ahead begins a message, rather than a sentence."""
    return bool(_DATED.search(lines.ahead)) if after_blank else bool(_CTIME.match(lines.ahead))


def _when(line: bytes) -> datetime | None:
    found = _WHEN.search(line)
    if found is None or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(each or 0) for each in found.groups()[1:])
    try:
        return datetime(year, _MONTHS[found[1]], day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
