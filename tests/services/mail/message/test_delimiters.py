"""Parts are found behind delimiters as the world writes them."""

from services.mail.message import Parsed, parse

TEXT = b"Content-Type: text/plain\n\none\n"
MORE = b"Content-Type: text/plain\n\ntwo\n"


def said(head: bytes, body: bytes) -> str:
    parsed: Parsed = parse(b"Content-Type: multipart/mixed" + head + b"\n\n" + body)
    assert not parsed.error
    return " ".join(parsed.text.split())


def test_a_line_that_begins_with_the_boundary_is_a_delimiter_where_no_line_is_one() -> None:
    assert said(b'; boundary="a"', b"--ab\n" + TEXT + b"--ac\n" + MORE) == "one two"


def test_a_whole_line_comes_before_a_beginning() -> None:
    assert said(b'; boundary="a"', b"--a\n" + TEXT + b"--ab\nsaid\n--a--\n") == "one --ab said"


def test_white_space_at_the_end_of_a_boundary() -> None:
    assert said(b'; boundary="a  "', b"--a  \n" + TEXT + b"--a \nsaid\n--a  --\n") == "one --a said"
    assert said(b'; boundary="a  "', b"--a\n" + TEXT + b"--a--\n") == "one"


def test_a_close_delimiter_within_a_line() -> None:
    assert said(b'; boundary="a"', b"--a\n\none--a--\nepilogue\n") == "one"


def test_a_boundary_that_is_told_wrongly_or_not_at_all() -> None:
    for head in (b'; boundary="other"', b""):
        assert said(head, b"\n----=_x\n" + TEXT + b"----=_x\n" + MORE + b"----=_x--\n") == "one two"


def test_a_nested_multipart_that_shares_its_parents_boundary_adds_nothing() -> None:
    nested = b"Content-Type: multipart/alternative; boundary=a\n\nnot to be seen\n"
    parsed = parse(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" + nested + b"--a\n" + TEXT + b"--a--\n")
    assert (parsed.text.strip(), parsed.parts) == ("one", [])


def test_an_outer_delimiter_ends_an_inner_part() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=b\n\n--b\n" + TEXT
    assert said(b"; boundary=a", b"--a\n" + inner + b"--a\n" + MORE + b"--a--\n") == "one two"
