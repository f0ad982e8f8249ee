"""Deletes what is over: sessions, links, rate windows, idempotent answers, trash, old deliveries and events, hits of
rules, marks of threads."""

from collections.abc import Callable

from sqlmodel import Session

from services import database, feed, idempotency, limits, password_resets, rules, sessions, trash, webhooks
from services.flows.inbound import marks

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
    for forget_some in (trash.empty, webhooks.forget_old, feed.forget_old, rules.forget_old, marks.forget_old):
        while _once(forget_some):
            pass


def _once(forget_some: Callable[[Session], bool]) -> bool:
    with database.transaction() as session:
        return forget_some(session)
