"""Opaque ids: round trip, stable, and nothing but the right kind is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import ids
from services.errors import NotFound


@given(st.integers(min_value=1, max_value=(1 << 62) - 1))
def test_round_trip(number: int) -> None:
    assert ids.decode("ticket", ids.encode("ticket", number)) == number


def test_an_id_stays_what_it_was() -> None:
    assert ids.encode("ticket", 1) == ids.encode("ticket", 1)
    assert len({ids.encode("ticket", number) for number in range(1, 2000)}) == 1999


def test_neighbours_do_not_look_alike() -> None:
    assert ids.encode("dom", 1)[-6:] != ids.encode("dom", 2)[-6:]


@pytest.mark.parametrize(
    "wrong", ["", "ticket_", "dom_0000000000000", "ticket_" + "z" * 13, "ticket_u" + "0" * 12, "7"]
)
def test_anything_else_is_not_found(wrong: str) -> None:
    with pytest.raises(NotFound):
        ids.decode("ticket", wrong)
