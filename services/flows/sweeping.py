"""Deletes what is over: sessions, used or expired links, rate windows, idempotent answers."""

from services import database, idempotency, limits, password_resets, sessions

EVERY_SECONDS = 3600.0


def sweep() -> None:
    """One round, in a short transaction for each kind."""
    for forget_expired in (
        sessions.forget_expired,
        password_resets.forget_expired,
        limits.forget_expired,
        idempotency.forget_expired,
    ):
        with database.transaction() as session:
            forget_expired(session)
