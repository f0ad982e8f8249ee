"""Bytes become the text that was meant, and always text that a database takes."""

import time

import pytest

from services.mail.charsets import codec_of, decode, one_line, scrub


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“quoted” – €".encode("cp1252"), "iso-8859-1", "“quoted” – €"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("cp1252"), "", "Grüße"),
        ("日本語のメールです".encode("iso2022_jp"), "", "日本語のメールです"),
        ("日本語".encode("shift_jis"), "x-sjis", "日本語"),
        ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어"),
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        (b"Fr+APY-sche", "unicode-1-1-utf-7", "Frösche"),
        ("ok".encode("utf-16"), "utf-16", "ok"),
        (b"plain", "no-such-charset", "plain"),
        (b"7a69706d65", "hex", "7a69706d65"),
        (b"xn--bcher-kva", "idna", "xn--bcher-kva"),
    ],
)
def test_decoded(data: bytes, charset: str, expected: str) -> None:
    assert decode(data, charset) == expected


def test_long_russian_without_a_label() -> None:
    text = "Здравствуйте! Мы получили ваше письмо и ответим на него завтра утром. " * 5
    assert decode(text.encode("cp1251")) == text


def test_never_what_postgresql_refuses() -> None:
    assert scrub("a\0b\ud800c") == "ab\ufffdc"
    for charset in ("utf-8", "utf-7", "utf-16", "iso-8859-1", "gb2312", "", "big5"):
        text = decode(bytes(range(256)) * 3 + b"+2AA-\xed\xa0\x80", charset)
        assert "\0" not in text
        text.encode("utf-8")


def test_no_codec_that_is_not_for_text() -> None:
    assert [codec_of(name) for name in ("zip", "rot13", "base64", "unicode_escape", "idna", "")] == [""] * 6


def test_one_line() -> None:
    assert one_line("a\r\n b\tc\x00\x1bd") == "a  b c d"


def test_a_guess_takes_no_time() -> None:
    started = time.thread_time()
    decode(bytes(range(128, 256)) * 40_000)
    assert time.thread_time() - started < 15


def test_labels_that_lie() -> None:
    assert decode("Zażółć".encode(), "iso-8859-1") == "Zażółć"
    assert decode("Köln".encode("latin-1"), "iso-8859-1") == "Köln"
    assert decode(b"caf\xe9", "x-unknown") == "café"
    assert decode("\ufeffhi".encode(), "utf-8") == "hi"
    assert decode("hi\n".encode("utf-16-le") + b"\n", "utf-16le") == "hi\n"
