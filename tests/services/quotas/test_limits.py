"""The arithmetic of a domain's limits, and that it holds when everybody asks at once (B28's kind of exactness)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from models import Domain
from services import database, domains, errors, mailboxes, quotas
from services.passwords import Hashed
from tests.conftest import People

PASSWORD = Hashed("$argon2id$")


@pytest.fixture
def acme(people: People) -> int:
    with database.transaction() as session:
        domain = domains.add(
            session,
            "acme.example",
            max_aliases=5,
            max_mailboxes=3,
            max_quota=100,
            quota=250,
            default_quota=50,
            actor=people.alice,
        )
        return domain.id or 0


def create(session: Session, people: People, name: str, **options: object) -> mailboxes.Addressed:
    return mailboxes.create_at(session, "acme.example", name, password=PASSWORD, actor=people.alice, **options)  # type: ignore[arg-type]


def test_limits_that_contradict_each_other_name_themselves(people: People, session: Session) -> None:
    for limits, names in (
        ({"max_quota": 10, "quota": 5}, ("maxquota", "quota")),
        ({"default_quota": 10, "max_quota": 5}, ("defquota", "maxquota")),
        ({"default_quota": 10, "quota": 5}, ("defquota", "quota")),
    ):
        with pytest.raises(errors.Invalid) as refused:
            domains.add(session, "bad.example", actor=people.alice, **limits)  # type: ignore[arg-type]
        assert all(name in refused.value.message for name in names)


def test_a_mailbox_stays_within_its_domain(people: People, acme: int, session: Session) -> None:
    assert create(session, people, "one").mailbox.quota == 50
    create(session, people, "two", quota=100)
    with pytest.raises(errors.Invalid, match="maxquota"):
        create(session, people, "three", quota=101)
    with pytest.raises(errors.Invalid, match="maxquota"):
        create(session, people, "three", quota=None)
    with pytest.raises(errors.Conflict, match="already exists"):
        create(session, people, "ONE")
    create(session, people, "three", quota=100)
    with pytest.raises(errors.Conflict, match="mailboxes"):
        create(session, people, "four", quota=1)
    two = mailboxes.with_address(session, "two@acme.example", actor=people.alice).mailbox
    with pytest.raises(errors.Invalid, match="maxquota"):
        mailboxes.update(session, two.id or 0, quota=101, actor=people.alice)
    mailboxes.update(session, two.id or 0, quota=90, actor=people.alice)
    assert quotas.held(session, [acme])[acme].quota == 240


def test_the_sum_of_quotas_is_kept(people: People, acme: int, session: Session) -> None:
    domains.update(session, acme, quota=150, actor=people.alice)
    create(session, people, "one", quota=100)
    with pytest.raises(errors.Invalid, match=r"150 MB together \(quota\); 50 MB are left"):
        create(session, people, "two", quota=51)
    two = create(session, people, "two", quota=50)
    with pytest.raises(errors.Invalid, match="quota"):
        mailboxes.update(session, two.mailbox.id or 0, quota=51, actor=people.alice)


@pytest.mark.parametrize("limit", ["max_mailboxes", "max_quota", "quota"])
def test_no_limit_goes_below_what_is_there(people: People, acme: int, session: Session, limit: str) -> None:
    create(session, people, "one", quota=100)
    create(session, people, "two", quota=60)
    domains.update(session, acme, default_quota=1, actor=people.alice)
    low = {"max_mailboxes": 1, "max_quota": 99, "quota": 159}[limit]
    with pytest.raises(errors.Conflict) as refused:
        domains.update(session, acme, actor=people.alice, **{limit: low})  # type: ignore[arg-type]
    assert limit.removeprefix("max_").removesuffix("_quota") in refused.value.message


def test_a_domain_that_holds_something_goes_by_force_alone(people: People, acme: int, session: Session) -> None:
    box = create(session, people, "one").mailbox
    with pytest.raises(errors.Conflict, match="1 mailbox"):
        domains.remove(session, acme, actor=people.alice)
    domains.remove(session, acme, force=True, actor=people.alice)
    session.flush()
    assert session.get(Domain, acme) is None
    assert box.id not in [each.id for each in mailboxes.all(session, actor=people.alice)]


def test_everybody_at_once_never_passes_a_maximum(people: People, acme: int) -> None:
    def ask(number: int) -> bool:
        try:
            with database.transaction() as session:
                create(session, people, f"box{number}", quota=80)
        except errors.Error:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(ask, range(24))) == 3
    with database.reading() as session:
        assert quotas.held(session, [acme])[acme].mailboxes == 3


def test_everybody_at_once_never_passes_the_sum(people: People, acme: int) -> None:
    with database.transaction() as session:
        domains.update(session, acme, max_mailboxes=None, actor=people.alice)

    def ask(number: int) -> bool:
        try:
            with database.transaction() as session:
                create(session, people, f"box{number}", quota=60)
        except errors.Error:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(ask, range(24))) == 4
    with database.reading() as session:
        assert quotas.held(session, [acme])[acme].quota == 240


def test_other_domains_have_no_limits(people: People, session: Session) -> None:
    domain = domains.add(session, "free.example", actor=people.alice)
    for number in range(4):
        mailboxes.create_at(session, domain.name, f"box{number}", password=PASSWORD, actor=people.alice)
    assert quotas.held(session, [domain.id or 0])[domain.id or 0].unbounded == 4
