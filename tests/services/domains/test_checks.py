"""Looking records up at a real DNS server, and the states that follow."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models import Domain, DomainStatus, IntegrationType, WebhookDelivery
from services import clock, database, domains, integrations
from services.domains import RecordStatus
from services.errors import NotFound, NotPermitted
from tests.conftest import People
from tests.dns_server import Zone
from tests.services.domains.conftest import publish, reported, states


async def test_records_as_told_make_it_active(zone: Zone, domain: Domain, people: People) -> None:
    before = await domains.check(domain.id or 0, actor=people.alice)
    assert set(states(before).values()) == {"missing"} and before.domain.status is DomainStatus.PENDING
    publish(zone, reported(people, domain))
    after = await domains.check(domain.id or 0, actor=people.alice)
    # the SPF record stands at the same name as others; all of them are there
    assert set(states(after).values()) == {"ok"}
    found = after.domain
    assert found.status is DomainStatus.ACTIVE and found.verified_at is not None and found.checked_at is not None
    assert found.next_check_at is not None and found.next_check_at - clock.now() > timedelta(hours=23)


async def test_found_value_is_shown_beside_the_expected(zone: Zone, domain: Domain, people: People) -> None:
    zone.set("acme.example", "MX", "10 Elsewhere.Example.")
    checked = await domains.check(domain.id or 0, actor=people.alice)
    mx = next(record for record in checked.records if record.key == "mx")
    assert (mx.status, mx.found) == (RecordStatus.WRONG, ("10 elsewhere.example",))
    assert "another server" in mx.explanation


async def test_mx_alone_proves_nothing(zone: Zone, domain: Domain, people: People) -> None:
    zone.set("acme.example", "MX", "10 mailroom.test.")
    assert (await domains.check(domain.id or 0, actor=people.alice)).domain.status is DomainStatus.PENDING


async def test_broken_dns_moves_nothing(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await domains.check(domain.id or 0, actor=people.alice)
    zone.broken = True
    for _ in range(5):
        checked = await domains.check(domain.id or 0, actor=people.alice)
    assert checked.domain.status is DomainStatus.ACTIVE and states(checked)["ownership"] == "error"


async def test_lost_proof_fails_after_three_looks(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await domains.check(domain.id or 0, actor=people.alice)
    zone.set("_mailroom.acme.example", "TXT")
    seen = [(await domains.check(domain.id or 0, actor=people.alice)).domain.status for _ in range(3)]
    assert seen == [DomainStatus.ACTIVE, DomainStatus.ACTIVE, DomainStatus.FAILED]
    publish(zone, reported(people, domain))
    assert (await domains.check(domain.id or 0, actor=people.alice)).domain.status is DomainStatus.ACTIVE


async def test_lost_proof_is_told_to_who_follows_it(zone: Zone, domain: Domain, people: People) -> None:
    with database.transaction() as session:
        integrations.add(session, IntegrationType.WEBHOOK, "CRM", "https://x.example.com/", actor=people.alice)
    publish(zone, reported(people, domain))
    await domains.check(domain.id or 0, actor=people.alice)
    zone.set("_mailroom.acme.example", "TXT")
    for _ in range(4):
        await domains.check(domain.id or 0, actor=people.alice)
    with database.reading() as session:
        told = session.exec(select(WebhookDelivery)).one()
    assert told.event_type == "domain.drift" and "acme.example" in told.payload


async def test_due_checks_back_off_and_give_up(zone: Zone, domain: Domain, people: People) -> None:
    waits, now = [], clock.now()
    for _ in range(12):
        with clock.stopped(now):
            assert await domains.check_due()
            assert not await domains.check_due()
        with database.reading() as session:
            row = domains.get(session, domain.id or 0, actor=people.alice).domain
        assert row.next_check_at is not None
        waits.append(row.next_check_at - now)
        now = row.next_check_at
    assert waits == sorted(waits)
    assert waits[0] <= timedelta(minutes=1) and waits[-1] > timedelta(hours=5)
    with clock.ahead(timedelta(days=31)):
        assert await domains.check_due()
    with database.reading() as session:
        assert domains.get(session, domain.id or 0, actor=people.alice).domain.status is DomainStatus.FAILED


async def test_suspended_domain_stays_suspended(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    with database.transaction() as session:
        domains.update(session, domain.id or 0, suspended=True, actor=people.alice)
    assert not await domains.check_due()
    assert (await domains.check(domain.id or 0, actor=people.alice)).domain.status is DomainStatus.SUSPENDED


async def test_who_may_check(zone: Zone, domain: Domain, people: People) -> None:
    with pytest.raises(NotPermitted):
        await domains.check(domain.id or 0, actor=people.bob)
    with pytest.raises(NotFound):
        await domains.check(domain.id or 0, actor=people.charlie)
    assert zone.asked == []
