"""What attackers collected comes out inert, and what newsletters say stays readable."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest

from services.mail.message import parse
from services.mail.sanitize import clean
from services.mail.sanitize.cleaning import TAGS
from tests.figures import Figures

MAY_POINT = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
MERGED = re.compile(r"\{\{[\w. ]+\}\}")  # resolved to a page of ours that is not there
MAY_SHOW = re.compile(r"/files/|data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
RISKY_CSS = re.compile(
    r"url\s*\(|expression|@import|(?<![-\w])position\s*:|behavior\s*:|-moz-binding|javascript|image-set|\\",
    re.IGNORECASE,
)


class Inspector(HTMLParser):
    """Collects what in a piece of HTML could run, fetch or leave its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        if tag not in TAGS | {"style"}:
            self.complaints.append(f"<{tag}>")
        for name, value in attrs:
            self.judge(tag, name, value or "")

    def judge(self, tag: str, name: str, value: str) -> None:
        wrong = name.startswith("on") or name in {"srcset", "background", "action", "formaction", "poster", "srcdoc"}
        wrong = wrong or (name == "href" and not (tag == "a" and (MAY_POINT.match(value) or MERGED.fullmatch(value))))
        wrong = wrong or (name == "src" and not (tag == "img" and MAY_SHOW.match(value)))
        wrong = wrong or (name == "style" and bool(RISKY_CSS.search(value)))
        wrong = wrong or (name == "target" and value != "_blank")
        if wrong:
            self.complaints.append(f"{tag} {name}={value[:100]}")

    def handle_data(self, data: str) -> None:
        if self.style and RISKY_CSS.search(data):
            self.complaints.append(f"style: {data[:100]}")

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_comment(self, data: str) -> None:
        self.complaints.append(f"<!--{data[:40]}")


def vectors(corpora: Path) -> Iterator[str]:
    """Every attack of the collections: payloads stand under different names."""
    for path in sorted((corpora / "html-sanitize").rglob("*.json")):
        if path.name.startswith("live_"):
            continue
        for item in json.loads(path.read_text()):
            yield from (item[name] for name in ("payload", "html", "data") if isinstance(item.get(name), str))
    for path in sorted((corpora / "html-sanitize").rglob("*.dat")):
        yield from path.read_text("utf-8", "replace").split("\n#data\n")


def shown(content_id: str) -> str:
    return f"/files/{len(content_id)}"


@pytest.mark.parametrize("remote", [False, True])
def test_nothing_runs_or_fetches(corpora: Path, remote: bool) -> None:
    tried = 0
    for vector in vectors(corpora):
        html = clean(vector, remote=remote, cid=shown).html
        if remote:
            html = re.sub(r'(<img [^>]*?src=")https?://[^"]*', r"\1/files/remote", html)
            html = re.sub(r' background="https?://[^"]*"|background-image: url\(https?://[^\s"()\\]+\)', "", html)
        assert not Inspector(html).complaints, (vector, html)
        tried += 1
    assert tried > 1_000


def test_what_was_withheld_is_counted(corpora: Path) -> None:
    """Of the ways that Chromium was seen to fetch, all are withheld and four of five are said to be."""
    leaks = json.loads((corpora / "html-sanitize" / "httpleaks" / "leak_vectors.json").read_text())
    live = set(json.loads((corpora / "html-sanitize" / "httpleaks" / "live_chromium156.json").read_text()))
    counted = 0
    for leak in leaks:
        cleaned = clean(leak["html"], remote=False, cid=shown)
        assert "leaking.via" not in re.sub(r"<a\b[^>]*>|&lt;.*?&gt;", "", cleaned.html), leak["id"]
        counted += leak["id"] in live and cleaned.blocked > 0
    assert counted >= 0.8 * len(live)


def newsletters(corpora: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted((corpora / "newsletters").rglob("*.html")):
        yield path, path.read_text("utf-8", "replace")
    for path in sorted((corpora / "ham-spam" / "hard-ham-1").iterdir()):
        html = parse(path.read_bytes()).html
        if html:
            yield path, html


class Reader(HTMLParser):
    """The words and links that a browser without scripts shows, counted without the product's own reading of HTML."""

    UNSEEN: ClassVar = {"script", "style", "title", "iframe", "textarea", "select", "template"}

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: Counter[str] = Counter()
        self.links: Counter[str] = Counter()
        self.unseen = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen = self.unseen or (tag if tag in self.UNSEEN else "")
        target = re.sub(r"\s", "", dict(attrs).get("href") or "")
        if tag == "a" and not self.unseen and MAY_POINT.match(target):
            self.links[target] += 1

    def handle_endtag(self, tag: str) -> None:
        self.unseen = "" if tag == self.unseen else self.unseen

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.update(re.findall(r"\w+", data))


def counted(corpora: Path) -> dict[str, int]:
    """Words, visible links and merge tags of real newsletters, and how many of each are left."""
    found: Counter[str] = Counter()
    for _, html in newsletters(corpora):
        cleaned = clean(html, remote=False, cid=shown).html
        before, after = Reader(html), Reader(cleaned)
        found["words"] += before.words.total()
        found["words kept"] += (before.words & after.words).total()
        found["links"] += before.links.total()
        found["links kept"] += (before.links & after.links).total()
        tags = Counter(re.findall(r"\{\{[^{}<>]+\}\}", unescape(html)))
        found["tags"] += tags.total()
        found["tags kept"] += (tags & Counter(re.findall(r"\{\{[^{}<>]+\}\}", unescape(cleaned)))).total()
    return dict(found)


@pytest.mark.figures
def test_newsletters_stay_readable(corpora: Path, figures: Figures) -> None:
    found = counted(corpora)
    assert found["words"] > 50_000 and found["links"] > 3_000 and found["tags"] > 100
    for what, least in (("words", 0.995), ("links", 1.0), ("tags", 1.0)):
        figures.share("Newsletters as shown", f"{what} kept", found[f"{what} kept"], found[what], least=least)


def test_newsletters_keep_their_look(corpora: Path) -> None:
    """Tables and their colours stay; nothing runs, and their pictures wait."""
    for path, html in newsletters(corpora):
        cleaned = clean(html, remote=False, cid=shown)
        assert not Inspector(cleaned.html).complaints, path
        assert "white-space: pre-wrap" not in cleaned.html[:40] or "white-space" in html, path
        if re.search(r"<td[^<>]*\sbgcolor=", html, re.IGNORECASE):
            assert "bgcolor=" in cleaned.html, path


def test_html_of_mails_is_inert(mails: list[Path]) -> None:
    found: dict[Path, Any] = {}
    for path in mails:
        html = parse(path.read_bytes()).html
        if html:
            complaints = Inspector(clean(html, remote=False, cid=shown).html).complaints
            if complaints:
                found[path] = complaints
    assert not found
