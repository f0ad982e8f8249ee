"""B24 for the pages and downloads: every route × every kind of caller × own, foreign and absent id.

Routes come from the application itself; one that has no row here fails the first test.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from nicegui import Client
from starlette.routing import Mount, Route

from models import Attachment, Draft, DraftKind, Message, Role, User
from services import access, clock, database, ids, imports, sessions, team
from services.access import Actor
from tests.api import matrix
from tests.conftest import People
from tests.pages.conftest import Web

ABSENT = 987_654_321
OPEN = {
    "/healthz",
    "/.well-known/mta-sts.txt",
    "/api",
    "/api/v1",
    "/v1",
    "/v1/api",
    "/docs",
    "/assets/{version}/{name:path}",
    "/login",
    "/logout",
    "/setup",
    "/signup",
    "/invitation",
    "/forgot",
    "/reset",
    "/rate/{token}",
}


@dataclass(frozen=True)
class Download:
    """A route that takes an id of `kind` and answers foreign and absent ones alike, with 404."""

    method: str
    kind: str


DOWNLOADS = {
    "/files/message/{message}": Download("GET", "email"),
    "/files/raw/{message}": Download("GET", "email"),
    "/files/{file}": Download("GET", "att"),
    "/files/{file}/message": Download("GET", "att"),
    "/files/{file}/message/{path}": Download("GET", "att"),
    "/files/{file}/part/{path}": Download("GET", "att"),
    "/drafts/{draft}": Download("PUT", "draft"),
    "/drafts/{draft}/files": Download("POST", "draft"),
    "/imports/{mailbox}/export.mbox": Download("GET", "mbx"),
    "/imports/{import}/faults.csv": Download("GET", "import"),
    "/contacts/{contact}/export": Download("GET", "contact"),
    "/templates/{template}/insert": Download("POST", "tmpl"),
}
# places whose id is somebody's own or a number of the capture: only who is signed in gets there
SIGNED_IN = {
    "/drafts/people",
    "/templates/replies",
    "/templates/preview",
    "/capture/{id:int}/body",
    "/audit.csv",
    "/suppressions.csv",
    "/imports/file",
}


def pages() -> set[str]:
    return set(Client.page_routes.values())


def plain_routes(web: Web) -> set[str]:
    ours = (route for route in web.app.routes if isinstance(route, Route) and not isinstance(route, Mount))
    return {route.path for route in ours if not route.path.startswith("/_nicegui")}


async def test_every_route_has_a_row(web: Web) -> None:
    assert plain_routes(web) - pages() == OPEN | set(DOWNLOADS) | SIGNED_IN
    assert "/domains" in pages() and "/team" in pages()


async def test_outsiders_are_led_to_the_door(web: Web, acme: People) -> None:
    for path in sorted(pages() | set(DOWNLOADS) | SIGNED_IN):
        asked = filled(path, "1" if ":int" in path else ids.encode("email", ABSENT))
        for token in outsiders(acme):
            answer = await web.browser(token).get(asked)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), (path, token)


@pytest.mark.parametrize("role", list(Role))
async def test_members_get_every_page_as_their_role_has_it(web: Web, acme: People, role: Role) -> None:
    browser = web.browser(web.token(colleague(acme.alice, role)))
    for path in sorted(pages()):
        answer = await browser.get(filled(path, "nothing"))
        assert answer.status_code in {200, 404}, (path, answer.status_code)


@pytest.mark.parametrize("path", sorted(DOWNLOADS))
async def test_foreign_downloads_are_absent(web: Web, acme: People, path: str) -> None:
    download = DOWNLOADS[path]
    for role in Role:
        browser = web.browser(web.token(colleague(acme.alice, role)))
        answers = []
        for number in (made(download.kind, acme.charlie), ABSENT):
            asked = filled(path, ids.encode(download.kind, number))
            body = {"version": 0, "to": [], "cc": [], "bcc": [], "subject": "", "html": "", "text": ""}
            answers.append(await browser.request(download.method, asked, json=body))
        foreign, absent = answers
        assert foreign.status_code == absent.status_code, (role, foreign.text, absent.text)
        assert foreign.status_code in {404, 400, 403} and foreign.content == absent.content
        if role is Role.OWNER:
            assert foreign.status_code == 404, foreign.text


@pytest.mark.parametrize("path", ["/files/message/{message}", "/files/raw/{message}", "/files/{file}"])
async def test_own_downloads_are_there(web: Web, acme: People, path: str) -> None:
    kind = DOWNLOADS[path].kind
    for role in Role:
        browser = web.browser(web.token(colleague(acme.alice, role)))
        answer = await browser.get(filled(path, ids.encode(kind, made(kind, acme.alice))))
        assert answer.status_code == 200, (role, answer.text)


async def test_anothers_draft_cannot_be_thrown_away_from_outside(web: Web, acme: People) -> None:
    number = ids.encode("att", made("att", acme.alice))
    foreign = await web.browser(web.token(acme.charlie)).delete(f"/files/{number}")
    absent = await web.browser(web.token(acme.charlie)).delete(f"/files/{ids.encode('att', ABSENT)}")
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content) == (404, absent.content)


def filled(path: str, value: str) -> str:
    """The path with its parameter given."""
    head, brace, rest = path.partition("{")
    return head + value + rest.partition("}")[2] if brace else path


def colleague(of: Actor, role: Role) -> Actor:
    with database.transaction() as session:
        return access.of(session.get_one(User, matrix.member(session, of, role)))


def outsiders(people: People) -> list[str]:
    """Cookies that open nothing: none, nonsense, expired, a removed member's."""
    with database.transaction() as session:
        bob = session.get_one(User, people.bob.user_id)
        gone = session.get_one(User, matrix.member(session, people.alice))
        with clock.ahead(-timedelta(days=91)):
            expired = sessions.create(session, bob)
        removed = sessions.create(session, gone)
        team.remove(session, gone.id or 0, actor=people.alice)
    return ["", "nonsense", expired, removed]


def made(kind: str, actor: Actor) -> int:
    """Something of that kind of the actor's organisation."""
    with database.transaction() as session:
        if kind == "draft":
            row: Draft | Attachment = Draft(
                organisation_id=actor.organisation_id,
                author_id=actor.user_id or 0,
                kind=DraftKind.NEW,
                created_at=clock.now(),
                updated_at=clock.now(),
            )
        elif kind == "import":
            box, choice = matrix.mailbox(session, actor), imports.Choice()
            return imports.begin(session, box, Path("x"), name="x", choice=choice, actor=actor).id or 0
        elif kind == "att":
            message = session.get_one(Message, matrix.email(session, actor))
            row = Attachment(
                organisation_id=actor.organisation_id,
                message_id=message.id,
                filename="plan.txt",
                content_type="text/plain",
                size=5,
                content=b"plans",
                created_at=clock.now(),
            )
        else:
            return matrix.MAKERS[kind](session, actor)
        session.add(row)
        session.flush()
        return row.id or 0
