"""From recipient to alias, in the index and in the database alike."""

import pytest
from sqlmodel import select

from models import Alias, AliasStatus, DisabledPolicy, Domain
from services import clock, database, errors, mailboxes
from services.mailboxes import Directory
from tests.conftest import People
from tests.smtp.conftest import add_alias, add_domain


@pytest.fixture
def acme(people: People) -> dict[str, int | None]:
    """Aliases of acme.test and übung.test by local part."""
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        for name in ("support", "sales", "sales+eu", "info"):
            add_alias(session, domain, name, people.mailbox_id)
        umlaut = add_domain(session, people.alice.organisation_id, "xn--bung-zra.test")
        add_alias(session, umlaut, "*", people.mailbox_id)
        add_alias(session, umlaut, "grüße", people.mailbox_id)
        session.flush()
        return {alias.local_part: alias.id for alias in session.exec(select(Alias))}


@pytest.mark.parametrize(
    ("recipient", "alias", "detail"),
    [
        ("support@acme.test", "support", ""),
        ("SUPPORT@Acme.Test.", "support", ""),
        ('"support"@acme.test', "support", ""),
        ("support+t17.k3@acme.test", "support", "t17.k3"),
        ("sales+us@acme.test", "sales", "us"),
        ("sales+eu@acme.test", "sales+eu", ""),
        ("any+thing@übung.test", "*", "thing"),
        ("Grüße@ÜBUNG.test", "grüße", ""),
        ("postmaster@acme.test", None, ""),
        ("postmaster+x@übung.test", None, "x"),
        ("Postmaster", None, ""),
    ],
)
def test_both_find_the_same(acme: dict[str, int | None], recipient: str, alias: str | None, detail: str) -> None:
    directory = Directory()
    with database.reading() as session:
        directory.load(session)
        resolved = mailboxes.resolve(session, recipient)
    assert resolved == directory.verify_recipient(recipient)
    assert resolved is not None
    assert (resolved.alias_id, resolved.detail) == (acme[alias] if alias else None, detail)
    assert resolved.mailbox_id is not None


@pytest.mark.parametrize("recipient", ["nobody@acme.test", "x@elsewhere.test", "nobody", "", "@acme.test", "a@b@c"])
def test_nobody(acme: dict[str, int | None], recipient: str) -> None:
    directory = Directory()
    with database.reading() as session:
        directory.load(session)
        assert mailboxes.resolve(session, recipient) is None
    with pytest.raises((errors.NotFound, errors.NotPermitted)):
        directory.verify_recipient(recipient)


def test_what_was_accepted_is_filed_though_the_alias_was_closed_since(acme: dict[str, int | None]) -> None:
    with database.transaction() as session:
        support, sales = (session.get_one(Alias, acme[name]) for name in ("support", "sales"))
        support.status = sales.status = AliasStatus.DISABLED
        sales.disabled_policy = DisabledPolicy.DROP
        support.expires_at = clock.now()
    with database.reading() as session:
        closed, silent = (mailboxes.resolve(session, f"{name}@acme.test") for name in ("support", "sales"))
    assert closed is not None and not closed.dropped
    assert silent is not None and silent.dropped


def test_a_domain_that_is_gone_resolves_to_nothing(acme: dict[str, int | None]) -> None:
    with database.transaction() as session:
        for alias in session.exec(select(Alias)):
            session.delete(alias)
        session.flush()
        session.delete(session.exec(select(Domain).where(Domain.name == "acme.test")).one())
    with database.reading() as session:
        assert mailboxes.resolve(session, "support@acme.test") is None
