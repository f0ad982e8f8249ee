"""Floors below which a library has a known hole (RELIABILITY B33)."""

from importlib.metadata import version

import pytest

FLOORS = {
    "aiosmtpd": (1, 4, 6),  # smuggling, STARTTLS injection
    "authlib": (1, 6, 11),  # state kept in a shared cache
    "nicegui": (3, 10, 0),  # upload path traversal
    "aiosmtplib": (5, 1, 3),  # command injection through addresses
}


@pytest.mark.parametrize("name", FLOORS)
def test_no_library_is_below_its_floor(name: str) -> None:
    assert tuple(int(part) for part in version(name).split(".")[:3]) >= FLOORS[name]
