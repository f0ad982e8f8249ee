"""Sign-in sessions: random tokens of which only the SHA-256 is kept, sliding and absolute expiry, revocation."""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, delete, select

from models import LoginSession, MemberStatus, User
from services import access, clock, events, secrets
from services.access import Actor
from services.errors import NotFound

IDLE = timedelta(days=14)
LIFETIME = timedelta(days=90)
TOUCH_EVERY = timedelta(minutes=5)


def create(
    session: Session, user: User, *, address: str = "", user_agent: str = "", lifetime: timedelta = LIFETIME
) -> str:
    """A new session's token: the cookie's value, known to nobody else and shown once."""
    assert user.id is not None
    token = secrets.token()
    now = clock.now()
    session.add(
        LoginSession(
            token_hash=secrets.digest(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            address=address[:64],
            user_agent=user_agent[:300],
        )
    )
    session.flush()
    return token


def find(session: Session, token: str) -> tuple[Actor, LoginSession] | None:
    """Whose session `token` is, with the role they have at this moment; None when it is over or never was."""
    row = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(col(LoginSession.token_hash) == secrets.digest(token), col(User.status) == MemberStatus.ACTIVE)
    ).first()
    if row is None or is_over(row[0]):
        return None
    return access.of(row[1]), row[0]


def find_all(session: Session, tokens: Collection[str]) -> dict[str, Actor]:
    """Whose sessions `tokens` are, as `find` says it of one; those that are over are missing."""
    digests = {secrets.digest(token): token for token in tokens}
    rows = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(col(LoginSession.token_hash).in_(digests), col(User.status) == MemberStatus.ACTIVE)
    )
    return {digests[login.token_hash]: access.of(user) for login, user in rows if not is_over(login)}


def is_over(login: LoginSession) -> bool:
    now = clock.now()
    return login.expires_at <= now or login.last_seen_at + IDLE <= now


def is_stale(login: LoginSession) -> bool:
    """Whether it is time to `touch`: not at every request, which would be a write for each."""
    return login.last_seen_at + TOUCH_EVERY <= clock.now()


def touch(session: Session, session_id: int) -> None:
    """The session was used just now: its idle time starts again."""
    login = session.get(LoginSession, session_id)
    if login is not None:
        login.last_seen_at = clock.now()


def listed(session: Session, *, actor: Actor) -> list[LoginSession]:
    """The actor's own living sessions, the most recently used first."""
    rows = session.exec(
        select(LoginSession)
        .where(col(LoginSession.user_id) == actor.user_id)
        .order_by(col(LoginSession.last_seen_at).desc(), col(LoginSession.id).desc())
    )
    return [login for login in rows if not is_over(login)]


def end(session: Session, token: str) -> None:
    """Sign out: the session of `token` ends and its open tabs go. Unknown tokens are nothing to complain about."""
    login = session.exec(select(LoginSession).where(col(LoginSession.token_hash) == secrets.digest(token))).first()
    user = session.get(User, login.user_id) if login else None
    if login and user:
        _end(session, [login], user.organisation_id)


def revoke(session: Session, session_id: int, *, actor: Actor) -> None:
    """End one of the actor's own sessions."""
    login = session.get(LoginSession, session_id)
    if login is None or login.user_id != actor.user_id:
        raise NotFound("There is no such session.")
    _end(session, [login], actor.organisation_id)


def end_all(session: Session, user: User, *, but: int | None = None) -> int:
    """End every session of `user`, `but` one; returns how many."""
    logins = list(session.exec(select(LoginSession).where(col(LoginSession.user_id) == user.id)))
    return _end(session, [login for login in logins if login.id != but], user.organisation_id)


def forget_expired(session: Session) -> int:
    """Delete the rows of sessions that are over; returns how many."""
    now = clock.now()
    over = (col(LoginSession.expires_at) <= now) | (col(LoginSession.last_seen_at) <= now - IDLE)
    return int(session.exec(delete(LoginSession).where(over)).rowcount)


def _end(session: Session, logins: list[LoginSession], organisation_id: int) -> int:
    for login in logins:
        assert login.id is not None
        session.delete(login)
        events.record(session, events.SessionEnded(organisation_id, login.id))
    return len(logins)
