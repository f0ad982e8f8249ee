"""Signed reply addresses."""

import pytest

from services.settings import Settings
from services.tickets.tokens import reply_token, ticket_number


def test_a_token_is_ours_alone_and_survives_case_folding(settings: Settings) -> None:
    token = reply_token(7, 123)
    assert ticket_number(7, token) == ticket_number(7, token.upper()) == 123
    assert ticket_number(8, token) is None and ticket_number(7, token.replace("123", "124")) is None
    assert len("support+" + reply_token(10**6, 10**12)) <= 64  # RFC 5321 4.5.3.1.1


@pytest.mark.parametrize("detail", ["", "t", "t1", "t1.", "tx.abc", "t²." + "a" * 12, "t1.é", "newsletter"])
def test_any_other_detail_is_no_token(settings: Settings, detail: str) -> None:
    assert ticket_number(7, detail) is None
