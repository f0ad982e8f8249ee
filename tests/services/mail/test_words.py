"""Encoded words, as RFC 2047 has them and as mail has them."""

import pytest

from services.mail.words import decode_words, field_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?= now", "café now"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?iso-8859-1*de?Q?Gr=FC=DFe_dort?=", "Grüße dort"),
        ("Re: =?utf-8?q?x y?= z", "Re: x y z"),
        ("=?iso-8859-1?Q?Fr\u00f6sche?=", "Frösche"),
        ("=?x-nowhere?q?abc?=", "abc"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-8?b?YeKArmdwLmV4ZQ==?=", "a gp.exe"),  # U+202E, by which a name would be read backwards
        ("=?broken", "=?broken"),
        ("=?utf-8?b?%%%?=", ""),
    ],
)
def test_words(written: str, read: str) -> None:
    assert decode_words(written) == read


def test_a_character_cut_in_two() -> None:
    assert decode_words("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=") == "café"


def test_fields_are_unfolded() -> None:
    assert field_text(b"one\r\n\ttwo\n three ") == "one two three"


def test_words_without_their_end_and_with_marks_of_their_own() -> None:
    assert decode_words("=?utf-8?Q?no end =C3=A9") == "no end é"
    assert decode_words("=?utf-8?B?a2VpbiBFbmRlIMOp") == "kein Ende é"
    assert decode_words("=?utf-8?Q?what?_now?=") == "what? now"
    assert decode_words("=?utf-8?Q?a?_b=3F?= =?utf-8?q?_c?=") == "a? b? c"
    assert decode_words("=?utf-8?B?SGVsbG8sIA==d8O2cmxk?=") == "Hello, wörld"


def test_no_field_turns_the_words_after_it_around() -> None:
    name = "\u05d9\u05d5\u200f"  # what only marks a direction stays
    assert field_text(f"\u202eEvil\u2066{name} <a@b.test>".encode()) == f" Evil {name} <a@b.test>"
