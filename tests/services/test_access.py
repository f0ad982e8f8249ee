"""Roles and scopes: the table decides, and a key never exceeds it."""

import pytest

from models import Role
from services import access
from services.access import MAY, Actor, Permission
from services.errors import NotPermitted


def test_every_permission_has_a_row_and_the_owner_may_everything() -> None:
    assert set(MAY) == set(Permission)
    assert all(Role.OWNER in roles for roles in MAY.values())


def test_an_observer_sees_and_changes_nothing() -> None:
    observer = Actor(1, 1, Role.OBSERVER)
    assert access.may(observer, Permission.READ_TICKETS)
    changing = [each for each in Permission if each.value.split(":")[1] != "read"]
    assert not any(access.may(observer, each) for each in changing)


def test_a_key_does_only_what_its_scopes_name() -> None:
    key = Actor(1, 1, Role.OWNER, scopes=frozenset({Permission.READ_TICKETS}))
    access.require(key, Permission.READ_TICKETS)
    with pytest.raises(NotPermitted) as refused:
        access.require(key, Permission.SEND_EMAILS)
    assert refused.value.code == "insufficient_scope"


def test_a_scope_does_not_lift_the_role() -> None:
    key = Actor(1, 1, Role.AGENT, scopes=frozenset({Permission.MANAGE_TEAM}))
    with pytest.raises(NotPermitted):
        access.require(key, Permission.MANAGE_TEAM)
