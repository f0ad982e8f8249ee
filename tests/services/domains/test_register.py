"""Adding, suspending and removing domains."""

import dns.name
import pytest
from sqlmodel import Session, select

from models import Alias, DkimKey, Domain, DomainStatus
from services import aliases, database, domains, secrets
from services.domains import keys
from services.errors import Conflict, NotFound, NotPermitted
from services.mail import dkim
from services.mail.dkim import Signer
from services.mailboxes import Directory
from tests.conftest import People


def test_new_domain_waits_with_a_key_of_its_own(people: People, session: Session) -> None:
    one = domains.add(session, "one.example", actor=people.alice)
    two = domains.add(session, "two.example", actor=people.alice)
    assert one.status is DomainStatus.PENDING and one.next_check_at is not None
    assert one.verification_token != two.verification_token
    held = [*keys.of(session, one.id or 0), *keys.of(session, two.id or 0)]
    assert [key.selector for key in held] == ["mailroom", "mailroom-ed"] * 2
    assert len({key.public_key for key in held}) == 4 and not any("PRIVATE" in key.private_key for key in held)
    signers = [Signer(key.selector, secrets.unseal(key.private_key)) for key in held[:2]]
    signed = dkim.sign(b"From: a@one.example\r\n\r\nhi\r\n", domain="one.example", signers=signers, at=1)
    assert b"a=rsa-sha256" in signed and b"a=ed25519-sha256" in signed


def test_name_exists_once_for_everybody(people: People, session: Session) -> None:
    domains.add(session, "one.example", actor=people.alice)
    for actor in (people.alice, people.charlie):
        with pytest.raises(Conflict) as caught:
            domains.add(session, "ONE.example.", actor=actor)
        assert caught.value.field == "domain"


def test_lists_own_domains_with_their_alias_counts(people: People, session: Session) -> None:
    one = domains.add(session, "one.example", actor=people.alice)
    domains.add(session, "another.example", actor=people.alice)
    domains.add(session, "theirs.example", actor=people.charlie)
    aliases.add(session, one.id or 0, "support", actor=people.alice)
    listed = [(entry.domain.name, entry.alias_count) for entry in domains.all(session, actor=people.olga)]
    assert listed == [("another.example", 0), ("one.example", 1)]
    assert domains.get(session, one.id or 0, actor=people.bob).alias_count == 1


def test_foreign_domain_is_absent(people: People, session: Session) -> None:
    theirs = domains.add(session, "theirs.example", actor=people.charlie)
    for work in (
        lambda: domains.get(session, theirs.id or 0, actor=people.alice),
        lambda: domains.update(session, theirs.id or 0, suspended=True, actor=people.alice),
        lambda: domains.remove(session, theirs.id or 0, actor=people.alice),
        lambda: domains.named(session, "theirs.example", actor=people.alice),
    ):
        with pytest.raises(NotFound):
            work()


def test_only_admins_change_domains(people: People, session: Session) -> None:
    mine = domains.add(session, "mine.example", actor=people.alice)
    for work in (
        lambda: domains.add(session, "new.example", actor=people.bob),
        lambda: domains.update(session, mine.id or 0, suspended=True, actor=people.bob),
        lambda: domains.remove(session, mine.id or 0, actor=people.bob),
    ):
        with pytest.raises(NotPermitted):
            work()


def test_domain_with_aliases_goes_by_force_only(people: People) -> None:
    with database.transaction() as session:
        mine = domains.add(session, "mine.example", actor=people.alice)
        aliases.add(session, mine.id or 0, "support", actor=people.alice)
    with database.transaction() as session, pytest.raises(Conflict, match="1 alias"):
        domains.remove(session, mine.id or 0, actor=people.alice)
    with database.transaction() as session:
        domains.remove(session, mine.id or 0, force=True, actor=people.alice)
    with database.reading() as session:
        assert all(session.exec(select(kind)).all() == [] for kind in (Domain, Alias, DkimKey))


def test_listener_learns_of_a_suspended_domain(people: People) -> None:
    directory = Directory()
    with database.transaction() as session:
        mine = domains.add(session, "mine.example", actor=people.alice)
        aliases.add(session, mine.id or 0, "support", actor=people.alice)
    with database.reading() as session:
        directory.load(session)
    assert directory.verify_recipient("support@mine.example").organisation_id == people.alice.organisation_id
    with database.transaction() as session:
        domains.update(session, mine.id or 0, suspended=True, actor=people.alice)
    with database.reading() as session:
        directory.load(session)
    with pytest.raises(NotFound):
        directory.verify_recipient("support@mine.example")
    with database.transaction() as session:
        assert domains.update(session, mine.id or 0, suspended=False, actor=people.alice).status is DomainStatus.PENDING


def test_records_are_valid_dns_names(people: People, session: Session) -> None:
    mine = domains.add(session, "müller-post.example", actor=people.alice)
    for record in domains.report(session, mine.id or 0, actor=people.alice).records:
        assert dns.name.from_text(record.name)
        assert record.status == "unchecked" and record.value
