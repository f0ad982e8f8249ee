"""Whatever is done to a message, parse gives an answer that a database takes, and its HTML stays inert."""

import random
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.mail import sanitize
from services.mail.message import body_text, parse, part_content
from services.mail.thread import ids
from tests.services.mail.message.test_containers import SIGNED, mixed, opaque
from tests.services.mail.message.test_containers import part as wrapping
from tests.services.mail.message.test_parse import MIXED
from tests.services.mail.tnef.test_tnef import SAMPLE

WRAPPED = mixed(
    b"--m\nContent-Type: text/html\n\n<p onclick=x()>a</p><script>x()</script><img src=cid:a onerror=x()>\n",
    wrapping(b"application/ms-tnef", SAMPLE),
    wrapping(b"application/pkcs7-mime; smime-type=signed-data", opaque(SIGNED)),
    b"--m\nContent-Type: text/plain; format=flowed\n\n> a \n> b\nbegin 644 a.bin\n#86%A\n`\nend\n",
    b"--m\nContent-Type: text/enriched\nContent-Disposition: attachment; filename*0*=utf-8''%41; filename*1=b\n\n<b>\n",
)
SEEDS = [
    MIXED,
    b"Subject: x\n\nhello",
    MIXED.replace(b"\n", b"\r\n"),
    b"Content-Type: message/rfc822\n\n" + MIXED,
    WRAPPED,
]
ACTIVE = re.compile(r'<\w+(?:\s+[\w-]+(?:="[^"]*")?)*\s+on\w+\s*=')  # outside of quotes
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mutate(raw: bytes, seed: int) -> bytes:
    """Cut, flip, repeat, nest, swap."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 6)):
        at, to = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
        deed = chance.randrange(6)
        if deed == 0:
            raw = raw[:at] + raw[to:]
        elif deed == 1:
            raw = raw[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 12))) + raw[at:]
        elif deed == 2:
            raw = raw[:to] + raw[at:to] * chance.randint(1, 4) + raw[to:]
        elif deed == 3:
            raw = b"Content-Type: multipart/mixed; boundary=outer\n\n--outer\n" + raw
        elif deed == 4:
            half = (at + to) // 2
            raw = raw[:at] + raw[half:to] + raw[at:half] + raw[to:]
        else:
            flipped = bytearray(raw)
            for _ in range(min(8, len(flipped))):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            raw = bytes(flipped)
    return raw[:200_000]


def check(raw: bytes) -> None:
    parsed = parse(raw)
    assert not parsed.error or "left" in parsed.error or "Only" in parsed.error, parsed.error
    written = [parsed.subject, parsed.text, parsed.html, body_text(parsed), *ids(parsed), parsed.message_id]
    written += [text for field in parsed.headers for text in field]
    written += [text for each in [parsed.author, *parsed.to, *parsed.cc] for text in (each.name, each.address)]
    for part in parsed.parts:
        written += [part.filename, part.content_type, part.content_id]
        assert part_content(raw, part.index)[0].size == part.size
        assert part.filename == part.filename.strip() and "/" not in part.filename
    shown = sanitize.clean(parsed.html, remote=False, cid=lambda name: None).html.lower()
    assert "<script" not in shown and not ACTIVE.search(shown)
    whole = "".join(written)
    assert "\0" not in whole
    whole.encode("utf-8")


@QUICK
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_mutated_messages(raw: bytes, seed: int) -> None:
    check(mutate(raw, seed))


@QUICK
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    check(raw)
