"""First answers and their replays."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import IdempotentAnswer
from services import clock, idempotency
from services.errors import Conflict
from services.idempotency import Stored

ANSWER = Stored(201, "application/json", '{"key": "mr_live_plain_secret ü"}'.encode())


def test_first_answer_comes_again_for_a_day(session: Session) -> None:
    assert idempotency.begin(session, "f", "body") is None
    idempotency.finish(session, "f", ANSWER)
    assert idempotency.begin(session, "f", "body") == ANSWER
    with pytest.raises(Conflict) as refused:
        idempotency.begin(session, "f", "another body")
    assert refused.value.code == "idempotency_key_reused"
    with clock.ahead(timedelta(hours=25)):
        assert idempotency.begin(session, "f", "another body") is None


def test_twin_waits_its_turn_unless_the_first_died(session: Session) -> None:
    assert idempotency.begin(session, "f", "body") is None
    with pytest.raises(Conflict) as refused:
        idempotency.begin(session, "f", "body")
    assert refused.value.code == "in_progress"
    with clock.ahead(timedelta(minutes=6)):
        assert idempotency.begin(session, "f", "body") is None
    idempotency.abandon(session, "f")
    assert idempotency.begin(session, "f", "body") is None


def test_answers_are_sealed_and_swept(session: Session) -> None:
    idempotency.begin(session, "f", "body")
    idempotency.finish(session, "f", ANSWER)
    assert b"plain_secret" not in session.exec(select(IdempotentAnswer)).one().body
    with clock.ahead(timedelta(hours=25)):
        assert idempotency.forget_expired(session) == 1
