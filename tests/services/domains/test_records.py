"""What the DNS may hold for a record to count as set."""

import pytest

from models import DkimKey, Domain, KeyAlgorithm, KeyState
from services import clock
from services import settings as configuration
from services.domains.faults import Evidence, judge
from services.domains.records import Record, RecordStatus, expected
from services.settings import Settings


def record(settings: Settings, key: str) -> Record:
    domain = Domain(
        organisation_id=1,
        name="acme.example",
        verification_token="t0ken",
        is_backup=key == "backup mx",
        created_at=clock.now(),
    )
    keys = [
        DkimKey(
            domain_id=1,
            selector=f"mailroom{ending}",
            algorithm=algorithm,
            private_key="",
            public_key=public,
            state=KeyState.ACTIVE,
            created_at=clock.now(),
        )
        for ending, algorithm, public in (("", KeyAlgorithm.RSA, "QUJD"), ("-ed", KeyAlgorithm.ED25519, "REVG"))
    ]
    wanted = key.removeprefix("backup ")
    return next(each for each in expected(domain, keys) if wanted in (each.key, each.selector))


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
    finding = judge(record(settings, key), Evidence(tuple(found)))
    assert finding.status is status
    if status is not RecordStatus.MISSING:
        assert bool(finding.explanation) == (status is RecordStatus.WRONG)


@pytest.mark.parametrize(
    ("key", "evidence", "words"),
    [
        ("spf", Evidence(("v=spf1 mx -all", "v=spf1 a -all")), "Join them into one"),
        ("spf", Evidence(("v=spf1 mx +all",)), "everybody"),
        ("spf", Evidence(("v=spf1 mx include:a.example ~all",), lookups=11), "more than 10 names"),
        ("spf", Evidence(("v=spf1 include:a.example ~all",)), "Add a:mailroom.test"),
        ("mx", Evidence(("10 other.example",)), "another server"),
        ("mx", Evidence(("5 other.example", "10 mailroom.test")), "lowest number"),
        ("mx", Evidence(("0 .",)), "no mail at all"),
        ("mx", Evidence(alias_of="shop.example.net"), "CNAME for shop.example.net"),
        ("ownership", Evidence(('"mailroom-verification=t0ken"',)), "quotation marks"),
        ("ownership", Evidence(doubled=("mailroom-verification=t0ken",)), "without it"),
        ("dkim", Evidence(("v=DKIM1; k=rsa; p=QU", "JD")), "several records"),
        ("dkim", Evidence(("v=DKIM1; k=rsa; p=QU",)), "cut off"),
        ("dkim", Evidence(("v=DKIM1\\; k=rsa\\; p=QUJD",)), "backslashes"),
        ("dkim", Evidence(("v=DKIM1; k=rsa; p=",)), "withdrawn"),
        ("dkim", Evidence(("v=DKIM1; k=rsa; p=WFla",)), "Another key"),
        ("dkim", Evidence(("v=DKIM1; k=rsa; p=QUJD", "v=DKIM1; k=rsa; p=WFla")), "beside it"),
        ("dkim", Evidence(published_as="mailroom2"), "under the selector mailroom2"),
        ("mailroom-ed", Evidence(("v=DKIM1; p=REVG",)), "k=ed25519"),
        ("dmarc", Evidence(), "refuse bulk mail"),
        ("mta_sts", Evidence(("v=STSv1; id=",)), "1 to 32"),
        ("tls_rpt", Evidence(("v=TLSRPTv1; rua=me",)), "mailto:"),
    ],
)
def test_each_fault_is_said_with_what_to_do(settings: Settings, key: str, evidence: Evidence, words: str) -> None:
    finding = judge(record(settings, key), evidence)
    assert finding.status in (RecordStatus.WRONG, RecordStatus.MISSING) and words in finding.explanation


def test_a_backup_comes_after_the_first(settings: Settings) -> None:
    """Another server before this one is then as it should be."""
    mine = record(settings, "backup mx")
    assert mine.priority == 20
    assert judge(mine, Evidence(("10 first.example", "20 mailroom.test"))).status is RecordStatus.OK


def test_values_to_set_are_this_servers(settings: Settings) -> None:
    assert record(settings, "mx").value == "mailroom.test"
    assert record(settings, "spf").value == "v=spf1 a:mailroom.test mx ~all"
    assert record(settings, "dkim").name == "mailroom._domainkey.acme.example"
    configuration.use(settings.model_copy(update={"hostname": "192.0.2.7"}))
    assert record(settings, "spf").value == "v=spf1 ip4:192.0.2.7 mx ~all"
