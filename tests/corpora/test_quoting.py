"""How often what a person wrote is told from what is quoted; the best tool known gets 64 of 82 such pairs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mail.message import body_text, parse
from services.mail.quoting import split_html, split_text
from services.mail.sanitize import clean, to_text
from tests.figures import Figures

FLOOR = 78  # of 82: new text found exactly, white space folded


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


# of the 82 kept-back pairs of the same three collections; measured by those who put them together
PEERS = {"discourse": 64, "crisp": 52, "zapier": 35, "mail-parser-reply": 32, "unchanged": 8}


def folded(text: str) -> str:
    return " ".join(text.split())


def counted(corpora: Path) -> dict[str, int]:
    """How many pairs there are, how many are met exactly, and how many answers came out empty; peers: `PEERS`."""
    found = {"pairs": 0, "exact": 0, "empty": 0}
    for text, expected in pairs(corpora):
        new, _ = split_text(text)
        found["pairs"] += 1
        found["exact"] += folded(new) in [folded(each) for each in expected]
        found["empty"] += not new.strip() and any(each.strip() for each in expected)
    return found


@pytest.mark.figures
def test_answers_in_plain_text(corpora: Path, figures: Figures) -> None:
    found = counted(corpora)
    assert found["pairs"] == 82
    others = ", ".join(f"{name} {right}" for name, right in PEERS.items())
    figures.share(
        "Quoted text", "answers found exactly", found["exact"], 82, least=FLOOR / 82, peers=f"of 82: {others}"
    )
    figures.most("Quoted text", "answers that came out empty", found["empty"], 82, most=0)


def test_nothing_is_lost(mails: list[Path]) -> None:
    """New and quoted together have every word of the text, and something new always stays."""
    for path in mails:
        text = body_text(parse(path.read_bytes()))
        new, quoted = split_text(text)
        assert sorted((new + "\n" + quoted).split()) == sorted(text.split()), path
        assert new.strip() or not text.strip(), path


def test_answers_in_html(corpora: Path) -> None:
    """Talon's pairs, compared by their words; raw and as the reader's frame gets them."""
    for vector in json.loads((corpora / "reply-stripping" / "talon" / "vectors.json").read_text()):
        if "html" in vector["fn"]:
            for html in (vector["input"], clean(vector["input"], remote=False, cid=lambda _: None).html):
                assert words(split_html(html)[0]) == words(vector["expected"]), vector["test"]


def words(html: str) -> str:
    return "".join(to_text(html).split())


def test_answers_of_real_clients(corpora: Path) -> None:
    """Gmail, Hotmail, Outlook, Windows Mail, Yandex: the answer alone stays."""
    for path in sorted((corpora / "reply-stripping" / "talon" / "fixtures" / "html_replies").glob("*.html")):
        new, quoted = split_html(path.read_text())
        assert quoted, path
        assert folded(to_text(new)).startswith(("Hi. I am fine.", "Hi. I am fine")), (path, to_text(new))
    for path in sorted((corpora / "reply-stripping" / "talon" / "fixtures" / "standard_replies").glob("*.eml")):
        new, _ = split_text(body_text(parse(path.read_bytes())))
        assert len(folded(new)) < 200, (path, new)
