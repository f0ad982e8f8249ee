"""Notices: one a trouble, seen by those it concerns, gone when it is over."""

import pytest
from sqlmodel import Session

from services import notices
from services.access import Actor
from services.errors import NotFound
from services.notices import Trouble
from tests.conftest import People


def titles(session: Session, actor: Actor) -> list[str]:
    return [notice.title for notice in notices.current(session, actor=actor)]


def test_the_same_trouble_is_told_once_until_it_is_over(people: People, session: Session) -> None:
    trouble = Trouble(people.alice.organisation_id, "dns_drift", 7)
    notices.open(session, trouble, "MX is missing")
    notices.open(session, trouble, "MX and SPF are missing")
    assert titles(session, people.alice) == ["MX and SPF are missing"]
    notices.close(session, trouble)
    assert titles(session, people.alice) == []
    notices.open(session, trouble, "MX is missing again")
    assert titles(session, people.alice) == ["MX is missing again"]


def test_each_sees_what_concerns_them(people: People, session: Session) -> None:
    organisation = people.alice.organisation_id
    notices.open(session, Trouble(organisation, "dns_drift"), "For those who run the place")
    notices.open(session, Trouble(organisation, "late", user_id=people.bob.user_id), "For Bob")
    assert titles(session, people.alice) == ["For those who run the place"]
    assert titles(session, people.bob) == ["For Bob"]
    assert titles(session, people.charlie) == []


def test_only_what_one_sees_can_be_put_away(people: People, session: Session) -> None:
    notice = notices.open(session, Trouble(people.alice.organisation_id, "dns_drift"), "MX is missing")
    session.flush()
    for stranger in (people.bob, people.charlie):
        with pytest.raises(NotFound):
            notices.dismiss(session, notice.id or 0, actor=stranger)
    notices.dismiss(session, notice.id or 0, actor=people.alice)
    assert titles(session, people.alice) == []
