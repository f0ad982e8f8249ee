"""API keys."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models import Role, User
from services import access, api_keys, clock
from services.access import Permission
from services.errors import Invalid, NotFound, NotPermitted
from tests.conftest import People


def test_key_opens_what_its_owner_may(people: People, session: Session) -> None:
    made = api_keys.create(session, "Robot", actor=people.bob)
    assert made.plain.startswith(f"mr_live_{made.key.key_id}_")
    found = api_keys.find(session, made.plain)
    assert found and found[0].user_id == people.bob.user_id
    assert access.may(found[0], Permission.WORK_TICKETS) and not access.may(found[0], Permission.MANAGE_TEAM)
    assert made.plain.split("_", 3)[3] not in str(made.key.model_dump())


def test_scopes_narrow_it(people: People, session: Session) -> None:
    made = api_keys.create(session, "Reader", scopes=["tickets:read"], mode="test", actor=people.alice)
    assert made.plain.startswith("mr_test_")
    found = api_keys.find(session, made.plain)
    assert found and access.may(found[0], Permission.READ_TICKETS)
    with pytest.raises(NotPermitted) as refused:
        access.require(found[0], Permission.WORK_TICKETS)
    assert refused.value.code == "insufficient_scope"


def test_a_key_never_may_more_than_its_maker(people: People, session: Session) -> None:
    with pytest.raises(NotPermitted):
        api_keys.create(session, "Robot", scopes=["team:write"], actor=people.bob)
    narrow = api_keys.find(session, api_keys.create(session, "k", scopes=["keys:write"], actor=people.bob).plain)
    assert narrow
    assert api_keys.create(session, "child", actor=narrow[0]).key.scopes == ["keys:write"]
    with pytest.raises(NotPermitted):
        api_keys.create(session, "child", scopes=["tickets:read"], actor=narrow[0])


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"mode": "demo"}, "mode"),
        ({"name": " "}, "name"),
    ],
)
def test_refuses_what_cannot_be(people: People, session: Session, options: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        api_keys.create(session, **{"name": "k", "actor": people.bob, **options})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_damaged_revoked_expired_and_orphaned_keys_open_nothing(people: People, session: Session) -> None:
    made = api_keys.create(session, "k", expires_at=clock.now() + timedelta(days=1), actor=people.bob)
    plain = made.plain
    flipped = plain[:-1] + ("A" if plain[-1] != "A" else "B")
    for bad in ("", "mr_live_", plain[:-1], flipped, plain.replace("live", "test"), plain + "x", "mr_live_é_ü"):
        assert api_keys.find(session, bad) is None, bad
    with clock.ahead(timedelta(days=2)):
        assert api_keys.find(session, plain) is None
    api_keys.revoke(session, made.key.id or 0, actor=people.alice)
    assert api_keys.find(session, plain) is None


def test_demotion_counts_at_once(people: People, session: Session) -> None:
    made = api_keys.create(session, "k", actor=people.alice)
    session.get_one(User, people.alice.user_id).role = Role.OBSERVER
    session.flush()
    found = api_keys.find(session, made.plain)
    assert found and not access.may(found[0], Permission.MANAGE_TEAM)


def test_one_sees_ones_own_and_admins_see_all(people: People, session: Session) -> None:
    mine, hers = (api_keys.create(session, "k", actor=actor).key for actor in (people.bob, people.alice))
    assert api_keys.listed(session, actor=people.bob) == [mine]
    assert api_keys.listed(session, actor=people.alice) == [hers, mine]
    assert api_keys.listed(session, actor=people.charlie) == []
    for actor, key in ((people.bob, hers), (people.charlie, mine)):
        with pytest.raises(NotFound):
            api_keys.revoke(session, key.id or 0, actor=actor)
    with pytest.raises(NotPermitted):
        api_keys.create(session, "k", actor=people.olga)


def test_use_is_noted_once_a_minute(people: People, session: Session) -> None:
    key = api_keys.create(session, "k", actor=people.bob).key
    assert api_keys.is_use_due(key)
    api_keys.used(session, key.id or 0)
    assert not api_keys.is_use_due(key)
    with clock.ahead(timedelta(minutes=2)):
        assert api_keys.is_use_due(key)
