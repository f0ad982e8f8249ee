"""Who mail is from, from the listener's envelope to what is stored and found; and what a slow or dead DNS changes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import Message, Recheck
from services import clock, database, events, reception, rules, search
from services import settings as configuration
from services.dns import Patience, resolving
from services.flows import inbound
from services.flows.inbound import authenticating
from services.mail import dkim
from services.mail.authentication import result_of
from services.rules import Act, Condition, Draft
from services.settings import Settings
from tests import dns_server
from tests.conftest import People
from tests.dns_server import Zone
from tests.services.flows.inbound.conftest import file_all, letter

pytestmark = pytest.mark.usefixtures("post")
KEY = dkim.rsa_key_pair()
HURRIED = authenticating.HURRIED


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine lets the DNS of these tests be late, which is no silence of it."""
    monkeypatch.setattr(authenticating, "HURRIED", Patience(whole=60, silence=30))


@pytest.fixture
def zone(settings: Settings) -> Iterator[Zone]:
    """customer.test sends from 192.0.2.1 alone and wants anything else refused; signed.test signs."""
    with dns_server.serving() as served:
        served.set_text("customer.test", "v=spf1 ip4:192.0.2.1 -all")
        served.set_text("_dmarc.customer.test", "v=DMARC1; p=reject")
        served.set_text("_dmarc.signed.test", "v=DMARC1; p=reject")
        served.set_text("k._domainkey.signed.test", dkim.record(KEY.public))
        configuration.use(settings.model_copy(update={"dns_nameservers": served.nameservers}))
        yield served


def arrive(content: bytes, peer: str = "192.0.2.1", **more: object) -> None:
    envelope = reception.Envelope("carl@customer.test", ("support@acme.test",), content, "mx.test", peer, "ESMTP")
    with database.transaction() as session:
        reception.accept(session, replace(envelope, **more))


def message(subject: str) -> Message:
    with database.reading() as session:
        return session.exec(select(Message).where(Message.subject == subject)).one()


def verdict(subject: str) -> object:
    return message(subject).authentication["verdict"]


def sign(content: bytes) -> bytes:
    signer = dkim.Signer("k", KEY.private)
    content = content.replace(b"\n", b"\r\n")
    return dkim.sign(content, domain="signed.test", signers=[signer], at=int(time.time())) + content


def waiting() -> list[Recheck]:
    with database.reading() as session:
        return list(session.exec(select(Recheck).order_by(col(Recheck.message_id))))


def recheck() -> None:
    while inbound.recheck():
        pass


def test_each_message_has_its_verdict_and_is_found_by_it(zone: Zone, people: People) -> None:
    arrive(letter("Good"))
    arrive(letter("Forged"), peer="198.51.100.9")
    arrive(sign(letter("Signed", author="Sig <s@signed.test>")), peer="198.51.100.9")
    arrive(letter("Unknown to all", author="No <n@nopolicy.test>"), reverse_path="n@nopolicy.test")
    file_all()
    subjects = ("Good", "Forged", "Signed", "Unknown to all")
    assert [verdict(each) for each in subjects] == ["pass", "fail", "pass", "none"]
    with database.reading() as session:
        for asked, found in (
            ("auth:fail", ["Forged"]),
            ("auth:pass", ["Signed", "Good"]),
            ("auth:none", ["Unknown to all"]),
            ("auth:unknown", []),
            ("auth:odd", []),
            ("-auth:pass", ["Unknown to all", "Forged"]),
            ("auth:fail forged", ["Forged"]),
        ):
            assert [row.subject for row in search.find(session, asked, actor=people.alice)] == found, asked
            assert search.find(session, asked, actor=people.charlie) == []
    assert not waiting()


def test_a_batch_asks_each_question_once(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "TRY_SECONDS", resolving.TOTAL_SECONDS)  # or who is late is asked again
    for number in range(30):
        arrive(letter(f"Mail {number}"))
    file_all()
    arrive(letter("One more"))
    file_all()
    assert [verdict(f"Mail {number}") for number in range(30)] == ["pass"] * 30
    assert sorted(set(zone.asked)) == sorted(zone.asked)


def test_senders_of_one_domain_may_differ(zone: Zone) -> None:
    """Where a policy speaks of the local part, nobody's result is anybody else's."""
    zone.set_text("customer.test", "v=spf1 exists:%{l}.ok.customer.test -all")
    zone.set("carl.ok.customer.test", "A", "127.0.0.2")
    arrive(letter("Carl's"))
    file_all()
    arrive(letter("Eve's"), reverse_path="eve@customer.test")
    file_all()
    assert (verdict("Carl's"), verdict("Eve's")) == ("pass", "fail")


def test_mail_of_our_own_is_not_judged_as_a_strangers(zone: Zone) -> None:
    arrive(letter("By a member"), protocol="LOCAL", peer="")
    arrive(letter("By our own relay"), peer="127.0.0.1")
    arrive(sign(letter("Signed and relayed", author="s@signed.test")), peer="::ffff:127.0.0.1")
    file_all()
    assert verdict("By a member") == "pass" and message("By a member").authentication["trusted"] == "member"
    assert verdict("By our own relay") == "none" and message("By our own relay").authentication["trusted"] == "relay"
    assert verdict("Signed and relayed") == "pass"
    assert ("customer.test", "TXT") not in zone.asked


def test_whose_network_is_trusted_is_a_setting(zone: Zone, settings: Settings) -> None:
    more = {"dns_nameservers": zone.nameservers, "trusted_networks": "198.51.100.0/24"}
    configuration.use(settings.model_copy(update=more))
    arrive(letter("Gateway"), peer="198.51.100.9")
    arrive(letter("Loopback"), peer="127.0.0.1")
    file_all()
    assert (verdict("Gateway"), verdict("Loopback")) == ("none", "fail")


def test_a_dead_resolver_holds_nothing_back(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    """B14: what cannot be asked is filed as unknown; only the first message waits, and not for long."""
    monkeypatch.setattr(authenticating, "HURRIED", HURRIED)
    zone.silent = True
    for number in range(3):
        arrive(letter(f"Mail {number}", author=f"A <a@n{number}.test>"), reverse_path=f"a@n{number}.test")
        started = time.monotonic()
        file_all()
        assert time.monotonic() - started < 60  # not for ever
        assert verdict(f"Mail {number}") == "unknown"
    assert len(waiting()) == 3


def test_what_was_unknown_turns_out_later(zone: Zone, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticating, "HURRIED", HURRIED)
    zone.silences = {"customer.test", "_dmarc.customer.test"}
    zone.set("customer.test", "TXT")
    zone.set("_dmarc.customer.test", "TXT")
    with clock.stopped(clock.now()):
        arrive(letter("Later"), peer="198.51.100.9")
        file_all()
        assert verdict("Later") == "unknown"
        recheck()
    assert verdict("Later") == "unknown" and waiting()[0].attempts == 0  # not due yet
    zone.set_text("customer.test", "v=spf1 -all")
    zone.set_text("_dmarc.customer.test", "v=DMARC1; p=reject")
    heard: list[events.Fact] = []
    forget = events.subscribe(heard.append)
    deadline = time.monotonic() + 60
    while waiting():
        assert time.monotonic() < deadline
        with clock.ahead(timedelta(days=2)):
            recheck()
    forget()
    assert verdict("Later") == "fail"
    ticket_id = message("Later").ticket_id or 0
    assert events.TicketChanged(people.alice.organisation_id, ticket_id) in heard
    with database.reading() as session:
        assert [row.subject for row in search.find(session, "auth:fail later", actor=people.alice)] == ["Later"]
        assert search.find(session, "auth:unknown", actor=people.alice) == []


def test_it_is_asked_again_more_and_more_rarely_and_then_no_more(zone: Zone) -> None:
    zone.broken = True
    arrive(letter("Never"))
    file_all()
    pauses = []
    while waiting():
        pauses.append(waiting()[0].due_at - clock.now())
        with clock.ahead(pauses[-1] + timedelta(seconds=1)):
            recheck()
    stored = message("Never").authentication
    assert (stored["verdict"], stored["final"]) == ("unknown", True)
    assert len(pauses) == 7 and pauses == sorted(pauses)


def test_a_deleted_message_is_not_asked_about(zone: Zone) -> None:
    zone.broken = True
    arrive(letter("Gone"))
    file_all()
    with database.transaction() as session:
        session.delete(session.exec(select(Message)).one())
    assert not waiting()
    with clock.ahead(timedelta(days=2)):
        recheck()


def test_rules_see_what_is_known_when_it_is_filed(zone: Zone, people: People) -> None:
    with database.transaction() as session:
        for field, value in (("verdict", "fail"), ("spf", "fail"), ("dmarc", "unknown"), ("dkim", "pass")):
            draft = Draft(
                f"{field} {value}", (Condition(field, "is", value),), (Act("tag", {"value": f"{field}-{value}"}),)
            )
            rules.add(session, draft, actor=people.alice)
    zone.failures = {("_dmarc.slow.test", "TXT")}
    arrive(letter("Forged"), peer="198.51.100.9")
    arrive(letter("Open", author="s@slow.test"), reverse_path="s@slow.test")
    arrive(sign(letter("Signed", author="s@signed.test")), reverse_path="s@signed.test")
    file_all()
    with database.reading() as session:
        rows = search.find(session, "in:all is:open", actor=people.alice)
    tags = {row.subject: sorted(tag.name for tag in row.tags) for row in rows}
    assert tags == {"Forged": ["spf-fail", "verdict-fail"], "Open": ["dmarc-unknown"], "Signed": ["dkim-pass"]}


def test_mail_nobody_can_read_is_judged_all_the_same(zone: Zone) -> None:
    zone.set_text("nul.test", "v=spf1 -all exp=why.nul.test")
    zone.set_text("why.nul.test", "a nought: \0")
    zone.set_text("_dmarc.nul.test", "v=DMARC1; p=\0")
    arrive(letter("Nought", author="a@nul.test"), reverse_path="a@nul.test")
    for content in (
        b"",
        b"\r\n",
        b"From: \xff\xfe\r\nDKIM-Signature: v=1\r\nARC-Seal: i=1\r\n\r\n\0",
        b"From: a@b\\300.test\r\n\r\n",
        b"DKIM-Signature:" * 50,
        b"DKIM-Signature: a\r\n" * 100_000,
    ):
        arrive(content)
    file_all()
    with database.reading() as session:
        found = [each.authentication["verdict"] for each in session.exec(select(Message))]
    assert len(found) > 5 and set(found) <= {"none", "pass", "fail"}
    assert verdict("Nought") == "fail"


def test_what_a_server_may_is_remembered_only_as_long_as_it_holds(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed mail of one server is checked by SPF once; a policy that changes is seen when its time is over."""
    zone.ttl = 60
    arrive(sign(letter("First", author="s@signed.test")))
    file_all()
    real = time.monotonic
    zone.set_text("customer.test", "v=spf1 -all")
    monkeypatch.setattr(time, "monotonic", lambda: real() + 40)
    arrive(sign(letter("Second", author="s@signed.test")))
    file_all()
    monkeypatch.setattr(time, "monotonic", lambda: real() + 70)
    arrive(sign(letter("Third", author="s@signed.test")))
    file_all()
    found = [result_of(message(each).authentication, "spf") for each in ("First", "Second", "Third")]
    assert found == ["pass", "pass", "fail"]
