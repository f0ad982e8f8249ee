"""B22: mail of attackers in the product's own message frame: nothing runs, nothing is fetched, nothing is overlaid."""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Frame, Page, expect
from sqlmodel import Session, col, select

from models import Message
from services import ids, secrets
from services import settings as configuration
from services.settings import Settings
from tests.browser.conftest import Workspace, open_at, signed_in
from tests.browser.mailing import letter, open_for_mail, send

pytestmark = pytest.mark.browser
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "html-sanitize"
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
# as the product's frame is, one for each message, each of its elements pointed at and pressed
TRY = """async ([paths, sandbox]) => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const frames = paths.map((path) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", sandbox);
    frame.src = path;
    document.body.append(frame);
    return frame;
  });
  await Promise.all(frames.map((frame) => new Promise((done) => { frame.onload = done; setTimeout(done, 4000); })));
  let pressed = 0;
  for (const frame of frames) for (const element of frame.contentDocument?.body?.querySelectorAll("*") ?? []) {
    pressed += 1;
    for (const kind of ["mouseover", "mouseenter", "mousedown", "mouseup", "focus", "pointerdown", "toggle", "wheel"])
      element.dispatchEvent(new Event(kind, { bubbles: true }));
    if (!element.closest("a")) element.click();
  }
  await wait(300);
  frames.forEach((frame) => frame.remove());
  return pressed;
}"""


def payloads(found: Any, live: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every string of a corpus file that Chromium was seen to run or fetch for."""
    if isinstance(found, str):
        digest = hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if digest in live:
            yield digest, found
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from payloads(each, live)


def live_vectors() -> list[str]:
    if not CORPUS.exists():
        pytest.skip("left out: the corpus of HTML vectors is not on this machine")
    live = json.loads((CORPUS / "live_chromium156.json").read_text())
    files = [json.loads(path.read_text()) for path in CORPUS.rglob("*.json") if "live" not in path.name]
    vectors = dict(each for file in files for each in payloads(file, live))
    assert len(vectors) > 150
    return list(vectors.values())


@pytest.fixture(scope="module")
def acme(workspace: Workspace) -> Workspace:
    open_for_mail(workspace)
    return workspace


class Witness:
    """What a page must not do while attackers' mail is looked at."""

    def __init__(self, page: Page, url: str) -> None:
        self.seen: list[str] = []
        page.on("dialog", lambda dialog: (self.seen.append("dialog " + dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self._request(request.url, url))
        page.on("console", lambda message: self._console(message.text))
        page.on("popup", lambda popup: self.seen.append("popup " + popup.url))
        page.on(
            "framenavigated", lambda frame: frame.parent_frame or frame.url.startswith(url) or self._left(frame.url)
        )

    def _request(self, asked: str, own: str) -> None:
        if not asked.startswith((own, own.replace("http", "ws"), "data:", "about:", "blob:")):
            self.seen.append("request " + asked)

    def _console(self, text: str) -> None:
        if re.search(r"Blocked script execution|Refused to|Content Security Policy", text):
            self.seen.append("let through, then blocked: " + text[:200])

    def _left(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self.seen.append("navigation to " + frame.url)


def test_no_vector_runs_or_fetches(acme: Workspace, context: BrowserContext) -> None:
    vectors = live_vectors()
    usable = [each.replace("\0", "").encode("utf-8", "replace").decode() for each in vectors]
    send(acme, *(letter(f"Vector {number}", "text", html=each) for number, each in enumerate(usable)))
    page = signed_in(context, acme)
    witness = Witness(page, acme.url)
    open_at(page, acme, "/")
    paths = frames_of(acme, len(usable))
    pressed = sum(page.evaluate(TRY, [paths[at : at + 40], SANDBOX]) for at in range(0, len(paths), 40))
    assert len(paths) == len(usable)
    assert pressed > len(usable) / 4
    assert witness.seen == []
    assert page.url == acme.url + "/"


def frames_of(acme: Workspace, wanted: int) -> list[str]:
    """The frames' addresses of the vectors, once all of them are filed."""
    found: dict[str, str] = {}
    deadline = time.monotonic() + 90
    while len(found) < wanted and time.monotonic() < deadline:
        found = stored(acme, "Vector ")
        time.sleep(0.3)
    return list(found.values())


def stored(acme: Workspace, prefix: str) -> dict[str, str]:
    engine = sa.create_engine(f"sqlite:///{acme.program.environment['MAILROOM_DATA_DIR']}/mailroom.db")
    key = Path(acme.program.environment["MAILROOM_DATA_DIR"])
    configuration.use(Settings(data_dir=key))
    secrets.load()
    with Session(engine) as session:
        rows = session.exec(select(Message).where(col(Message.subject).startswith(prefix))).all()
        found = {row.subject: "/files/message/" + ids.encode("email", row.id or 0) for row in rows}
    engine.dispose()
    return found


def test_subjects_and_names_are_words(acme: Workspace, context: BrowserContext) -> None:
    attacks = ['<img src=x onerror="alert(1)">', "{{ constructor.constructor('alert(1)')() }}", '" :x="alert(1)" y="']
    send(
        acme,
        *(letter(f"Attack {each}", f"{each}\n", author=f"{json.dumps(each)} <evil@evil.test>") for each in attacks),
    )
    page = signed_in(context, acme)
    witness = Witness(page, acme.url)
    open_at(page, acme, "/")
    for each in attacks:
        page.locator(".conv", has_text=f"Attack {each}").first.click()
        expect(page.locator(".view-title")).to_contain_text(each)
        expect(page.locator(".msg-text")).to_contain_text(each)
    assert witness.seen == []


def test_remote_pictures_wait_to_be_asked(acme: Workspace, context: BrowserContext) -> None:
    send(acme, letter("Pixel", "text", html='<p>Hello</p><img src="http://tracker.invalid/pixel.png">'))
    page = signed_in(context, acme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "tracker.invalid" in request.url else None)
    open_at(page, acme, "/")
    page.locator(".conv", has_text="Pixel").click()
    expect(page.locator(".images-bar")).to_contain_text("1 remote image")
    assert asked == []
    with page.expect_request("http://tracker.invalid/pixel.png"):
        page.get_by_role("button", name="Load once").click()


def test_withheld_pictures_leave_a_box_of_their_size(acme: Workspace, context: BrowserContext) -> None:
    pictures = '<img src="http://tracker.invalid/{}.png" {}>'
    named = pictures.format("a", 'width="200" height="60" alt="Big sale"') + pictures.format("b", 'width="160"')
    send(acme, letter("Boxes", "text", html=f"<p>Hello</p><p>{named}</p><p>Bye</p>"))
    page = signed_in(context, acme)
    open_at(page, acme, "/")
    page.locator(".conv", has_text="Boxes").click()
    boxes = page.frame_locator("iframe").locator("img")
    expect(boxes).to_have_count(2)
    sizes = [(round(box["width"]), round(box["height"])) for each in boxes.all() if (box := each.bounding_box())]
    assert sizes == [(200, 60), (160, 20)]
    assert "data:image/gif" in boxes.first.evaluate("(picture) => getComputedStyle(picture).content")
