"""The page of a rating's link: open to everybody, records only what is sent, and says so when it is over."""

import sys

import pytest
from sqlmodel import Session, select

from models import Rating, Score, Ticket
from services import clock, database, ratings
from tests.conftest import People
from tests.pages.conftest import Web


@pytest.fixture
def asked(acme: People) -> str:
    """The path of a link somebody was sent."""
    with database.transaction() as session:
        return _asked(session, acme)


def _asked(session: Session, acme: People) -> str:
    now = clock.now()
    ticket = Ticket(
        organisation_id=acme.alice.organisation_id, number=7, subject="<b>Order</b>", subject_key="order",
        correspondent="carl@customer.test", active_at=now, created_at=now,
    )  # fmt: skip
    session.add(ticket)
    session.flush()
    rating = Rating(ticket_id=ticket.id or 0, organisation_id=ticket.organisation_id, asked_at=now, created_at=now)
    session.add(rating)
    return "/rate/" + ratings.link(ticket.id or 0).rpartition("/")[2]


def stored() -> tuple[Score | None, str]:
    with database.reading() as session:
        rating = session.exec(select(Rating)).one()
        return rating.score, rating.comment


async def test_scanners_that_follow_links_record_nothing(web: Web, asked: str) -> None:
    for method in ("GET", "HEAD"):
        answer = await web.browser().request(method, asked + "?score=bad")
        assert answer.status_code == 200
    assert stored() == (None, "")
    page = (await web.browser().get(asked + "?score=bad")).text
    assert 'value="bad" required checked' in page and "Acme" in page and "Mailroom" not in page
    assert "&lt;b&gt;Order" in page


async def test_what_is_sent_is_recorded_and_thanked_for(web: Web, asked: str) -> None:
    browser = web.browser()
    answer = await browser.post(asked, data={"score": "great", "comment": "<i>Quick</i>"})
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    assert "Thank you" in page and "&lt;i&gt;Quick" in page and "Change it" in page
    assert stored() == (Score.GREAT, "<i>Quick</i>")


async def test_what_is_wrong_is_said_and_the_words_are_kept(web: Web, asked: str) -> None:
    answer = await web.browser().post(asked, data={"comment": "So far"})
    assert answer.status_code == 400 and "Choose one of the three" in answer.text and "So far" in answer.text
    lost = await web.browser().get("/rate/nonsense")
    assert lost.status_code == 404 and "not one of ours" in lost.text


async def test_nobody_floods_it(web: Web, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["pages.rating"], "AN_HOUR", 2)
    codes = [(await web.browser().post(asked, data={"score": "okay"})).status_code for _ in range(3)]
    assert codes == [303, 303, 429]


async def test_other_sites_cannot_send_it(web: Web, asked: str) -> None:
    headers = {"origin": "https://evil.test", "sec-fetch-site": "cross-site"}
    assert (await web.browser().post(asked, data={"score": "bad"}, headers=headers)).status_code == 403
    assert stored() == (None, "")
