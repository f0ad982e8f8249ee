"""What every test stands on: a database of its own (SQLite, or PostgreSQL by URL), settings, and some people."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import Mailbox, Organisation, Role, User
from services import clock, database, secrets
from services import settings as configuration
from services.access import Actor
from services.database.engines import open_engines
from services.settings import Settings
from tests import dns_server

POSTGRES = os.environ.get("MAILROOM_TEST_DATABASE_URL", "")
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database that each test gets a copy of: a file's path, or a database's name."""
    if not POSTGRES:
        path = tmp_path_factory.mktemp("template") / "template.db"
        database.connect(f"sqlite:///{path}")
        database.disconnect()
        yield str(path)
        return
    name = f"mailroom_template_{uuid4().hex[:8]}"
    administer(f'CREATE DATABASE "{name}"')
    database.connect(_url_of(name))
    database.disconnect()
    yield name
    administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url_of(name: str) -> str:
    return sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def administer(statement: str) -> None:
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture
def database_url(template: str, tmp_path: Path) -> Iterator[str]:
    if not POSTGRES:
        path = tmp_path / "mailroom.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"mailroom_{uuid4().hex[:12]}"
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _url_of(name)
    administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def empty_zone() -> Iterator[str]:
    """The DNS where a test has none of its own: it answers, and knows no name."""
    with dns_server.serving() as zone:
        yield zone.nameservers


@pytest.fixture
def settings(database_url: str, tmp_path: Path, empty_zone: str) -> Iterator[Settings]:
    """Settings for one test; ports 0, so that nothing meets another program."""
    chosen = Settings(
        data_dir=tmp_path,
        database_url=database_url,
        port=0,
        smtp_port=0,
        submission_port=0,
        base_url="http://mailroom.test",
        dns_nameservers=empty_zone,
        secret_key="a key for tests, thirty-two characters long",
    )
    configuration.use(chosen)
    secrets.load()
    yield chosen


@pytest.fixture
def db(settings: Settings) -> Iterator[None]:
    """The database, connected."""
    database.connect(settings.database)
    yield
    database.disconnect()


@pytest.fixture
def session(db: None) -> Iterator[Session]:
    """One transaction; what a test does in it is committed at its end. Open others with database.transaction()."""
    with database.transaction() as opened:
        yield opened


@dataclass(frozen=True)
class People:
    """Acme: alice owns it, bob is an agent, olga observes. Other Ltd is charlie's."""

    alice: Actor
    bob: Actor
    olga: Actor
    charlie: Actor
    mailbox_id: int
    other_mailbox_id: int


@pytest.fixture
def people(db: None) -> People:
    return make_people()


def make_people() -> People:
    """Two organisations in the connected database."""
    with database.transaction() as session:
        acme = Organisation(name="Acme", created_at=clock.now())
        other = Organisation(name="Other Ltd", created_at=clock.now())
        session.add_all([acme, other])
        session.flush()
        assert acme.id and other.id
        boxes = [Mailbox(organisation_id=each, name="Support", created_at=clock.now()) for each in (acme.id, other.id)]
        session.add_all(boxes)
        session.flush()
        return People(
            alice=_member(session, acme.id, "alice", Role.OWNER),
            bob=_member(session, acme.id, "bob", Role.AGENT),
            olga=_member(session, acme.id, "olga", Role.OBSERVER),
            charlie=_member(session, other.id, "charlie", Role.OWNER),
            mailbox_id=boxes[0].id or 0,
            other_mailbox_id=boxes[1].id or 0,
        )


def _member(session: Session, organisation_id: int, name: str, role: Role) -> Actor:
    """A member whose password is PASSWORD (hashed cheaply: the services never see how)."""
    user = User(
        organisation_id=organisation_id,
        email=f"{name}@people.test",
        name=name.capitalize(),
        role=role,
        password_hash=cheap_hash(),
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return Actor(organisation_id, user.id, role, user.name, user.email)


_cheap: list[str] = []


def cheap_hash() -> str:
    if not _cheap:
        from argon2 import PasswordHasher

        _cheap.append(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    return _cheap[0]


@pytest.fixture
def fresh_engine(database_url: str) -> Iterator[sa.Engine]:
    """A second engine on the test's database, as another process would have."""
    engines = open_engines(database_url)
    yield engines.write
    engines.dispose()
