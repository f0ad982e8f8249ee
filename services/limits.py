"""Fixed windows that count hits: exact under any concurrency, over several processes and after a restart.

Call with a session of `database.counting()`: one short upsert a hit, which survives a crash of ours without
waiting for the disk.
"""

import math
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, delete, update

from models import RateWindow
from services import clock, settings
from services.errors import TooMany
from services.mail import address as mail_address

MINUTE = 60
QUARTER = 15 * 60
HOUR = 60 * 60
DAY = 24 * 60 * 60
FAILURES_AN_ACCOUNT = 10
FAILURES_AN_ADDRESS = 50

# A refused hit stops at limit + 1, so that a later, larger limit starts from the truth.
_HIT = sa.text("""
    INSERT INTO rate_window (key, hits, reset_at) VALUES (:key, 1, :now + :period)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN rate_window.reset_at <= :now THEN 1
                    WHEN rate_window.hits > :most THEN rate_window.hits ELSE rate_window.hits + 1 END,
        reset_at = CASE WHEN rate_window.reset_at <= :now THEN :now + :period ELSE rate_window.reset_at END
    RETURNING hits, reset_at
""").bindparams(sa.bindparam("now", type_=sa.Float), sa.bindparam("period", type_=sa.Float))


@dataclass(frozen=True)
class Window:
    """How one hit went: whether it was allowed, how many are left, when (Unix seconds) the count starts anew."""

    limit: int
    remaining: int
    reset_at: float
    allowed: bool

    @property
    def retry_after(self) -> int:
        """Whole seconds until the count starts anew, at least one."""
        return max(1, math.ceil(self.reset_at - clock.now().timestamp()))


def hit(session: Session, key: str, *, limit: int, period: int) -> Window:
    """Count one hit on `key` (200 characters at most) in its window of `period` seconds."""
    values = {"key": key[:200], "now": clock.now().timestamp(), "period": float(period), "most": limit}
    hits, reset_at = session.connection().execute(_HIT, values).one()
    return Window(limit, max(0, limit - hits), reset_at, hits <= limit)


def request(session: Session, *, credential: str, organisation_id: int) -> Window:
    """Count one API request against the credential's minute and the organisation's day; the tighter of the two."""
    chosen = settings.current()
    minute = hit(session, f"api:{credential}", limit=chosen.rate_limit_per_minute, period=MINUTE)
    if not minute.allowed:
        return minute
    day = hit(session, f"api-day:{organisation_id}", limit=chosen.rate_limit_per_day, period=DAY)
    return min(minute, day, key=lambda window: (window.allowed, window.remaining))


def attempt(session: Session, email: str, address: str) -> None:
    """Count one log-in before its password is looked at. Raises TooMany for the account or the address."""
    for key, limit in (
        (_account(email), FAILURES_AN_ACCOUNT),
        (f"login-address:{address}", FAILURES_AN_ADDRESS),
    ):
        refuse(hit(session, key, limit=limit, period=QUARTER))


def forgive(session: Session, email: str, address: str) -> None:
    """A log-in succeeded: only failures count."""
    session.exec(delete(RateWindow).where(col(RateWindow.key) == _account(email)))
    counted = (col(RateWindow.key) == f"login-address:{address}") & (col(RateWindow.hits) > 0)
    session.exec(update(RateWindow).where(counted).values(hits=col(RateWindow.hits) - 1))


def refuse(window: Window) -> None:
    """Raises TooMany unless the hit was allowed."""
    if not window.allowed:
        raise TooMany("Too many attempts; wait a little.", retry_after=window.retry_after, code="too_many_attempts")


def forget_expired(session: Session) -> int:
    """Delete the windows that are over; returns how many."""
    over = col(RateWindow.reset_at) <= clock.now().timestamp()
    return int(session.exec(delete(RateWindow).where(over)).rowcount)


def folded(email: str) -> str:
    """One text for every spelling that may lead to one account or mailbox: it folds too much rather than too little."""
    local, domain = mail_address.split(email.strip())
    plain = "".join(unicodedata.normalize("NFKC", local).casefold().split()).replace("\\", "").replace('"', "")
    return f"{plain}@{mail_address.domain_of(domain)}"


def _account(email: str) -> str:
    return f"login-account:{folded(email)}"[:200]
