"""HTML of attackers in the product's own message frame, and what a page must not do while it is looked at."""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Frame, Page
from sqlmodel import col, select

from models import Message
from services import ids, secrets
from services import settings as configuration
from services.settings import Settings
from tests.browser.conftest import Workspace
from tests.browser.mailing import letter, send

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "html-sanitize"
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
TOGETHER = 40  # frames that stand on a page at once
# frames as the product's is, one for each message: each element pointed at and pressed; what stands where it may not,
# or leads where it may not, is told
TRY = """async ([paths, sandbox]) => {
  const active = /^(script|iframe|object|embed|form|input|button|textarea|select|link|svg|math|video|audio|area)$/i;
  const kinds = ["mouseover", "mouseenter", "mousedown", "mouseup", "focus", "pointerdown", "toggle", "wheel"];
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const frames = paths.map((path) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", sandbox);
    frame.style = "width:30px;height:20px";
    frame.src = path;
    document.body.append(frame);
    return frame;
  });
  await Promise.all(frames.map((frame) => new Promise((done) => { frame.onload = done; setTimeout(done, 60000); })));
  const wrong = [];
  let pressed = 0;
  const judge = (page, element) => {
    if (active.test(element.tagName)) wrong.push("element " + element.tagName);
    const target = element.tagName === "A" && element.href;
    if (target && !/^(https?|mailto|tel):/.test(target)) wrong.push("link " + target);
    if (/fixed|sticky|absolute/.test(getComputedStyle(element).position)) wrong.push("overlay " + element.outerHTML);
  };
  for (const frame of frames) {
    const page = frame.contentDocument;
    const isOurs = frame.contentWindow.location.href.startsWith(location.origin + "/files/message/");
    if (!isOurs || !page?.querySelector("meta[name=blocked]")) { wrong.push("no mail in " + frame.src); continue; }
    for (const element of page.querySelectorAll("*")) {
      pressed += 1;
      judge(page, element);
      for (const kind of kinds) element.dispatchEvent(new Event(kind, { bubbles: true }));
      if (element.tagName !== "HTML" && !element.closest("a")) element.click();
    }
  }
  await wait(250);
  return [pressed, wrong];
}"""
AWAY = "() => document.querySelectorAll('body > iframe').forEach((frame) => frame.remove())"


class Witness:
    """What a page must not do while attackers' mail is looked at."""

    def __init__(self, page: Page, url: str) -> None:
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url, url))
        page.on("console", lambda message: self._console(message.text))
        page.on("popup", lambda popup: self.seen.append("popup " + popup.url))
        page.on("download", lambda download: self.seen.append("download " + download.url))
        page.on("framenavigated", lambda frame: self._moved(frame, url))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append("dialog " + dialog.message)
        dialog.dismiss()

    def _request(self, asked: str, own: str) -> None:
        if not asked.startswith((own, own.replace("http", "ws"), "data:", "about:", "blob:")):
            self.seen.append("request " + asked)

    def _console(self, text: str) -> None:
        if re.search(r"Blocked script execution|Refused to|Content Security Policy", text):
            self.seen.append("let through, then blocked: " + text[:200])

    def _moved(self, frame: Frame, own: str) -> None:
        if frame.parent_frame is None and not frame.url.startswith(own):
            self.seen.append("navigation to " + frame.url)


def live_vectors() -> list[str]:
    """Those that Chromium was seen to run or fetch for."""
    live = set(json.loads(_corpus("live_chromium156.json").read_text()))
    live |= set(json.loads(_corpus("httpleaks/live_chromium156.json").read_text()))
    return [payload for name, payload in _payloads() if name in live]


def all_vectors() -> list[str]:
    """Every string of the collections, and the tree builders' torture."""
    torture = (case for path in sorted(_corpus("").rglob("*.dat")) for case in _cases(path))
    return [*(payload for _, payload in _payloads()), *torture]


def own_vectors() -> list[str]:
    """Ideas of our own: namespaces, templates, newer CSS, newer ways to fetch ahead."""
    return (Path(__file__).parents[1] / "emails" / "attacks.txt").read_text().splitlines()


def _cases(path: Path) -> list[str]:
    """html5lib's own format: the input stands between #data and #errors."""
    found = re.findall(r"(?:\A|\n)#data\n(.*?)\n#errors", path.read_text("utf-8", "replace"), re.DOTALL)
    return [each for each in found if each.strip()]


def _corpus(name: str) -> Path:
    if not CORPUS.exists():
        pytest.skip("left out: the corpus of HTML vectors is not on this machine")
    return CORPUS / name


def _payloads() -> list[tuple[str, str]]:
    """Each payload once, by the name that the lists of live ones use: its digest or its id."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(_corpus("").rglob("*.json")):
        if "live" not in path.name:
            for name, payload in _strings(json.loads(path.read_text())):
                found.setdefault(payload, (name, payload))
    return list(found.values())


def _strings(found: Any) -> Iterator[tuple[str, str]]:
    if isinstance(found, str) and found.strip("\0 \r\n\t"):
        yield hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()[:16], found
    elif isinstance(found, dict):
        if "leak_url" in found:
            yield found["id"], found["html"]
        else:
            for each in found.values():
                yield from _strings(each)
    elif isinstance(found, list):
        for each in found:
            yield from _strings(each)


def try_all(workspace: Workspace, page: Page, vectors: list[str], prefix: str) -> tuple[int, list[str]]:
    """Each as a mail of its own, drawn in a frame, pointed at and pressed: how many elements, and what went wrong."""
    usable = [each.replace("\0", "").encode("utf-8", "replace").decode() for each in vectors]
    send(workspace, *(_attack(f"{prefix}{number}", each) for number, each in enumerate(usable)))
    paths = _frames_of(workspace, prefix, len(usable))
    pressed, wrong = 0, [] if len(paths) == len(usable) else [f"only {len(paths)} of {len(usable)} were filed"]
    for at in range(0, len(paths), TOGETHER):
        count, complaints = page.evaluate(TRY, [paths[at : at + TOGETHER], SANDBOX])
        for frame in page.query_selector_all("body > iframe"):
            frame.hover(force=True)
        page.evaluate(AWAY)
        pressed += count
        wrong += complaints
    return pressed, wrong


def _attack(subject: str, payload: str) -> EmailMessage:
    """The payload as HTML, and as what a list of mail shows: subject, display name, first words."""
    words = " ".join(payload.split())[:150]
    return letter(
        f"{subject} {words}", payload[:500], html=payload, author=f"{json.dumps(words[:60])} <zoe@globex.test>"
    )


def _frames_of(workspace: Workspace, prefix: str, wanted: int) -> list[str]:
    """The frames' addresses of the vectors, once all of them are filed."""
    found: dict[str, str] = {}
    deadline = time.monotonic() + 300
    while len(found) < wanted and time.monotonic() < deadline:
        found = stored(workspace, prefix)
        time.sleep(0.3)
    return list(found.values())


def stored(workspace: Workspace, prefix: str) -> dict[str, str]:
    """The frames of stored messages by their subjects."""
    configuration.use(Settings(data_dir=Path(workspace.program.environment["MAILROOM_DATA_DIR"])))
    secrets.load()
    with workspace.inside() as session:
        rows = session.exec(select(Message).where(col(Message.subject).startswith(prefix))).all()
        return {row.subject: "/files/message/" + ids.encode("email", row.id or 0) for row in rows if row.has_html}
