"""Set-up, log-in, invitation, reset: what is typed is kept, what is wrong is said at the field, and then one is in."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import select

from models import User
from pages import plain
from services import database, passwords, team
from tests.conftest import PASSWORD, People
from tests.pages.conftest import Web

NEW = {"organisation": "Northwind", "name": "Ada", "email": "ada@northwind.test", "password": PASSWORD}


async def set_up(web: Web) -> httpx.AsyncClient:
    browser = web.browser()
    assert (await browser.post("/setup", data=NEW)).headers["location"] == "/start"
    return browser


async def test_set_up_lets_the_owner_in(web: Web) -> None:
    browser = await set_up(web)
    cookie = next(iter(browser.cookies.jar))
    assert cookie.name == "sid" and cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert (await browser.get("/domains")).status_code == 200


@pytest.mark.parametrize(
    ("said", "kept"), [("Europe/Berlin", "Europe/Berlin"), ("Moon/Crater", "UTC"), ("x" * 300, "UTC")]
)
async def test_the_owner_lives_where_the_browser_is(web: Web, said: str, kept: str) -> None:
    await web.browser().post("/setup", data=NEW | {"timezone": said})
    with database.reading() as session:
        assert session.exec(select(User)).one().timezone == kept


async def test_set_up_happens_once(web: Web) -> None:
    await set_up(web)
    assert (await web.browser().get("/setup")).headers["location"] == "/login"
    answer = await web.browser().post("/setup", data=NEW | {"email": "eve@evil.test"})
    assert answer.headers["location"] == "/login"


async def test_a_mistake_is_said_at_its_field_and_the_rest_is_kept(web: Web) -> None:
    answer = await web.browser().post("/setup", data=NEW | {"password": "short"})
    assert answer.status_code == 400
    assert 'id="password-problem" role="alert">The password needs at least 8' in answer.text
    assert 'value="Northwind"' in answer.text and 'value="ada@northwind.test"' in answer.text
    assert "short" not in answer.text, "passwords are never sent back"
    assert answer.text.count('aria-invalid="true"') == 1


@pytest.mark.parametrize("field", ["organisation", "name", "email", "password"])
async def test_each_field_is_asked_for(web: Web, field: str) -> None:
    answer = await web.browser().post("/setup", data={**NEW, field: ""})
    assert answer.status_code == 400
    assert f'id="{field}-problem"' in answer.text


async def test_what_was_typed_is_text_wherever_it_is_shown(web: Web) -> None:
    attack = '"><script>alert(1)</script>'
    answer = await web.browser().post("/setup", data=NEW | {"organisation": attack, "email": "x"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


async def test_log_in_leads_back_to_where_one_wanted(web: Web) -> None:
    await set_up(web)
    credentials = {"email": " ADA@northwind.test ", "password": PASSWORD}
    for wanted, led in (
        ("/aliases", "/aliases"),
        ("//evil.test/x", "/"),
        ("https://evil.test", "/"),
        ("/\\evil.test", "/"),
    ):
        answer = await web.browser().post("/login", data=credentials | {"next": wanted})
        assert (answer.status_code, answer.headers["location"]) == (303, led)


async def test_wrong_and_unknown_sound_the_same(web: Web) -> None:
    await set_up(web)
    answers = [
        await web.browser().post("/login", data={"email": email, "password": "not this one"})
        for email in ("ada@northwind.test", "nobody@northwind.test")
    ]
    texts = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert texts[0] == texts[1]
    assert "The e-mail address or the password is wrong." in texts[0]


async def test_guessing_is_slowed_down(web: Web) -> None:
    await set_up(web)
    wrong = {"email": "ada@northwind.test", "password": "not this one"}
    codes = [(await web.browser().post("/login", data=wrong)).status_code for _ in range(12)]
    assert codes[0] == 400 and codes[-1] == 429


async def test_who_is_signed_in_needs_no_log_in_page(web: Web) -> None:
    browser = await set_up(web)
    assert (await browser.get("/login?next=/team")).headers["location"] == "/team"


async def test_an_invitation_is_accepted_once(web: Web, acme: People) -> None:
    invited = await database.call(team.invite, "dora@people.test", role="agent", name="Dora", actor=acme.alice)
    link = invited.url.removeprefix("http://mailroom.test")
    browser = web.browser()
    page = await browser.get(link)
    assert "Join Acme" in page.text and 'value="Dora"' in page.text
    answer = await browser.post(link, data={"name": "Dora D.", "password": PASSWORD})
    assert answer.status_code == 303
    assert "Dora D." in (await browser.get("/team")).text
    assert "not valid any more" in (await web.browser().get(link)).text


async def test_a_forgotten_password_says_nothing_about_accounts(
    web: Web, acme: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.flows.admission.FORGOT_SECONDS", 0.0)
    texts = [
        (await web.browser().post("/forgot", data={"email": email})).text
        for email in ("alice@people.test", "nobody@people.test")
    ]
    assert texts[0] == texts[1]
    assert "a link is on its way" in texts[0]


async def test_a_bad_reset_link_says_so(web: Web, acme: People) -> None:
    answer = await web.browser().post("/reset?token=forged", data={"password": PASSWORD})
    assert answer.status_code == 400
    assert 'class="door-problem" role="alert">This link is not valid any more' in answer.text


async def test_signing_out_ends_the_session_itself(web: Web) -> None:
    browser = await set_up(web)
    kept = dict(browser.cookies)
    assert (await browser.get("/logout")).headers["location"] == "/login"
    assert (await web.browser(kept["sid"]).get("/domains")).status_code == 303


def test_markup_escapes_all_but_itself() -> None:
    assert plain.fill("{a} {b}", a="<b>", b=plain.Markup("<i>")) == "&lt;b&gt; <i>"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """argon2 at its real cost would make this file take seconds."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    monkeypatch.setattr(passwords, "_hasher", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()
