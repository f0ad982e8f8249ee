"""Which names may be mail domains."""

import pytest

from services.domains import checked_name
from services.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Example.COM", "example.com"),
        (" example.com. ", "example.com"),
        ("mail.example.co.uk", "mail.example.co.uk"),
        ("müller-post.example", "xn--mller-post-9db.example"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("acme.test", "acme.test"),
    ],
)
def test_takes_registrable_names(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost",
        "com",
        "co.uk",
        "github.io",
        "公司.cn",
        "xn--fiqs8s",
        "-bad.example",
        "bad-.example",
        "a..example",
        "under_score.example",
        "white space.example",
        "user@example.com",
        "https://example.com/",
        "127.0.0.1",
        "a" * 64 + ".example",
        ".".join(["abcdefgh"] * 32) + ".example",
        "ex\x00ample.com",
        "xn--zzzzzz--.example",
    ],
)
def test_refuses_the_rest_and_names_the_field(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_name(typed)
    assert (caught.value.code, caught.value.field) == ("invalid_domain", "domain")
