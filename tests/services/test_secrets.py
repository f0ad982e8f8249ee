"""Sealing, signing and hashing: what is kept secret stays so, what is forged is refused."""

from datetime import timedelta

import pytest

from services import clock, secrets
from services.errors import Invalid
from services.settings import Settings


def test_sealed_text_comes_back_and_does_not_show(settings: Settings) -> None:
    sealed = secrets.seal("hunter2")
    assert "hunter2" not in sealed
    assert secrets.unseal(sealed) == "hunter2"


def test_text_sealed_with_another_key_is_refused(settings: Settings) -> None:
    with pytest.raises(Invalid) as refused:
        secrets.unseal("gAAAAABnot-ours")
    assert refused.value.code == "wrong_key"


def test_signed_link_carries_its_payload_until_it_expires(settings: Settings) -> None:
    link = secrets.sign("reset", {"user": 7}, lifetime=60)
    assert secrets.verify("reset", link) == {"user": 7}
    with clock.ahead(timedelta(seconds=61)), pytest.raises(Invalid) as expired:
        secrets.verify("reset", link)
    assert expired.value.code == "expired_token"


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2], lambda t: "A" + t[1:] if t[0] != "A" else "B" + t[1:], lambda t: ""]
)
def test_damaged_link_is_refused(settings: Settings, spoil: object) -> None:
    link = secrets.sign("reset", {"user": 7}, lifetime=60)
    with pytest.raises(Invalid):
        secrets.verify("reset", spoil(link))  # type: ignore[operator]


def test_link_of_one_purpose_does_not_serve_another(settings: Settings) -> None:
    with pytest.raises(Invalid):
        secrets.verify("invitation", secrets.sign("reset", {"user": 7}, lifetime=60))


def test_mark_survives_case_folding(settings: Settings) -> None:
    mark = secrets.short_mark("reply", "1.42")
    assert mark == mark.lower() and len(mark) == 12
    assert mark != secrets.short_mark("reply", "1.43")
