"""Every reply has a code, an enhanced code of the same class, and words; errors of our tree find theirs."""

import re

import pytest

from services import errors
from smtp import replies

WITHOUT_ENHANCED = {"START"}  # RFC 2034 3: none on 354


def test_form_of_all_replies() -> None:
    texts = {name: text for name, text in vars(replies).items() if name.isupper() and isinstance(text, str)}
    assert len(texts) > 40
    for name, text in texts.items():
        form = r"354 \S.*" if name in WITHOUT_ENHANCED else r"([245])\d\d \1\.\d{1,3}\.\d{1,3} \S.*"
        assert re.fullmatch(form, text), name
        assert len(text) < 510 and text.isascii()


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (errors.NotFound("x"), "550 5.1.1"),
        (errors.NotFound("x", code="address_disabled"), "550 5.2.1"),
        (errors.NotPermitted("x"), "550 5.7.1"),
        (errors.NotAuthenticated("x"), "535 5.7.8"),
        (errors.Conflict("x"), "450 4.2.0"),
        (errors.Invalid("x"), "550 5.6.0"),
        (errors.Unavailable("x"), "451 4.3.0"),
        (errors.TooMany("x", retry_after=1), "451 4.7.1"),
        (errors.StorageFull("x"), "452 4.3.1"),
    ],
)
def test_errors(error: errors.Error, codes: str) -> None:
    assert replies.reply_to(error) == f"{codes} x"


def test_an_error_cannot_forge_a_line() -> None:
    assert "\n" not in replies.reply_to(errors.Invalid("a\r\n250 OK ü"))
