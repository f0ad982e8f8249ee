"""First answers to requests with an Idempotency-Key, kept sealed for 24 hours."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.sqltypes import UTCDateTime

from models import IdempotentAnswer
from services import clock, secrets
from services.errors import Conflict

KEPT = timedelta(hours=24)
WORKING = timedelta(minutes=5)  # after this a request without an answer died with its process

_CLAIM = sa.text("""
    INSERT INTO idempotent_answer (fingerprint, body_hash, status, content_type, body, created_at)
    VALUES (:fingerprint, :body_hash, 0, '', :body, :now) ON CONFLICT (fingerprint) DO NOTHING RETURNING id
""").bindparams(sa.bindparam("now", type_=UTCDateTime), sa.bindparam("body", type_=sa.LargeBinary))


@dataclass(frozen=True)
class Stored:
    status: int
    content_type: str
    body: bytes


def begin(session: Session, fingerprint: str, body_hash: str) -> Stored | None:
    """Claim a key (None: do the work, then `finish` or `abandon`), or give the first answer.

    Raises Conflict when the key came with another body, or its first request is still being worked on.
    """
    now = clock.now()
    over = (col(IdempotentAnswer.created_at) <= now - KEPT) | (
        (col(IdempotentAnswer.status) == 0) & (col(IdempotentAnswer.created_at) <= now - WORKING)
    )
    session.exec(delete(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint, over))
    values = {"fingerprint": fingerprint, "body_hash": body_hash, "body": b"", "now": now}
    if session.connection().execute(_CLAIM, values).first() is not None:
        return None
    first = session.exec(select(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint)).one()
    if first.body_hash != body_hash:
        raise Conflict("This Idempotency-Key was used with another body.", code="idempotency_key_reused")
    if first.status == 0:
        raise Conflict("The first request with this Idempotency-Key is not done yet.", code="in_progress")
    return Stored(first.status, first.content_type, secrets.unseal(first.body.decode()).encode("latin-1"))


def finish(session: Session, fingerprint: str, answer: Stored) -> None:
    """Keep the answer; sealed, because it may hold a token or a new key."""
    first = session.exec(select(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint)).first()
    if first is not None:
        first.status = answer.status
        first.content_type = answer.content_type[:100]
        first.body = secrets.seal(answer.body.decode("latin-1")).encode()


def abandon(session: Session, fingerprint: str) -> None:
    """The work was not done: the key may be used again."""
    session.exec(delete(IdempotentAnswer).where(col(IdempotentAnswer.fingerprint) == fingerprint))


def forget_expired(session: Session) -> int:
    """Delete answers older than a day; returns how many."""
    over = col(IdempotentAnswer.created_at) <= clock.now() - KEPT
    return int(session.exec(delete(IdempotentAnswer).where(over)).rowcount)
