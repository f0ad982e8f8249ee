"""First answers and their replays."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import IdempotentAnswer, RateWindow
from services import clock, database, idempotency, limits
from services.errors import Conflict
from services.idempotency import Claim, Stored

ANSWER = Stored(201, "application/json", '{"key": "mr_live_plain_secret ü"}'.encode())


def claimed(session: Session, body_hash: str = "body") -> Claim:
    claim = idempotency.begin(session, "f", body_hash)
    assert isinstance(claim, Claim)
    return claim


def refusal(session: Session, body_hash: str = "body") -> str:
    with pytest.raises(Conflict) as refused:
        idempotency.begin(session, "f", body_hash)
    return refused.value.code


def hits() -> int:
    with database.reading() as session:
        return len(session.exec(select(RateWindow)).all())


def test_first_answer_comes_again_for_a_day(session: Session) -> None:
    idempotency.finish(session, claimed(session), ANSWER)
    assert idempotency.begin(session, "f", "body") == ANSWER
    assert refusal(session, "another body") == "idempotency_key_reused"
    with clock.ahead(timedelta(hours=25)):
        claimed(session, "another body")


def test_twin_waits_its_turn_unless_the_first_died(session: Session) -> None:
    claimed(session)
    assert refusal(session) == "in_progress"
    with clock.ahead(timedelta(minutes=6)):
        claim = claimed(session)
        idempotency.abandon(session, claim)
        claimed(session)


def test_the_work_spends_its_key_in_its_own_transaction(db: None) -> None:
    with database.transaction() as session:
        claim = claimed(session)
    with idempotency.under(claim), pytest.raises(RuntimeError), database.transaction():
        raise RuntimeError
    with clock.ahead(timedelta(minutes=6)), database.transaction() as session:
        claim = claimed(session)  # what failed spent nothing
    with idempotency.under(claim), database.transaction():
        pass
    with database.transaction() as session:
        idempotency.abandon(session, claim)  # too late: it has acted
        assert refusal(session) == "in_progress"
        with clock.ahead(timedelta(hours=1)):
            assert refusal(session) == "answer_lost"
        idempotency.finish(session, claim, ANSWER)
        assert idempotency.begin(session, "f", "body") == ANSWER


def test_who_was_taken_for_dead_does_not_act_beside_the_twin(db: None) -> None:
    with database.transaction() as session:
        slow = claimed(session)
    with clock.ahead(timedelta(minutes=6)), database.transaction() as session:
        twin = claimed(session)
    with pytest.raises(Conflict), idempotency.under(slow), database.transaction() as session:
        limits.hit(session, "k", limit=1, period=60)
    assert hits() == 0
    with idempotency.under(twin), database.transaction() as session:
        limits.hit(session, "k", limit=1, period=60)
    assert hits() == 1


def test_what_a_request_leaves_running_is_not_its_work(db: None) -> None:
    with database.transaction() as session:
        claim = claimed(session)
    with idempotency.under(claim):
        claim.is_over = True  # as a task sees it that was begun in here and goes on
        with database.transaction() as session:
            limits.hit(session, "k", limit=1, period=60)
    with database.transaction() as session:
        idempotency.abandon(session, claim)
        claimed(session)


def test_answers_are_sealed_and_swept(session: Session) -> None:
    idempotency.finish(session, claimed(session), ANSWER)
    assert b"plain_secret" not in session.exec(select(IdempotentAnswer)).one().body
    with clock.ahead(timedelta(hours=25)):
        assert idempotency.forget_expired(session) == 1
