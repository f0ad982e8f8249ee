"""The mark that the master key leaves in the database: whoever comes with another key is told before any harm."""

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, select

from models import DkimKey, Setting
from services import database, secrets
from services.errors import Conflict, Invalid

NAME = "key_mark"


def check(session: Session) -> None:
    """Leave the mark where none is, else compare. Raises Conflict where the database's secrets are sealed with another
    key: mail would leave unsigned, no account could be signed in to, and every link that was sent would be refused."""
    mark = int.from_bytes(secrets.subkey("mark")[:7], "big")
    if session.get(Setting, NAME) is None and _opens_what_is_there(session):
        insert = sqlite_insert if database.is_sqlite() else postgres_insert
        first = insert(Setting).values(name=NAME, value=mark).on_conflict_do_nothing()  # others may start as we do
        session.connection().execute(first)
    if session.exec(select(Setting.value).where(Setting.name == NAME)).first() != mark:
        raise Conflict(
            "This database was sealed with another key. Put the secret.key that belongs to it into the data folder, or "
            "set MAILROOM_SECRET_KEY.",
            code="wrong_key",
        )


def _opens_what_is_there(session: Session) -> bool:
    """A database from before there were marks."""
    sealed = session.exec(select(DkimKey.private_key).limit(1)).first()
    try:
        return sealed is None or bool(secrets.unseal(sealed))
    except Invalid:
        return False
