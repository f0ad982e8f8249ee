"""Who may open captured notices: their links sign people in."""

import pytest
from sqlmodel import Session, select

from models import CapturedMessage, Outbound, RawMessage, Role, User
from services import access, capture, clock, password_resets, team
from services.errors import NotFound
from tests.conftest import People


def _kept(session: Session) -> dict[str, int]:
    """Everything queued so far as the capture relay keeps it: recipient → id."""
    kept: dict[str, int] = {}
    for row in session.exec(select(Outbound)):
        message = CapturedMessage(
            organisation_id=row.organisation_id,
            outbound_id=row.id or 0,
            reverse_path=row.reverse_path,
            recipient=row.recipient,
            content=session.get_one(RawMessage, row.raw_id).content,
            captured_at=clock.now(),
        )
        session.add(message)
        session.flush()
        kept[row.recipient] = message.id or 0
    return kept


def test_agents_see_no_link_and_admins_none_of_an_owner(people: People, session: Session) -> None:
    password_resets.request(session, people.alice.email)
    password_resets.request(session, people.bob.email)
    team.invite(session, "dan@people.test", role="agent", actor=people.alice)
    kept = _kept(session)
    agent = people.bob
    olga = session.get_one(User, people.olga.user_id)
    olga.role = Role.ADMIN
    session.flush()
    admin = access.of(olga)
    seen = {
        who: {each.kept.recipient for each in capture.all(session, actor=actor)}
        for who, actor in {"owner": people.alice, "admin": admin, "agent": agent}.items()
    }
    assert seen == {"owner": set(kept), "admin": {agent.email, "dan@people.test"}, "agent": set()}
    assert "reset?token=" in capture.get(session, kept[people.alice.email], actor=people.alice)[1].text
    for actor in (admin, agent):
        with pytest.raises(NotFound):
            capture.get(session, kept[people.alice.email], actor=actor)
