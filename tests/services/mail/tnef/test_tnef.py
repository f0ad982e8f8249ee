"""winmail.dat: text, HTML out of compressed RTF, files, enclosed messages, and whatever bytes."""

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail import tnef
from services.mail.tnef import lzfu, rtf
from tests.services.mail.tnef.writing import attribute, file, message, stream, unicode, variable

# the examples of MS-OXRTFCP 4.1
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
WRAPPED = rb"""{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl {\f0\fswiss Arial;}}{\*\generator x;}{\*\htmltag64 <p>}
\htmlrtf {\f1 \htmlrtf0 caf\'e9 \{x\} \u8364?{\*\htmltag84 <br>}\htmlrtf \line \htmlrtf0 b\htmlrtf }\htmlrtf0
{\*\htmltag72 </p>}}"""
SAMPLE = stream(
    attribute(1, 0x9007, struct.pack("<II", 1252, 0)),
    message(variable(0x102, 0x8123, b"named"), unicode(0x1000, "plain"), variable(0x102, 0x1009, HELLO)),
    file("a.txt", b"content", unicode(0x3707, "a longer name.txt"), unicode(0x370E, "text/plain")),
)


def test_the_specifications_examples_expand() -> None:
    assert lzfu.expand(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert lzfu.expand(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_rtf_is_read_as_its_html_or_as_text() -> None:
    assert rtf.read(WRAPPED) == ("<p>cafй {x} €<br>b</p>", "")
    assert rtf.read(b"{\\rtf1\\ansi one\\par two{\\*\\hidden x}}") == ("", "one\ntwo")
    assert rtf.read(b"no rtf") == ("", "")


def test_text_and_files() -> None:
    contents = tnef.read(SAMPLE)
    assert contents.text == "plain"
    assert [(each.filename, each.content_type, each.content) for each in contents.files] == [
        ("a longer name.txt", "text/plain", b"content")
    ]


def test_html_comes_before_rtf() -> None:
    html = variable(0x102, 0x1013, b"<p>hello</p>")
    assert tnef.read(stream(message(html, variable(0x102, 0x1009, HELLO)))).html == "<p>hello</p>"


def test_an_enclosed_message_gives_its_text_and_its_files() -> None:
    inner = stream(message(unicode(0x1000, "within")), file("b.txt", b"b"))
    outer = stream(file("The message", b"", variable(0x0D, 0x3701, bytes(16) + inner)))
    assert [(each.filename, each.content) for each in tnef.read(outer).files] == [
        ("The message.txt", b"within"),
        ("b.txt", b"b"),
    ]


def test_messages_enclosed_without_end_are_left() -> None:
    data = stream(message(unicode(0x1000, "x")))
    for _ in range(50):
        data = stream(file("m", b"", variable(0x0D, 0x3701, bytes(16) + data)))
    assert len(tnef.read(data).files) < 50


def test_an_expansion_has_an_end() -> None:
    repeating = struct.pack("<I", 4_000_000_000) * 2 + b"LZFu" + bytes(4) + (b"\xff" + b"\x00\x0f" * 8) * 100_000
    assert len(lzfu.expand(repeating)) <= lzfu.LONGEST + 200


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(SAMPLE)), st.integers(0, len(SAMPLE)))
def test_whatever_bytes(junk: bytes, at: int, to: int) -> None:
    contents = tnef.read(SAMPLE[:at] + junk + SAMPLE[to:])
    (contents.text + contents.html + "".join(each.filename for each in contents.files)).encode()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_rtf(junk: bytes) -> None:
    html, text = rtf.read(b"{\\rtf1" + junk)
    (html + text).encode()
    lzfu.expand(HELLO[:16] + junk)
