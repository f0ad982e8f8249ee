"""Initials, times and asset addresses as people and browsers read them."""

from datetime import UTC, datetime, timedelta

import pytest

from components import assets, avatar, moments
from services import clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "address", "letters"),
    [
        ("Ada Okafor", "", "AO"),
        ("ada", "", "A"),
        ("Dr. Ada B. Okafor", "", "DO"),
        ("", "bob@acme.test", "B"),
        ("—", "bob@acme.test", "B"),
        ("李小龙", "", "李"),
        ("", "", "?"),
    ],
)
def test_initials(name: str, address: str, letters: str) -> None:
    assert avatar.initials(name, address) == letters


def test_a_hue_belongs_to_an_address_however_it_is_typed() -> None:
    assert avatar.hue("Ada@Acme.test ") == avatar.hue("ada@acme.test")
    assert 0 <= avatar.hue("x") < 360


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=40), "1 month ago"),
        (timedelta(minutes=-15), "in 15 minutes"),
    ],
)
def test_how_long_ago(gap: timedelta, words: str) -> None:
    with clock.stopped(NOON):
        assert moments.ago(NOON - gap) == words
        assert moments.ago(None, never="not yet") == "not yet"


def test_only_what_is_meant_for_browsers_is_public() -> None:
    assert all(map(assets.is_public, ("app.css", "icon.svg", "fonts/inter.woff2", "vendor/x/editor.js")))
    assert not any(map(assets.is_public, ("demo/letters.py", "demo/a.css", "demo/../app.css", "secret.key")))
