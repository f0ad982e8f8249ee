"""Migrations over a database that is lived in: nothing in it is lost, and the models fit what comes out."""

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import select

from models import Alias, DkimKey, Domain, KeyState, Mailbox
from services import database
from services.database import schema
from services.database.engines import open_engines
from services.settings import Settings
from tests.conftest import POSTGRES

NOW = "2026-11-01 12:00:00"
LIVED_IN = (
    f"INSERT INTO organisation (id, name, settings, next_ticket_number, created_at)"
    f" VALUES (1, 'Acme', '{{}}', 1, '{NOW}')",
    f"INSERT INTO mailbox (id, organisation_id, name, signature_html, reopen_days, created_at)"
    f" VALUES (1, 1, 'Support', '', 30, '{NOW}')",
    f"INSERT INTO domain (id, organisation_id, name, status, verification_token, selector, dkim_private_key,"
    f" dkim_public_key, checks, check_failures, created_at)"
    f" VALUES (1, 1, 'acme.test', 'active', 't', 's', 'k', 'p', '[]', 0, '{NOW}')",
    f"INSERT INTO alias (id, organisation_id, domain_id, local_part, status, disabled_policy, mailbox_id, display_name,"
    f" description, forward_to, received_count, sent_count, created_at)"
    f" VALUES (1, 1, 1, 'support', 'active', 'reject', 1, '', '', '[]', 5, 0, '{NOW}')",
)


RELEASED = {  # the beginning of each file's SHA-256
    "0001_first": "a652dcd72e0317b3",
    "0002_rules_templates_contacts_and_more": "6f9060628f433f11",
    "0003_the_mail_path_against_the_world": "eae79ba15ed99417",
}


def test_a_released_migration_stays_as_it_is() -> None:
    """A workspace that has it would never get what is added to it later: that comes with the next one."""
    for name, digest in RELEASED.items():
        content = (schema.MIGRATIONS / "versions" / f"{name}.py").read_bytes()
        assert hashlib.sha256(content).hexdigest().startswith(digest), name


@pytest.mark.parametrize("released", [name[:4] for name in RELEASED])
def test_a_database_of_each_release_comes_along(
    tmp_path: Path, settings: Settings, database_url: str, released: str
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    if POSTGRES:
        url = database_url
        with sa.create_engine(url).begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    engine = open_engines(url).write
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "0001")
    with engine.begin() as connection:
        for statement in LIVED_IN:
            connection.execute(sa.text(statement))
    command.upgrade(config, released)
    engine.dispose()
    database.connect(url)
    with database.reading() as session:
        mailbox = session.exec(select(Mailbox)).one()
        assert (mailbox.name, mailbox.active, mailbox.hours, mailbox.holidays) == ("Support", True, {}, [])
        assert session.exec(select(Domain)).one().max_aliases is None
        key = session.exec(select(DkimKey)).one()
        assert (key.selector, key.private_key, key.public_key) == ("s", "k", "p") and key.state is KeyState.ACTIVE
        alias = session.exec(select(Alias)).one()
        assert (alias.mailbox_id, alias.received_count, alias.private_comment) == (1, 5, "")
    database.disconnect()
