"""Expressions are bounded, and what is said to stand in every match does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Invalid
from services.rules import patterns


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("invoice", "invoice"),
        (r"Order #\d{4,}", "order #"),
        (r"\[Ticket\] .*urgent", "[ticket] "),
        ("colou?r scheme", "r scheme"),
        ("abcd*", "abc"),
        ("abcd+efgh", "abcd"),
        ("one|another", ""),
        ("(one|another) thing", " thing"),
        (r"\x41bcdef", ""),
        (r"\Qabc\E", ""),
        ("[abc]defg[^]x]hi", "defg"),
        ("ab{2}cdef", "cdef"),
        ("Grüße gehen", "e gehen"),
        ("", ""),
    ],
)
def test_literal(pattern: str, literal: str) -> None:
    assert patterns.literal(pattern) == literal


@given(st.text("ab|()[]{}?*+.\\d1,^$- K", max_size=14), st.text("abd1 -K", max_size=12))
def test_the_literal_stands_in_every_match(pattern: str, text: str) -> None:
    try:
        expression = patterns.compiled(pattern * 2)
    except Invalid:
        return
    if expression.search(text):
        assert patterns.literal(pattern * 2) in text.casefold()


def test_nothing_that_backtracks_is_read() -> None:
    for pattern in (r"(a)\1", "(?<=a)b", "a" * 501, "(((a{30}){30}){30})"):
        with pytest.raises(Invalid):
            patterns.compiled(pattern)


def test_a_pattern_that_hangs_others_ends() -> None:
    """B10: this takes a backtracking engine longer than the sun will shine."""
    bad = "(a+)+$"
    assert re.compile(bad)
    assert patterns.compiled(bad).search("a" * 100_000 + "!") is None
