"""Passwords."""

import pytest

from services import passwords
from services.errors import Invalid


def test_only_the_right_password_matches() -> None:
    stored = passwords.hashed("a decent password").text
    assert stored.startswith("$argon2id$")
    assert passwords.matches("a decent password", stored)
    assert not passwords.matches("a decent passwort", stored)


@pytest.mark.parametrize("plain", ["", "short", "password", "aaaaaaaaaaaa", "x" * 257])
def test_refuses_what_is_guessed_first(plain: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.hashed(plain)
    assert refused.value.field == "password"


def test_nobody_matches_nothing() -> None:
    assert not passwords.matches("nobody has this password", None)
    assert not passwords.matches("x", "no hash at all")
