"""First answers to requests with an Idempotency-Key, kept sealed for 24 hours.

A key is claimed before the work, spent in the transaction that does it (`services.database` calls `spend`), and gets
its answer after that. Whatever dies in between, the work is done once: a spent key does not act again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.sqltypes import UTCDateTime

from models import IdempotentAnswer
from services import clock, secrets
from services.errors import Conflict

KEPT = timedelta(hours=24)
WORKING = timedelta(minutes=5)  # after this a request that has spent nothing died with its process
CLAIMED, SPENT = 0, 1  # what stands in `status` until there is an answer with one of its own

_CLAIM = sa.text("""
    INSERT INTO idempotent_answer (fingerprint, body_hash, status, content_type, body, created_at)
    VALUES (:fingerprint, :body_hash, 0, '', :body, :now) ON CONFLICT (fingerprint) DO NOTHING RETURNING id
""").bindparams(sa.bindparam("now", type_=UTCDateTime), sa.bindparam("body", type_=sa.LargeBinary))


@dataclass(frozen=True)
class Stored:
    status: int
    content_type: str
    body: bytes


@dataclass
class Claim:
    """A key somebody works under. A later claim of the same key, made when this one seemed dead, is another."""

    fingerprint: str
    claimed_at: datetime
    is_over: bool = False


_claim: ContextVar[Claim | None] = ContextVar("idempotency_claim", default=None)


def begin(session: Session, fingerprint: str, body_hash: str) -> Stored | Claim:
    """Claim a key (then work `under` the claim, and `finish` or `abandon`), or give the first answer.

    Raises Conflict when the key came with another body, its first request is still being worked on, or that one's
    work was done and its answer lost.
    """
    now = clock.now()
    over = (col(IdempotentAnswer.created_at) <= now - KEPT) | (
        (col(IdempotentAnswer.status) == CLAIMED) & (col(IdempotentAnswer.created_at) <= now - WORKING)
    )
    session.exec(delete(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint, over))
    values = {"fingerprint": fingerprint, "body_hash": body_hash, "body": b"", "now": now}
    if session.connection().execute(_CLAIM, values).first() is not None:
        return Claim(fingerprint, now)
    first = session.exec(select(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint)).one()
    if first.body_hash != body_hash:
        raise Conflict("This Idempotency-Key was used with another body.", code="idempotency_key_reused")
    if first.status == SPENT and first.created_at <= now - WORKING:
        message = "The first request with this Idempotency-Key was carried out, but its answer was lost."
        raise Conflict(f"{message} Look at what it did before you try another key.", code="answer_lost")
    if first.status in {CLAIMED, SPENT}:
        raise Conflict("The first request with this Idempotency-Key is not done yet.", code="in_progress")
    return Stored(first.status, first.content_type, secrets.unseal(first.body.decode()).encode("latin-1"))


@contextmanager
def under(claim: Claim) -> Iterator[None]:
    """Every transaction begun in here spends the key. What this leaves running afterwards no longer does."""
    token = _claim.set(claim)
    try:
        yield
    finally:
        claim.is_over = True
        _claim.reset(token)


def spend(session: Session) -> None:
    """Say in the session's transaction that its key has acted. Raises Conflict if somebody took the key over."""
    claim = _claim.get()
    if claim is None or claim.is_over:
        return
    rows = sa.update(IdempotentAnswer).where(*_of(claim)).values(status=SPENT)
    if not session.connection().execute(rows).rowcount:
        raise Conflict("Another request with this Idempotency-Key took over.", code="in_progress")


def finish(session: Session, claim: Claim, answer: Stored) -> None:
    """Keep the answer; sealed, because it may hold a token or a new key."""
    first = session.exec(select(IdempotentAnswer).where(*_of(claim))).first()
    if first is not None:
        first.status = answer.status
        first.content_type = answer.content_type[:100]
        first.body = secrets.seal(answer.body.decode("latin-1")).encode()


def abandon(session: Session, claim: Claim) -> None:
    """There is no answer to keep: unless it was spent, the key may be used again."""
    session.exec(delete(IdempotentAnswer).where(*_of(claim), col(IdempotentAnswer.status) == CLAIMED))


def forget_expired(session: Session) -> int:
    """Delete answers older than a day; returns how many."""
    over = col(IdempotentAnswer.created_at) <= clock.now() - KEPT
    return int(session.exec(delete(IdempotentAnswer).where(over)).rowcount)


def _of(claim: Claim) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return (
        col(IdempotentAnswer.fingerprint) == claim.fingerprint,
        col(IdempotentAnswer.created_at) == claim.claimed_at,
    )
