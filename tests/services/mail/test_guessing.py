"""Short words without a label, as they come in subjects, in the charsets of the countries that leave labels out."""

import time
from pathlib import Path

import pytest

from services.mail.charsets import decode
from services.mail.guessing import likeliest


def words() -> list[tuple[str, str]]:
    """`words.txt`: a charset, and below it what mail in it says."""
    found: list[tuple[str, str]] = []
    charset = ""
    for line in (Path(__file__).parent / "words.txt").read_text().splitlines():
        if line.startswith("  "):
            found.append((charset, line.strip()))
        else:
            charset = line.rstrip(":")
    return found


@pytest.mark.parametrize(("charset", "word"), words())
def test_words(charset: str, word: str) -> None:
    assert decode(word.encode(charset)) == word


def test_of_a_long_text_a_part_is_looked_at_and_may_end_within_a_character() -> None:
    started = time.thread_time()
    for lead in range(4):
        assert likeliest(b"a" * lead + "ご注文ありがとうございます。".encode("euc-jp") * 100_000) == "euc_jp"
    assert time.thread_time() - started < 15


def test_wide_characters() -> None:
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        assert decode("Grüße aus Köln".encode(codec)) == "Grüße aus Köln"


def test_nothing_is_guessed_of_what_none_has() -> None:
    assert decode(bytes(range(128, 256)))
