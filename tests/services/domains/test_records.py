"""What the DNS may hold for a record to count as set."""

import pytest

from models import Domain
from services import clock
from services import settings as configuration
from services.domains.records import Record, RecordStatus, expected, judge
from services.settings import Settings


def record(settings: Settings, key: str) -> Record:
    domain = Domain(
        organisation_id=1,
        name="acme.example",
        verification_token="t0ken",
        dkim_private_key="",
        dkim_public_key="QUJD",
        created_at=clock.now(),
    )
    return next(each for each in expected(domain) if each.key == key)


@pytest.mark.parametrize(
    ("key", "found", "status"),
    [
        ("ownership", ["mailroom-verification=t0ken"], RecordStatus.OK),
        ("ownership", ["other=1", " mailroom-verification=t0ken "], RecordStatus.OK),
        ("ownership", ["mailroom-verification=else"], RecordStatus.WRONG),
        ("ownership", [], RecordStatus.MISSING),
        ("mx", ["10 mailroom.test"], RecordStatus.OK),
        ("mx", ["5 mailroom.test", "10 backup.example"], RecordStatus.OK),
        ("mx", ["20 mailroom.test", "10 other.example"], RecordStatus.WRONG),
        ("mx", ["10 other.example"], RecordStatus.WRONG),
        ("mx", [], RecordStatus.MISSING),
        ("spf", ["v=spf1 a:mailroom.test mx ~all"], RecordStatus.OK),
        ("spf", ["google-site-verification=x", "v=spf1 include:_spf.example +a:mailroom.test -all"], RecordStatus.OK),
        ("spf", ["v=spf1 include:_spf.example -all"], RecordStatus.WRONG),
        ("spf", ["v=spf1 mx -all", "v=spf1 a -all"], RecordStatus.WRONG),
        ("spf", ["v=spf10 mx"], RecordStatus.MISSING),
        ("dkim", ["v=DKIM1; k=rsa; p=QUJD"], RecordStatus.OK),
        ("dkim", ["v=DKIM1;k=rsa;t=s;p=QU JD;"], RecordStatus.OK),
        ("dkim", ["v=DKIM1; p=WFla"], RecordStatus.WRONG),
        ("dmarc", ["v=DMARC1; p=reject; rua=mailto:d@acme.example"], RecordStatus.OK),
        ("dmarc", ["v=DMARC1; p=perhaps"], RecordStatus.WRONG),
        ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], RecordStatus.WRONG),
        ("dmarc", ["something else"], RecordStatus.MISSING),
    ],
)
def test_judgement(settings: Settings, key: str, found: list[str], status: RecordStatus) -> None:
    finding = judge(record(settings, key), found)
    assert finding.status is status
    assert bool(finding.explanation) == (status is RecordStatus.WRONG)


def test_values_to_set_are_this_servers(settings: Settings) -> None:
    assert record(settings, "mx").value == "mailroom.test"
    assert record(settings, "spf").value == "v=spf1 a:mailroom.test mx ~all"
    assert record(settings, "dkim").name == "mailroom._domainkey.acme.example"
    configuration.use(settings.model_copy(update={"hostname": "192.0.2.7"}))
    assert record(settings, "spf").value == "v=spf1 ip4:192.0.2.7 mx ~all"
