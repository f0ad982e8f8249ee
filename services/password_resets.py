"""Forgotten passwords: a link by e-mail that works once, for an hour."""

from datetime import timedelta

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from models import PasswordReset, User
from services import accounts, clock, letters, secrets, settings
from services.errors import Invalid
from services.passwords import Hashed

LIFETIME = timedelta(hours=1)


def request(session: Session, email: str) -> None:
    """Send a link to the account of `email`. Where there is none, nothing happens and nobody can tell."""
    account = accounts.with_email(session, email)
    if account is None:
        return
    user = session.get_one(User, account.user_id)
    token = secrets.token()
    session.add(
        PasswordReset(
            user_id=account.user_id,
            token_hash=secrets.digest(token),
            created_at=clock.now(),
            expires_at=clock.now() + LIFETIME,
        )
    )
    letters.password_reset(session, user, f"{settings.current().url}/reset?token={token}")


def check(session: Session, token: str) -> None:
    """Raises Invalid when the link is used, expired or not ours."""
    _by_token(session, token, _unused())


def use(session: Session, token: str, password: Hashed) -> User:
    """Set the new password; this link and every other of the account is used up, every session ends."""
    reset = _by_token(session, token, _unused().with_for_update())
    user = session.get_one(User, reset.user_id)
    for other in session.exec(_unused().where(col(PasswordReset.user_id) == reset.user_id)):
        other.used_at = clock.now()
    accounts.set_password(session, user, password)
    return user


def forget_expired(session: Session) -> int:
    """Delete the links that are over; returns how many."""
    over = col(PasswordReset.expires_at) <= clock.now()
    return int(session.exec(delete(PasswordReset).where(over)).rowcount)


def _by_token(session: Session, token: str, unused: SelectOfScalar[PasswordReset]) -> PasswordReset:
    reset = session.exec(unused.where(col(PasswordReset.token_hash) == secrets.digest(token))).first()
    if reset is None or reset.expires_at <= clock.now():
        raise Invalid("This link is not valid any more; ask for a new one.", code="invalid_token", field="token")
    return reset


def _unused() -> SelectOfScalar[PasswordReset]:
    return select(PasswordReset).where(col(PasswordReset.used_at).is_(None))
