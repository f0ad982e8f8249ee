"""How often what a person wrote is told from what is quoted; the best tool known gets 64 of 82 such pairs."""

import json
from collections.abc import Iterator
from pathlib import Path

from services.mail.message import body_text, parse
from services.mail.quoting import split_html, split_text
from services.mail.sanitize import to_text

FLOOR = 70


def pairs(corpora: Path) -> Iterator[tuple[str, list[str]]]:
    """A mail's text and what its collectors take for the answer in it."""
    folder = corpora / "reply-stripping"
    for path in sorted((folder / "discourse" / "trimmed").glob("*.txt")):
        yield (folder / "discourse" / "emails" / path.name).read_text(), [path.read_text()]
    for vector in json.loads((folder / "crisp" / "vectors.json").read_text()):
        if vector.get("expected_reply"):
            yield vector["input"], vector["expected_reply"]
    for vector in json.loads((folder / "talon" / "vectors.json").read_text()):
        if "plain" in vector["fn"]:
            yield vector["input"], [vector["expected"]]


def folded(text: str) -> str:
    return " ".join(text.split())


def test_answers_in_plain_text(corpora: Path) -> None:
    tried = exact = 0
    for text, expected in pairs(corpora):
        new, _ = split_text(text)
        tried += 1
        exact += folded(new) in [folded(each) for each in expected]
        assert new.strip() or not any(each.strip() for each in expected)
    assert tried == 82
    assert exact >= FLOOR


def test_nothing_is_lost(mails: list[Path]) -> None:
    """New and quoted together have every word of the text, and something new always stays."""
    for path in mails:
        text = body_text(parse(path.read_bytes()))
        new, quoted = split_text(text)
        assert sorted((new + "\n" + quoted).split()) == sorted(text.split()), path
        assert new.strip() or not text.strip(), path


def test_answers_of_real_clients(corpora: Path) -> None:
    """Gmail, Hotmail, Outlook, Windows Mail, Yandex: the answer alone stays."""
    for path in sorted((corpora / "reply-stripping" / "talon" / "fixtures" / "html_replies").glob("*.html")):
        new, quoted = split_html(path.read_text())
        assert quoted, path
        assert folded(to_text(new)).startswith(("Hi. I am fine.", "Hi. I am fine")), (path, to_text(new))
    for path in sorted((corpora / "reply-stripping" / "talon" / "fixtures" / "standard_replies").glob("*.eml")):
        new, _ = split_text(body_text(parse(path.read_bytes())))
        assert len(folded(new)) < 200, (path, new)
