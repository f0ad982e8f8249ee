"""Answers in the forms of many mail programs and languages: `tests/emails/replies` has each with what is new in it."""

import re
from pathlib import Path

import pytest

from services.mail.quoting import split_html, split_text
from services.mail.sanitize import clean, to_text

FOLDER = Path(__file__).parent.parent.parent.parent / "emails" / "replies"


def forms(name: str) -> list[object]:
    pieces = re.split(r"(?m)^#### (.*)\n", (FOLDER / name).read_text())[1:]
    return [pytest.param(mail, answer, id=name) for name, mail, _, answer in zip(*[iter(pieces)] * 4, strict=True)]


def folded(text: str) -> str:
    return " ".join(text.split())


TEXTS = ("text.txt", "more.txt", "newer.txt", "third.txt", "fourth.txt", "fifth.txt")
HYPERTEXTS = ("hypertext.txt", "hypertext_newer.txt", "hypertext_third.txt", "hypertext_fourth.txt")


@pytest.mark.parametrize(("mail", "answer"), [form for name in TEXTS for form in forms(name)])
def test_text(mail: str, answer: str) -> None:
    assert folded(split_text(mail)[0]) == folded(answer)


@pytest.mark.parametrize(("mail", "answer"), [form for name in HYPERTEXTS for form in forms(name)])
def test_hypertext(mail: str, answer: str) -> None:
    """As it came, and as the reader's frame gets it."""
    for html in (mail, clean(mail, remote=False, cid=lambda _: None).html):
        assert folded(to_text(split_html(html)[0])) == folded(answer)
