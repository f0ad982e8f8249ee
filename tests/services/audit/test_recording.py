"""Every change of what is configured leaves an entry: who, what, before, after; never a secret, never another's."""

import re
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

import models
from models import AuditEntry, DkimKey, Domain, Integration, IntegrationType, KeyAlgorithm, KeyState, Role, User
from services import access, aliases, audit, clock, database, domains, organisations, rules, team, templates
from services.access import Actor
from services.audit.kinds import KINDS, LINKS
from services.errors import Invalid
from tests.conftest import People
from tests.program import ROOT


def do(actor: Actor, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """One service call in its own transaction, as a door makes it."""

    def work() -> Any:
        access.act_as(actor)
        with database.transaction() as session:
            return function(session, *args, actor=actor, **options)

    return copy_context().run(work)


def told(actor: Actor) -> list[str]:
    """Each line of the actor's organisation, oldest first."""
    with database.reading() as session:
        found = audit.entries(session, actor=actor).entries
    return [f"{entry.actor_name} {audit.sentence(entry)}" for entry in reversed(found)]


def domain(session: Session, *, actor: Actor) -> int:
    row = Domain(
        organisation_id=actor.organisation_id,
        name="example.com",
        verification_token="token",
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.id or 0


@pytest.fixture
def alice(people: People) -> Actor:
    with database.transaction() as session:
        session.connection().execute(sa.delete(AuditEntry))  # what the fixtures made
    return people.alice


def test_the_life_of_an_alias_reads_like_a_story(people: People, alice: Actor) -> None:
    domain_id = do(alice, domain)
    made = do(alice, aliases.add, domain_id, "support", member_ids=[people.bob.user_id])
    number = made.alias.id
    do(alice, aliases.update, number, status=models.AliasStatus.DISABLED)
    do(alice, aliases.update, number, member_ids=[people.alice.user_id])
    do(alice, aliases.update, number, status=models.AliasStatus.DISABLED)  # as it was: no news
    do(alice, aliases.block, number, "pest@spam.example")
    do(alice, aliases.remove, number)
    assert told(alice) == [
        "Alice created domain example.com",
        "Alice created alias support@example.com",
        "Alice changed alias support@example.com: status active → disabled",
        "Alice changed alias support@example.com: members Bob → Alice",
        "Alice changed alias support@example.com: blocked pest@spam.example",
        "Alice deleted alias support@example.com",
    ]
    with database.reading() as session:
        created = audit.entries(session, audit.Filter(subject="alias"), actor=alice).entries[-1]
    assert created.after["members"] == ["Bob"] and created.after["mailbox"] == "Support" and created.before == {}


def test_settings_members_rules_and_templates(people: People, alice: Actor) -> None:
    do(alice, organisations.update, name="Acme 2", settings={"colour": "red"})
    do(alice, team.change_role, people.bob.user_id, Role.MANAGER)
    rule = do(alice, rules.add, rules.Draft("Invoices", actions=(rules.Act("tag", {"value": "billing"}),)))
    do(alice, rules.update, rule.id, active=False)
    do(alice, templates.create, name="Delay", subject="Late", text="Sorry.")
    assert told(alice) == [
        "Alice changed organisation Acme 2: name Acme → Acme 2, settings.colour red",
        "Alice changed member bob@people.test: role agent → manager",
        "Alice created rule Invoices",
        "Alice changed rule Invoices: active yes → no",
        "Alice created template Delay",
    ]


def test_what_fails_leaves_nothing(people: People, alice: Actor) -> None:
    def rename_and_fail(session: Session, *, actor: Actor) -> None:
        organisations.update(session, name="Acme 2", actor=actor)
        raise Invalid("No.")

    with pytest.raises(Invalid):
        do(alice, rename_and_fail)
    assert told(alice) == []


def test_what_comes_and_goes_at_once_was_never_there(alice: Actor) -> None:
    def make_and_drop(session: Session, *, actor: Actor) -> None:
        session.delete(session.get(Domain, domain(session, actor=actor)))
        session.flush()

    def there_and_back(session: Session, *, actor: Actor) -> None:
        for name in ("Acme 2", "Acme"):
            organisations.update(session, name=name, actor=actor)

    def with_its_keys(session: Session, *, actor: Actor) -> None:
        made = domains.add(session, "acme.test", actor=actor)
        domains.remove(session, made.id or 0, actor=actor)

    do(alice, make_and_drop)
    do(alice, with_its_keys)
    do(alice, there_and_back)
    assert told(alice) == []


def test_the_program_acts_in_its_own_name_and_a_newcomer_in_theirs(people: People, alice: Actor) -> None:
    with database.transaction() as session:
        session.get_one(User, people.bob.user_id).password_hash = "by a link"
        organisations.update(session, name="Acme 2", actor=access.system(alice.organisation_id))
    assert sorted(told(alice)) == [
        "Bob changed member bob@people.test: password hash (not shown)",
        "Mailroom changed organisation Acme 2: name Acme → Acme 2",
    ]


def test_secrets_never_get_in(people: People, alice: Actor) -> None:
    """Every secret column of every audited table: made, changed and deleted, and looked for in what was stored."""

    def integration(session: Session, *, actor: Actor) -> Integration:
        row = Integration(
            organisation_id=actor.organisation_id,
            type=IntegrationType.WEBHOOK,
            name="Hook",
            url="TOPSECRET-url",
            secret="TOPSECRET-1",
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def key(session: Session, *, actor: Actor) -> DkimKey:
        row = DkimKey(
            domain_id=domain(session, actor=actor),
            selector="one",
            algorithm=KeyAlgorithm.RSA,
            private_key="TOPSECRET-key",
            public_key="public",
            state=KeyState.ACTIVE,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def change(session: Session, row: Any, *, actor: Actor) -> None:
        row = session.get(type(row), row.id)
        for column in KINDS[type(row)].secret:
            setattr(row, column, f"TOPSECRET-{column}-2")

    def drop(session: Session, row: Any, *, actor: Actor) -> None:
        session.delete(session.get(type(row), row.id))

    row = do(alice, integration)
    do(alice, change, row)
    do(alice, drop, row)
    do(alice, change, do(alice, lambda session, actor: session.get(User, people.bob.user_id)))
    do(alice, change, do(alice, key))
    private = {"visibility": models.Visibility.PRIVATE, "name": "TOPSECRET name", "text": "TOPSECRET text"}
    do(alice, templates.create, subject="Mine", **private)
    assert "Alice changed integration Hook: previous secret (not shown), secret (not shown), url (not shown)" in told(
        alice
    )
    with database.reading() as session:
        stored = repr([entry.model_dump() for entry in session.exec(select(AuditEntry))])
    assert "TOPSECRET" not in stored and "argon2" not in stored
    assert stored.count(audit.HIDDEN) >= 8


def test_nobody_reads_another_organisation_s(people: People, alice: Actor) -> None:
    do(alice, organisations.update, name="Acme 2")
    assert told(people.charlie) == []
    do(people.charlie, organisations.update, name="Charlie's")
    assert told(people.charlie) == ["Charlie changed organisation Charlie's: name Other Ltd → Charlie's"]
    assert len(told(alice)) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_column_is_shown_secret_or_left_out(kind: type[Any]) -> None:
    """A new column is a decision: put it into `services/audit/kinds.py`, under what it is."""
    told = KINDS[kind]
    assert set(SQLModel.metadata.tables[kind.__tablename__].columns.keys()) <= told.columns
    assert not told.shown & told.secret and not (told.shown | told.secret) & told.left_out
    suspicious = {name for name in told.shown if any(word in name for word in ("secret", "password_h", "token", "key"))}
    assert not suspicious


def test_audited_tables_are_never_changed_behind_the_session() -> None:
    """A bare UPDATE or DELETE leaves no entry, so only columns that are left out anyway are changed by one."""
    names = "|".join(kind.__name__ for kind in (*KINDS, *LINKS))
    bare = re.compile(rf"\b(?:update|delete)\(\s*({names})\b")
    found = {
        (path.relative_to(ROOT / "services").as_posix(), kind)
        for path in (ROOT / "services").rglob("*.py")
        for kind in bare.findall(path.read_text())
    }
    assert found == {
        ("replies/opening.py", "Organisation"),  # next_ticket_number
        ("tickets/merging.py", "Organisation"),  # next_ticket_number
        ("domains/checks.py", "Domain"),  # next_check_at
        ("aliases/correspondents.py", "Alias"),  # sent_count
    }
