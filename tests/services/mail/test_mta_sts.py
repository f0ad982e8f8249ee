"""What a record and a policy file of MTA-STS say (RFC 8461), and what is none."""

import pytest

from services.mail import mta_sts
from services.mail.mta_sts import Mode, Policy

FILE = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"),
        (["v=STSv1;id=1"], "1"),
        (["something else", "v=STSv1; id=2"], "2"),
        (["v=STSv1; id=1", "v=STSv1; id=2"], ""),
        (["v=STSv1; id="], ""),
        (["v=STSv1; id=with-dash"], ""),
        (["v=STSv1; id=" + "x" * 33], ""),
        (["v=STSv1"], ""),
        (["v=STSv2; id=1"], ""),
        ([], ""),
    ],
)
def test_id(texts: list[str], found: str) -> None:
    assert mta_sts.id_of(texts) == found


def test_policy() -> None:
    assert mta_sts.parse(FILE) == Policy(Mode.ENFORCE, ("mail.example.com", "*.example.net"), 604800)
    assert mta_sts.parse(FILE.replace("\r\n", "\n")) == mta_sts.parse(FILE)
    assert mta_sts.parse(FILE + "extension: of the future\r\n") == mta_sts.parse(FILE)
    assert mta_sts.parse(FILE + "mode: none\r\n").mode is Mode.ENFORCE  # the first counts
    assert mta_sts.parse("version: STSv1\nmode: none\nmax_age: 1\n").mx == ()
    assert mta_sts.parse(FILE.replace("604800", "9999999999")).max_age == mta_sts.LONGEST


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("STSv1", "STSv2"),
        ("version: STSv1\r\n", ""),
        ("enforce", "Enforce"),
        ("enforce", "hope"),
        ("604800", "-1"),
        ("604800", "a week"),
        ("max_age: 604800\r\n", ""),
        ("mx: mail.example.com\r\nmx: *.example.net\r\n", ""),
        ("mail.example.com", "mail.*.com"),
        ("mail.example.com", "*"),
        ("mail.example.com", "https://mail"),
        ("mode: enforce", "<html>"),
        ("mode: enforce", "mode enforce"),
    ],
)
def test_no_policy(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"its? |of a policy"):
        mta_sts.parse(FILE.replace(old, new))


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("mail.example.com", True),
        ("MAIL.example.com.", True),
        ("mx1.example.net", True),
        ("a.mx1.example.net", False),
        ("example.net", False),
        ("other.example.com", False),
    ],
)
def test_servers_of_a_policy(host: str, covered: bool) -> None:
    assert mta_sts.parse(FILE).covers(host) is covered


def test_what_is_written_is_read() -> None:
    made = mta_sts.render(Mode.TESTING, ("mx.acme.example",), 86400)
    assert mta_sts.parse(made) == Policy(Mode.TESTING, ("mx.acme.example",), 86400)
