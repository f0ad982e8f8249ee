"""The team."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import MemberStatus, Outbound, Role, Ticket, TicketStatus, User
from services import api_keys, clock, database, sessions, team
from services.access import Actor
from services.errors import Conflict, Error, Invalid, NotFound, NotPermitted
from services.passwords import Hashed
from tests.conftest import People

HASHED = Hashed("$argon2id$hash")


def _token(invited: team.Invited) -> str:
    return invited.url.split("token=")[1]


def _member(session: Session, people: People, role: Role, email: str = "new@people.test") -> Actor:
    invited = team.invite(session, email, role=role, actor=people.alice)
    user = team.accept(session, _token(invited), name="New", password=HASHED)
    return Actor(user.organisation_id, user.id, user.role, user.name, user.email)


def test_invitation_goes_out_by_mail_and_is_accepted_once(people: People, session: Session) -> None:
    invited = team.invite(session, "Dan@people.test", role="agent", name="Dan", actor=people.alice)
    assert session.exec(select(Outbound)).one().recipient == "dan@people.test"
    assert invited.invitation.token_hash not in invited.url
    shown = team.welcome(session, _token(invited))
    assert (shown.organisation, shown.email, shown.role) == ("Acme", "dan@people.test", Role.AGENT)
    dan = team.accept(session, _token(invited), name="Dan", password=HASHED)
    assert dan in team.members(session, actor=people.bob)
    with pytest.raises(Invalid):
        team.accept(session, _token(invited), name="Dan", password=HASHED)


def test_race_for_one_invitation_has_one_winner(people: People) -> None:
    with database.transaction() as session:
        token = _token(team.invite(session, "dan@people.test", role="agent", actor=people.alice))

    def accept(_: int) -> bool:
        try:
            with database.transaction() as session:
                team.accept(session, token, name="Dan", password=HASHED)
        except Error:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, range(8))) == 1


def test_invitation_expires_is_withdrawn_and_replaced(people: People, session: Session) -> None:
    first = team.invite(session, "dan@people.test", role="agent", actor=people.alice)
    second = team.invite(session, "dan@people.test", role="manager", actor=people.alice)
    with pytest.raises(Invalid):
        team.welcome(session, _token(first))
    with clock.ahead(timedelta(days=8)), pytest.raises(Invalid):
        team.welcome(session, _token(second))
    with pytest.raises(NotFound):
        team.revoke_invitation(session, second.invitation.id or 0, actor=people.charlie)
    team.revoke_invitation(session, second.invitation.id or 0, actor=people.alice)
    with pytest.raises(Invalid):
        team.welcome(session, _token(second))
    assert team.invitations(session, actor=people.alice) == []


@pytest.mark.parametrize("who", ["bob", "olga"])
def test_only_who_may_invites(people: People, session: Session, who: str) -> None:
    with pytest.raises(NotPermitted):
        team.invite(session, "dan@people.test", role="observer", actor=getattr(people, who))


def test_members_are_not_invited_again(people: People, session: Session) -> None:
    with pytest.raises(Conflict):
        team.invite(session, "BOB@people.test", role="agent", actor=people.alice)


def test_nobody_gives_or_changes_a_role_above_their_own(people: People, session: Session) -> None:
    admin = _member(session, people, Role.ADMIN)
    with pytest.raises(NotPermitted):
        team.invite(session, "dan@people.test", role="owner", actor=admin)
    with pytest.raises(NotPermitted):
        team.change_role(session, people.alice.user_id or 0, "agent", actor=admin)
    with pytest.raises(NotPermitted):
        team.remove(session, people.alice.user_id or 0, actor=admin)
    with pytest.raises(Invalid):
        team.change_role(session, people.bob.user_id or 0, "king", actor=admin)
    assert team.change_role(session, people.bob.user_id or 0, "manager", actor=admin).role == Role.MANAGER


def test_last_owner_neither_goes_nor_steps_down(people: People, session: Session) -> None:
    alice = people.alice.user_id or 0
    for refused in (
        lambda: team.remove(session, alice, actor=people.alice),
        lambda: team.change_role(session, alice, "admin", actor=people.alice),
    ):
        with pytest.raises(Conflict):
            refused()
    team.change_role(session, people.bob.user_id or 0, "owner", actor=people.alice)
    assert team.change_role(session, alice, "admin", actor=people.alice).role == Role.ADMIN


def test_two_owners_cannot_remove_each_other_at_once(people: People) -> None:
    with database.transaction() as session:
        team.change_role(session, people.bob.user_id or 0, "owner", actor=people.alice)

    def remove(pair: tuple[Actor, Actor]) -> bool:
        try:
            with database.transaction() as session:
                team.remove(session, pair[1].user_id or 0, actor=pair[0])
        except Error:
            return False
        return True

    bob = Actor(people.bob.organisation_id, people.bob.user_id, Role.OWNER)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(remove, [(people.alice, bob), (bob, people.alice)])) == 1


def test_who_goes_leaves_tickets_sessions_keys_and_address(people: People, session: Session) -> None:
    bob = session.get_one(User, people.bob.user_id)
    token, key = sessions.create(session, bob), api_keys.create(session, "k", actor=people.bob)
    ticket = Ticket(
        organisation_id=people.bob.organisation_id,
        number=1,
        status=TicketStatus.IN_PROGRESS,
        assignee_id=bob.id,
        active_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(ticket)
    session.flush()
    team.remove(session, bob.id or 0, actor=people.alice)
    session.refresh(ticket)
    assert (ticket.assignee_id, ticket.status) == (None, TicketStatus.OPEN)
    assert sessions.find(session, token) is None and api_keys.find(session, key.plain) is None
    assert bob.status == MemberStatus.REMOVED and bob not in team.members(session, actor=people.alice)
    again = _member(session, people, Role.AGENT, email="bob@people.test")
    assert again.user_id != bob.id


def test_strangers_are_absent(people: People, session: Session) -> None:
    for change in (
        lambda user_id: team.remove(session, user_id, actor=people.charlie),
        lambda user_id: team.change_role(session, user_id, "agent", actor=people.charlie),
    ):
        with pytest.raises(NotFound) as foreign:
            change(people.bob.user_id)
        with pytest.raises(NotFound) as absent:
            change(987_654)
        assert foreign.value.message == absent.value.message
