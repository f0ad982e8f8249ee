"""Canonical bodies are judged by dkimpy, another implementation; and no text makes them slow."""

import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail.canonical import relaxed_body, relaxed_value, simple_body

bodies = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"  ", b".", b"\r", b"\xc3\xa9"]), max_size=12).map(
    b"".join
)


@settings(deadline=None)
@given(bodies)
def test_bodies_are_as_another_implementation_has_them(body: bytes) -> None:
    body += b"\r\n"
    assert relaxed_body(body) == Relaxed.canonicalize_body(body)
    assert simple_body(body) == Simple.canonicalize_body(body)


@pytest.mark.parametrize(
    ("value", "plain"),
    [(b" A\r\n  folded \t subject ", b"A folded subject"), (b"", b""), (b" \r\n ", b""), (b"\ta\tb", b"a b")],
)
def test_values(value: bytes, plain: bytes) -> None:
    assert relaxed_value(value) == plain


def test_a_body_without_a_line_end_gets_one() -> None:
    assert relaxed_body(b"a ") == b"a\r\n" and simple_body(b"a ") == b"a \r\n"
    assert (relaxed_body(b""), simple_body(b"")) == (b"", b"\r\n")


@pytest.mark.parametrize("piece", [b" ", b"\t", b"\r", b"\r\n", b" \r\n", b"\r\r\n"])
def test_time_grows_with_length_alone(piece: bytes) -> None:
    body = b"x" + piece * 1_000_000 + b"x\r\n"
    started = time.thread_time()
    for text in (body, body[:-3]):
        relaxed_body(text)
        simple_body(text)
    assert time.thread_time() - started < 20  # what backtracks takes hours
