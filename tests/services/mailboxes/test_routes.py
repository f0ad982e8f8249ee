"""Patterns, closing by date and count, blocked correspondents, and reverse-paths that come back."""

from datetime import timedelta

import pytest

from models import AliasStatus, Correspondent, DisabledPolicy
from services import clock, database, errors, mailboxes, secrets
from services.mail import srs
from services.mailboxes import Directory, Target
from tests.conftest import People
from tests.smtp.conftest import add_alias, add_domain


def loaded() -> Directory:
    directory = Directory()
    with database.reading() as session:
        directory.load(session)
    return directory


def found(address: str, reverse_path: str = "") -> Target | None:
    """Where both look-ups, which must agree, send mail for `address`."""
    with database.reading() as session:
        resolved = mailboxes.resolve(session, address)
    try:
        known = loaded().verify_recipient(address, reverse_path=reverse_path)
    except errors.NotFound:
        known = None
    assert resolved == known
    return known


@pytest.mark.parametrize(
    ("recipient", "pattern"),
    [
        ("sales-eu@acme.test", "sales-*"),
        ("sales-@acme.test", "sales-*"),
        ("sales-eu+x@acme.test", "sales-*"),
        ("sales-us@acme.test", "sales-us"),
        ("sales-vip-1@acme.test", "sales-vip-*"),
        ("sales-a.team@acme.test", "sales-*.team"),
        ("blue.team@acme.test", "*.team"),
        ("sales@acme.test", None),
        ("postmaster.team@acme.test", "*.team"),
    ],
)
def test_the_longest_pattern_takes_it(people: People, recipient: str, pattern: str | None) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        names = ("sales-*", "sales-us", "sales-vip-*", "*.team", "sales-*.team")
        aliases = {name: add_alias(session, domain, name, people.mailbox_id) for name in names}
        session.flush()
        expected = aliases[pattern].id if pattern else None
    target = found(recipient)
    assert (target and target.alias_id) == expected
    assert target is None or target.detail == ("x" if "+" in recipient else "")


@pytest.mark.parametrize("policy", DisabledPolicy)
@pytest.mark.parametrize("why", ["off", "date", "count"])
def test_a_closed_alias_refuses_or_drops(people: People, why: str, policy: DisabledPolicy) -> None:
    closed: dict[str, dict[str, object]] = {
        "off": {"status": AliasStatus.DISABLED},
        "date": {"expires_at": clock.now() - timedelta(seconds=1)},
        "count": {"expires_after": 3, "received_count": 3},
    }
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, domain, "old", people.mailbox_id, disabled_policy=policy, **closed[why])
        add_alias(session, domain, "young", people.mailbox_id, expires_after=3, received_count=2)
    directory = loaded()
    young = directory.verify_recipient("young@acme.test")
    assert not young.dropped and young.left == 1
    if policy is DisabledPolicy.DROP:
        assert directory.verify_recipient("old@acme.test").dropped
        return
    with pytest.raises(errors.NotFound) as refused:
        directory.verify_recipient("old@acme.test")
    assert refused.value.code == "address_disabled"


def test_a_blocked_correspondent_is_refused_by_that_alias_alone(people: People) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        mine, _ = (add_alias(session, domain, name, people.mailbox_id) for name in ("support", "info"))
        session.flush()
        for address, blocked_at in (("pest@spam.example", clock.now()), ("friend@shop.example", None)):
            session.add(
                Correspondent(
                    alias_id=mine.id or 0,
                    address=address,
                    organisation_id=mine.organisation_id,
                    last_at=clock.now(),
                    blocked_at=blocked_at,
                )
            )
    directory = loaded()
    with pytest.raises(errors.NotPermitted) as refused:
        directory.verify_recipient("support@acme.test", reverse_path="Pest@Spam.example")
    assert refused.value.code == "sender_blocked"
    directory.verify_recipient("info@acme.test", reverse_path="pest@spam.example")
    directory.verify_recipient("support@acme.test", reverse_path="friend@shop.example")
    directory.verify_recipient("support@acme.test")


def test_only_reverse_paths_we_wrote_come_back(people: People) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, domain, "*", people.mailbox_id)
    ours = srs.rewrite("Sam@shop.example", "acme.test", key=secrets.subkey("srs"), at=clock.now(), number=1)
    target = found(ours)
    assert target is not None and target.returns == srs.Original("Sam@shop.example") and target.alias_id is None
    assert not loaded().owns(people.alice.organisation_id, ours)
    assert found(ours.replace("Sam", "eve")) is None, "not even the catch-all takes a forged one"
    with clock.ahead(timedelta(days=60)):
        assert found(ours) is None
