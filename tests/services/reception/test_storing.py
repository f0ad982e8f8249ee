"""What acceptance writes: the bytes once, a row a recipient, and the runner is woken."""

from dataclasses import replace

from sqlmodel import col, select

from models import RawMessage, Reception, ReceptionState
from services import clock, database, events, reception
from services.reception import Envelope

MAIL = Envelope(
    "ann@customer.test", ("a@acme.test", "b@acme.test"), b"Subject: x\r\n\r\nx\r\n", "host", "192.0.2.1", "ESMTP"
)


def test_one_message_many_recipients(db: None) -> None:
    with database.transaction() as session:
        queue_id = reception.accept(session, MAIL)
    with database.reading() as session:
        raw = session.exec(select(RawMessage)).one()
        rows = session.exec(select(Reception).order_by(col(Reception.id))).all()
    assert (raw.queue_id, raw.reverse_path, raw.helo, raw.peer) == (queue_id, MAIL.reverse_path, "host", "192.0.2.1")
    assert raw.content.endswith(MAIL.content) and raw.size == len(raw.content)
    assert [(row.recipient, row.raw_id, row.state) for row in rows] == [
        (recipient, raw.id, ReceptionState.ACCEPTED) for recipient in MAIL.recipients
    ]


def test_a_batch_keeps_its_order_and_mixes_with_others(db: None) -> None:
    letters = [
        replace(MAIL, reverse_path=f"{number}@x.test", recipients=(f"r{number}@acme.test",)) for number in range(9)
    ]
    with database.transaction() as session:
        session.add(RawMessage(queue_id="Q", received_at=clock.now(), size=1, content=b"x"))
    with database.write_connection() as connection:
        queue_ids = reception.store(connection, letters[:3])
    kept = database.KeptConnection()
    for some in (letters[3:4], letters[4:]):
        with kept.transaction() as connection:
            queue_ids += reception.store(connection, some)
    kept.close()
    with database.reading() as session:
        pairs = session.exec(
            select(RawMessage, Reception).join(Reception, col(Reception.raw_id) == col(RawMessage.id))
        ).all()
    assert len(set(queue_ids)) == 9
    found = {raw.queue_id: (raw.reverse_path, row.recipient) for raw, row in pairs}
    assert [found[each] for each in queue_ids] == [(f"{n}@x.test", f"r{n}@acme.test") for n in range(9)]


def test_the_kept_connection_stores_the_same(db: None) -> None:
    letters = [MAIL, replace(MAIL, recipients=tuple(f"jörg{number}@acme.test" for number in range(20)), user_id=7)]
    kept = database.KeptConnection()
    with kept.transaction() as connection:
        reception.store(connection, letters)
    kept.close()
    with database.transaction() as session:
        reception.accept(session, letters[0])
        reception.accept(session, letters[1])
    with database.reading() as session:
        raws = session.exec(select(RawMessage).order_by(col(RawMessage.id))).all()
        rows = session.exec(select(Reception).order_by(col(Reception.id))).all()
    ours = {"id", "queue_id", "received_at", "content"}
    first, second, third, fourth = [raw.model_dump(exclude=ours) for raw in raws]
    assert (first, second) == (third, fourth) and all(raw.received_at.tzinfo for raw in raws)
    assert [raw.content.endswith(MAIL.content) for raw in raws] == [True] * 4
    found = [
        (row.raw_id - (raws[0].id or 0), *row.model_dump(exclude={"id", "raw_id", "due_at"}).values()) for row in rows
    ]
    assert [each[1:] for each in found[:22]] == [each[1:] for each in found[22:]]
    assert [each[0] for each in found] == [0] * 2 + [1] * 20 + [2] * 2 + [3] * 20
    assert [row.recipient for row in rows[2:22]] == list(letters[1].recipients)


def test_one_and_many_recipients_go_together(db: None) -> None:
    recipients: list[tuple[str, ...]] = [("jörg@acme.test",), MAIL.recipients, ("[a]@acme.test",), ("b@acme.test",)]
    kept = database.KeptConnection()
    with kept.transaction() as connection:
        queue_ids = reception.store(connection, [replace(MAIL, recipients=each) for each in recipients])
    kept.close()
    with database.reading() as session:
        rows = session.exec(
            select(RawMessage.queue_id, Reception.recipient)
            .join(Reception, col(Reception.raw_id) == col(RawMessage.id))
            .order_by(col(Reception.id))
        ).all()
    assert rows == [(queue_id, one) for queue_id, several in zip(queue_ids, recipients, strict=True) for one in several]


def test_accepting_wakes_the_runner(db: None) -> None:
    seen: list[events.Fact] = []
    stop = events.subscribe(seen.append)
    with database.transaction() as session:
        reception.accept(session, MAIL)
        assert seen == []
    stop()
    assert seen == [events.WorkArrived(0, "inbound")]
