"""What was made to be slow is read to its end; where reading was quadratic these took half a minute each."""

import time

import pytest

from services.mail.message import parse, part_content

LONG = 100_000
SLOW = {
    "address of one long word": b"To: " + b"a" * LONG + b"\n\n",
    "reference of one long word": b"References: " + b"a" * LONG + b"\n\n",
    "parentheses": b"To: " + b"(" * LONG + b"\n\n",
    "escapes": b'To: "' + b'"\\' * (LONG // 2) + b"\n\n",
    "unfinished words": b"Subject: " + b"=?a?q?x" * (LONG // 7) + b"\n\n",
    "parameters": b"Content-Type: text/plain" + b"; a=b" * (LONG // 5) + b"\n\n",
    "continuations": b"Content-Disposition: attachment"
    + b"".join(b"; filename*%d*=%%41" % number for number in range(4_000))
    + b"\n\n",
    "dates": b"Date: " + b"1 " * (LONG // 2) + b"\n\n",
    "fields": b"X: y\n" * LONG + b"\n",
    "parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 10_000,
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(2_000)),
    "paddings": b"Content-Transfer-Encoding: base64\nContent-Type: a/b\n\n" + b"QUI=\n" * 200_000,
    "beginnings": b"\n\n" + b"begin 644 a\n" * 50_000 + b"end\n",
    "metas": b"Content-Type: text/html\n\n" + b"<meta " * LONG,
    "locations": b"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"
    + b"<p src='a5'>" * 20_000
    + b"".join(b"\n--x\nContent-Type: image/png\nContent-Location: a%d\n\nx" % number for number in range(900)),
}


@pytest.mark.parametrize("name", sorted(SLOW))
def test_it_ends(name: str) -> None:
    started = time.thread_time()
    parsed = parse(SLOW[name])
    assert not parsed.error or "read" in parsed.error or "left" in parsed.error
    if parsed.parts:
        assert part_content(SLOW[name], parsed.parts[0].index)[0] == parsed.parts[0] or parsed.parts[0].inline
    assert time.thread_time() - started < 20
