"""Deletes what is over: sessions, used or expired links, rate windows, idempotent answers, old trash."""

from services import database, idempotency, limits, password_resets, sessions, trash

EVERY_SECONDS = 3600.0


def sweep() -> None:
    """One round, in short transactions."""
    for forget_expired in (
        sessions.forget_expired,
        password_resets.forget_expired,
        limits.forget_expired,
        idempotency.forget_expired,
    ):
        with database.transaction() as session:
            forget_expired(session)
    while _empty_trash():
        pass


def _empty_trash() -> bool:
    with database.transaction() as session:
        return trash.empty(session)
