"""Addresses as they are written, and as they are compared."""

import json
from pathlib import Path

import pytest

from services.mail.address import Address, ascii_domain, detail, domain_of, normalise, parse_list, split


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ann@example.org", [("", "ann@example.org")]),
        ("Ann Smith <ann@example.org>", [("Ann Smith", "ann@example.org")]),
        (
            '"Smith, Ann" <ann@example.org>, bob@example.org',
            [("Smith, Ann", "ann@example.org"), ("", "bob@example.org")],
        ),
        ("ann@example.org (Ann Smith)", [("Ann Smith", "ann@example.org")]),
        ("=?utf-8?q?J=C3=BCrgen?= <j@example.org>", [("Jürgen", "j@example.org")]),
        ('"=?utf-8?b?SsO8cmdlbg==?=" <j@example.org>', [("Jürgen", "j@example.org")]),
        ("Friends: ann@example.org, Bob <bob@example.org>;", [("", "ann@example.org"), ("Bob", "bob@example.org")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example,@other.example:ann@example.org>", [("", "ann@example.org")]),
        ("'ann@example.org' <ann@example.org>", [("ann@example.org", "ann@example.org")]),
        (r'"Ann \"The\" Smith" <ann@example.org>', [('Ann "The" Smith', "ann@example.org")]),
        ("ann@example.org; bob@example.org", [("", "ann@example.org"), ("", "bob@example.org")]),
        ("Ann Smith", [("Ann Smith", "")]),
        ("", []),
        ("<>", []),
    ],
)
def test_fields_are_read(field: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.address) for each in parse_list(field)] == expected


@pytest.mark.parametrize(
    "field", ["<" * 50_000, '"' * 50_001, "(" * 50_000, "a@b," * 50_000, ",:;<>@\\\"'()[]" * 9_000]
)
def test_nothing_stops_the_reading(field: str) -> None:
    assert len(parse_list(field)) <= 2_000


def test_normalised() -> None:
    assert normalise(" Ann.Smith@Example.ORG ") == "ann.smith@example.org"
    assert normalise("ann@bücher.example") == "ann@xn--bcher-kva.example"
    assert normalise('"ann smith"@example.org') == '"ann smith"@example.org'


NO_ADDRESSES = ["", "ann", "@example.org", "ann@", "a b@example.org", "a..b@example.org", "ann@-x.org", "a@b@c.org"]
NO_ADDRESSES += ["ann@exa mple.org", f"{'a' * 65}@example.org", "ann\r\n@example.org"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_cannot_be_an_address(address: str) -> None:
    with pytest.raises(ValueError):
        normalise(address)


def test_parts() -> None:
    assert split("ann@example.org") == ("ann", "example.org")
    assert detail("support+t12.abc") == ("support", "t12.abc")
    assert detail("support") == ("support", "")
    assert detail("+x") == ("+x", "")
    assert domain_of("Ann@Bücher.Example.") == "xn--bcher-kva.example"
    assert ascii_domain("EXAMPLE.org.") == "example.org"
    assert Address("Ann", "a@b.c") == Address("Ann", "a@b.c")


def test_valid_addresses_of_the_corpus() -> None:
    path = Path(__file__).parents[4] / "shared" / "corpora" / "addresses" / "is_email" / "vectors.json"
    if not path.exists():
        pytest.skip("the corpora do not lie beside the checkout: left out")
    for vector in json.loads(path.read_text()):
        text = str(vector.get("address", ""))
        parse_list(text)
        if "ERR" in str(vector.get("category")) and "@" not in text:
            with pytest.raises(ValueError):
                normalise(text)
