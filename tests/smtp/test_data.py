"""The end of a message, however the network cuts it, against the plainest way to find it."""

import random

import pytest

from smtp import data
from smtp.data import Body

PIECES = [b"\r\n", b".", b"\r\n.", b"a", b"\r\n.\r\n", b"\r", b"\n", b"\r\n..", b"\n.\r\n", b"\r\n.\n", b"xyz"]


def plainly(stream: bytes) -> tuple[bytes, bytes] | None:
    """Content and what follows it, found in one piece."""
    content, end, rest = (b"\r\n" + stream).partition(b"\r\n.\r\n")
    return ((content + b"\r\n").replace(b"\r\n.", b"\r\n")[2:], rest) if end else None


def fed(stream: bytes, cut: random.Random) -> tuple[Body, bytes | None]:
    body, at, rest = Body(1000), 0, None
    while at < len(stream) and rest is None:
        step = cut.randint(1, 7)
        rest = body.feed(stream[at : at + step])
        at += step
    return body, None if rest is None else rest + stream[at:]


def test_the_end_is_found_wherever_it_is_cut() -> None:
    chance = random.Random(5321)
    for _ in range(20_000):
        stream = b"".join(chance.choices(PIECES, k=chance.randint(1, 9)))
        body, rest = fed(stream, chance)
        wanted = plainly(stream)
        assert (wanted is None) == (rest is None), stream
        if wanted is None or rest is None:
            continue
        assert (body.content(), rest) == wanted, stream
        bare = stream[: len(stream) - len(rest)].replace(b"\r\n", b"")
        assert bool(body.fault()) == (b"\r" in bare or b"\n" in bare), stream


@pytest.mark.parametrize("content", [b"", b".", b"..\r\n.a\r\n", b"\r\n", b"a\r\n\r\n"])
def test_transparency(content: bytes) -> None:
    lines = content + (b"" if content in (b"", b"\r\n") or content.endswith(b"\r\n") else b"\r\n")
    stuffed = (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:]
    body = Body(100)
    assert body.feed(stuffed + b".\r\nQUIT\r\n") == b"QUIT\r\n"
    assert body.content() == lines


def test_too_large_is_noticed_and_not_kept() -> None:
    body = Body(100)
    assert body.feed(b"x" * 60) is None and not body.is_too_large
    assert body.feed(b"x" * 60) is None and body.is_too_large
    assert body.feed(b"\r\n.\r\n") == b"" and body.is_too_large


@pytest.mark.parametrize(("length", "refused"), [(data.LONGEST_LINE - 2, False), (data.LONGEST_LINE + 1, True)])
def test_overlong_lines(length: int, refused: bool) -> None:
    """Far beyond the 998 of RFC 5321, because real senders write such lines and we never break one."""
    body = Body(1 << 22)
    for piece in (b"Subject: x\r\n\r\n", b"y" * (length // 2), b"y" * (length - length // 2), b"\r\nend\r\n.\r\n"):
        rest = body.feed(piece)
    assert rest == b""
    assert bool(body.fault()) == refused
