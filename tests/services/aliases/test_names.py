"""What may stand before the @."""

import pytest

from services.aliases import checked_local_part
from services.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "local"),
    [
        ("Support", "support"),
        (" info ", "info"),
        ("first.last", "first.last"),
        ("o'brien", "o'brien"),
        ("a_b-c=d", "a_b-c=d"),
        ("*", "*"),
        ("Sales-*", "sales-*"),
        ("*.team", "*.team"),
        ("x" * 64, "x" * 64),
    ],
)
def test_takes_dot_atoms_and_the_catch_all(typed: str, local: str) -> None:
    assert checked_local_part(typed) == local


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".a",
        "a.",
        "a..b",
        "a b",
        "a@b",
        "a+b",
        "a*b*",
        "SRS0=x",
        '"a b"',
        "x" * 65,
        "süd",
        "a\x00b",
        "a\r\nb",
        "<a>",
        "a,b",
    ],
)
def test_refuses_the_rest_and_names_the_field(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_local_part(typed)
    assert caught.value.field == "local_part"
