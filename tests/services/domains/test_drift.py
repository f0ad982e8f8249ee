"""Records that change behind our back are told, once, and no more when they are right again."""

from datetime import timedelta

from models import Domain, Notice
from services import clock, database, domains, notices
from tests.conftest import People
from tests.dns_server import Zone
from tests.services.domains.conftest import publish, reported


async def look(people: People, domain: Domain) -> list[Notice]:
    await domains.check(domain.id or 0, actor=people.alice)
    with database.reading() as session:
        return notices.current(session, actor=people.alice)


async def test_says_which_record_and_what_stands_there(zone: Zone, domain: Domain, people: People) -> None:
    assert await look(people, domain) == [], "what was never set has not drifted"
    publish(zone, reported(people, domain))
    assert await look(people, domain) == []
    zone.set("acme.example", "MX", "10 elsewhere.example.")
    zone.set("_dmarc.acme.example", "TXT")
    (notice,) = await look(people, domain)
    assert notice.title == "acme.example: MX and DMARC changed in the DNS" and notice.kind == "dns_drift"
    assert "MX at acme.example: expected 10 mailroom.test, found 10 elsewhere.example." in notice.text
    assert "DMARC at _dmarc.acme.example: expected v=DMARC1; p=none, found nothing." in notice.text
    assert notice.link == "/domains/acme.example"
    soon = reported(people, domain).domain.next_check_at
    assert soon is not None and soon - clock.now() < timedelta(hours=1), "looked at again before the day is over"
    publish(zone, reported(people, domain))
    assert await look(people, domain) == []


async def test_no_answer_is_no_drift(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await look(people, domain)
    zone.broken = True
    assert await look(people, domain) == []
    zone.broken = False
    zone.set("_dmarc.acme.example", "TXT")
    assert len(await look(people, domain)) == 1
    zone.broken = True
    assert len(await look(people, domain)) == 1, "it is not known to be over either"


async def test_no_answer_is_no_news_of_a_drift(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await look(people, domain)
    zone.set("acme.example", "MX", "10 elsewhere.example.")
    (before,) = await look(people, domain)
    zone.broken = True
    (during,) = await look(people, domain)
    assert during.text == before.text, "nobody said that it is gone"
    with database.transaction() as session:
        notices.dismiss(session, before.id or 0, actor=people.alice)
    assert await look(people, domain) == []
    zone.broken = False
    assert await look(people, domain) == [], "it is as it was when it was put away"


async def test_put_away_it_comes_back_with_news_only(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await look(people, domain)
    zone.set("_dmarc.acme.example", "TXT")
    (notice,) = await look(people, domain)
    with database.transaction() as session:
        notices.dismiss(session, notice.id or 0, actor=people.alice)
    assert await look(people, domain) == []
    zone.set("acme.example", "MX")
    (again,) = await look(people, domain)
    assert "MX and DMARC" in again.title


async def test_optional_records_may_go(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await look(people, domain)
    zone.set("_mta-sts.acme.example", "TXT")
    zone.set("_smtp._tls.acme.example", "TXT")
    assert await look(people, domain) == []


async def test_a_domain_that_is_put_aside_troubles_nobody(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await look(people, domain)
    zone.set("_dmarc.acme.example", "TXT")
    assert len(await look(people, domain)) == 1
    with database.transaction() as session:
        domains.update(session, domain.id or 0, suspended=True, actor=people.alice)
    assert await look(people, domain) == []
