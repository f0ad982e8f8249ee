"""Paths and parameters of MAIL and RCPT."""

import pytest

from smtp import paths


@pytest.mark.parametrize(
    ("argument", "address", "parameters"),
    [
        ("<a@b.test>", "a@b.test", ""),
        (" <a@b.test>  SIZE=1 X", "a@b.test", "SIZE=1 X"),
        ("<>", "", ""),
        ("a@b.test SIZE=1", "a@b.test", "SIZE=1"),
        ("<@x.test,@y.test:a@b.test>", "a@b.test", ""),
        ('<"a\\"b c"@b.test>', '"a\\"b c"@b.test', ""),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", ""),
        ("<übung@bücher.test>", "übung@bücher.test", ""),
        ("<Postmaster>", "Postmaster", ""),
        ("<a@host>", "a@host", ""),
        ("<" + "a" * 64 + "@b.test>", "a" * 64 + "@b.test", ""),
    ],
)
def test_what_is_a_path(argument: str, address: str, parameters: str) -> None:
    assert paths.read_path(argument) == (address, parameters)


@pytest.mark.parametrize(
    "argument",
    [
        "<a@b.test",
        "a@b.test>",
        "<a@b@c.test>",
        "<a.test>",
        "<a..b@c.test>",
        "<.a@c.test>",
        "<a@-b.test>",
        "<a@b..test>",
        "<a@b.test>SIZE=1",
        "<a b@c.test>",
        "<a@b.test\x00>",
        "<<a@b.test>>",
        '<"a@b.test>',
        "<a@[1.2.3]>",
        "<" + "a" * 1000 + "@b.test>",
        "<a@" + "d" * 64 + ".test>",
        "",
    ],
)
def test_what_is_none(argument: str) -> None:
    assert paths.read_path(argument) is None


def test_parameters() -> None:
    assert paths.read_parameters("size=10 SMTPUTF8 BODY=8BITMIME") == {"SIZE": "10", "SMTPUTF8": "", "BODY": "8BITMIME"}
    for wrong in ("SIZE=", "=1", "SIZE=1 SIZE=2", "A=b=c", "ü=1"):
        assert paths.read_parameters(wrong) is None


def test_hosts() -> None:
    assert all(map(paths.is_host, ["client.test", "localhost", "my_host", "[192.0.2.1]", "[IPv6:::1]"]))
    assert not any(map(paths.is_host, ["", "a b", "ü.test", "x" * 256, "a\x00", "<a>"]))
