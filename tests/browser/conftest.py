"""Chromium on the real program: one process a session with Acme set up, a browser a module, a context a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlmodel import Session, col, select

from models import Role, User
from services import accounts, passwords, sessions
from tests.program import Program

PATIENCE = 90_000  # milliseconds: a busy machine is slow, and no test is about speed
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery staple"
OWNER = {"organisation": "Acme", "name": "Alice Archer", "email": "alice@acme.test", "password": PASSWORD}
HERE = Path(__file__).parent
AXE = (HERE / "axe.min.js").read_text()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey through many pages takes minutes where the machine is busy."""
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(600))


@dataclass
class Workspace:
    """A running program and the cookie of its owner."""

    program: Program
    token: str

    @property
    def url(self) -> str:
        return self.program.url

    def join(self, email: str, name: str, role: Role = Role.AGENT) -> str:
        """Another member, straight into the program's database; returns a session's token for their browser."""
        with self.inside() as session:
            owner = self.owner_in(session)
            hashed = passwords.Hashed(owner.password_hash)
            user = accounts.join(session, owner.organisation_id, name=name, email=email, role=role, password=hashed)
            return sessions.create(session, user)

    def demote(self, email: str) -> None:
        """Make a member an observer behind the back of their open pages."""
        with self.inside() as session:
            session.exec(select(User).where(User.email == email)).one().role = Role.OBSERVER

    def owner_in(self, session: Session) -> User:
        owner = session.exec(select(User).order_by(col(User.id))).first()
        assert owner
        return owner

    @contextmanager
    def inside(self) -> Iterator[Session]:
        """The program's own database; a transaction that waits for its turn as the program's do."""
        path = f"{self.program.environment['MAILROOM_DATA_DIR']}/mailroom.db"
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 60})
        with Session(engine) as session, session.begin():
            yield session
        engine.dispose()


def founded(program: Program) -> Workspace:
    with httpx.Client(base_url=program.url, timeout=60) as browser:
        assert browser.post("/setup", data=OWNER).status_code == 303
        return Workspace(program, browser.cookies["sid"])


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The program with Acme set up, shared by the tests of a session: leave it as others may find it."""
    with Program(tmp_path_factory.mktemp("workspace"), rate_limit_per_minute="1000000") as program:
        yield founded(program)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A module's own: while sync Playwright runs, no asyncio test of another module can."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile in which nobody is signed in."""
    opened = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, workspace: Workspace) -> Page:
    """Alice's browser; `page.goto("…")` with the workspace's url, then `ready(page)`."""
    return signed_in(context, workspace)


def signed_in(context: BrowserContext, workspace: Workspace, token: str = "") -> Page:
    context.add_cookies([{"name": "sid", "value": token or workspace.token, "url": workspace.url}])
    return watched(context.new_page())


def watched(page: Page) -> Page:
    """A page with patience, that keeps what it complains about for `assert_calm`."""
    page.set_default_timeout(PATIENCE)
    page.complaints = []  # type: ignore[attr-defined]
    note: Callable[[str], None] = page.complaints.append  # type: ignore[attr-defined]
    page.on("console", lambda message: note(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error)))
    return page


def assert_calm(page: Page) -> None:
    """No script failed and no policy was broken."""
    assert not page.complaints  # type: ignore[attr-defined]


def ready(page: Page) -> None:
    """Wait until the page's socket has shaken hands; clicks before that reach nobody."""
    page.wait_for_function("window.did_handshake === true")


def arrived(page: Page, pattern: str) -> None:
    """Wait until a click has led to another page, and it is ready."""
    page.wait_for_url(pattern)
    ready(page)


def open_at(page: Page, workspace: Workspace, path: str) -> None:
    page.goto(workspace.url + path)
    ready(page)


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical, as lines to read."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
