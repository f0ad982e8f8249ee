"""What follows DATA, in whatever pieces the network brings it: where it ends, and whether it may be taken."""

import io

LINE_END = b"\r\n"
END = b"\r\n.\r\n"
LAST = b".\r\n"
LONGEST_LINE = 1 << 18


class Body:
    """One message on its way in. Only CR LF . CR LF ends it (RFC 5321 4.1.1.4): nothing else a client may call an
    end splits a message in two, and a message with a bare CR or LF is refused whole."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._tail = LINE_END
        self._newlines = io.IncrementalNewlineDecoder(None, translate=False)
        self._stuffed = False
        self.size = 0

    def feed(self, chunk: bytes) -> bytes | None:
        """None while the end has not come; then what the client sent after it."""
        end = self._end(chunk)
        rest = None
        if end >= 0:
            chunk, rest = chunk[:end], chunk[end:]
        self.size += len(chunk)
        self._newlines.decode(chunk.decode("latin-1"), rest is not None)
        if self.size <= self._limit + len(LAST):
            self._pieces.append(chunk)
        else:
            self._pieces.clear()
        self._tail = (self._tail + chunk)[-4:] if len(chunk) < 4 else chunk[-4:]
        return rest

    def _end(self, chunk: bytes) -> int:
        """Index in `chunk` just behind the end, which may have begun in earlier pieces; -1 if it is not there."""
        seam = self._tail + chunk[:4]
        at = seam.find(END)
        if 0 <= at < len(self._tail):
            self._stuffed = self._stuffed or at > 0
            return at + len(END) - len(self._tail)
        if b"\r\n." in seam:
            self._stuffed = True
        at = chunk.find(b"\r\n.")
        if at < 0:
            return -1
        if not chunk.startswith(END, at):
            self._stuffed = True
            at = chunk.find(END, at)
        return at + len(END) if at >= 0 else -1

    @property
    def is_too_large(self) -> bool:
        return self.size > self._limit + len(LAST)

    def fault(self) -> str:
        """Why the message must be refused, in a few words; "" if it may be taken."""
        kinds = self._newlines.newlines
        if kinds not in (None, "\r\n"):
            return "bare <LF> received" if "\n" in kinds else "bare <CR> received"
        if self.size > LONGEST_LINE and _has_overlong_line(b"".join(self._pieces)):
            return f"a line is longer than {LONGEST_LINE} octets"
        return ""

    def content(self) -> bytes:
        """The message as its author wrote it: without the final dot and without transparency (RFC 5321 4.5.2)."""
        content = b"".join(self._pieces)[: -len(LAST)]
        if self._stuffed:
            content = content.removeprefix(b".").replace(b"\r\n.", LINE_END)
        return content


def _has_overlong_line(content: bytes) -> bool:
    """Look for a line end in each window of the longest line: a few steps, however long the content."""
    start = 0
    while len(content) - start > LONGEST_LINE:
        found = content.rfind(b"\n", start, start + LONGEST_LINE)
        if found < 0:
            return True
        start = found + 1
    return False
