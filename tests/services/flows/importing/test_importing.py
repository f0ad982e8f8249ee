"""Old mail into a mailbox: threaded, nothing twice, nothing awakened, resumable, in bounded memory."""

import asyncio
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models import (
    Contact,
    Direction,
    Import,
    ImportFault,
    ImportState,
    Job,
    Mailbox,
    Message,
    Outbound,
    RawMessage,
    Tag,
    Ticket,
    TicketRead,
    TicketStar,
    TicketStatus,
    WebhookDelivery,
)
from services import clock, database, exports, imports, jobs
from services.flows import importing
from services.flows.importing import filing
from services.mail.archives import escaped, items
from services.settings import Settings
from tests.conftest import People
from tests.services.desk import add_alias

AT = datetime(2024, 3, 5, 7, 8, 9, tzinfo=UTC)


def mail(
    number: int, *, author: str = "carl@customer.test", answers: int = 0, head: str = "", text: str = "x"
) -> bytes:
    fields = (
        f"From: {author}\r\nTo: support@acme.test\r\nSubject: {'Re: ' if answers else ''}Order {answers or number}\r\n"
    )
    fields += f"Message-ID: <{number}@old.test>\r\n" if number else ""
    fields += f"In-Reply-To: <{answers}@old.test>\r\n" if answers else ""
    return f"{fields}{head}\r\n{text}\r\n".encode()


def mbox(path: Path, *messages: bytes, at: datetime = AT) -> Path:
    path.write_bytes(b"".join(escaped(each, at + timedelta(hours=hour)) for hour, each in enumerate(messages)))
    return path


def begin(people: People, path: Path, *, kept: bool = False, **chosen: object) -> int:
    choice = imports.Choice(**chosen)  # type: ignore[arg-type]
    box = people.mailbox_id
    with database.transaction() as session:
        made = imports.begin(session, box, path, name="old", choice=choice, is_kept=kept, actor=people.alice)
        return made.id or 0


def run(import_id: int) -> Import:
    asyncio.run(importing.bring_in(import_id))
    with database.reading() as session:
        return session.get_one(Import, import_id)


def counts(row: Import) -> tuple[str, int, int, int]:
    return row.state, row.imported, row.skipped, row.failed


def every(table: type) -> list:  # type: ignore[type-arg]
    with database.reading() as session:
        return list(session.exec(select(table).order_by(col(table.id))).all())  # type: ignore[attr-defined]


def test_conversations_come_closed_and_wake_nobody(people: People, tmp_path: Path) -> None:
    add_alias(people.alice, people.mailbox_id)
    answer = mail(2, author="support@acme.test", answers=1).replace(b"To: support@acme.test", b"To: carl@customer.test")
    path = mbox(tmp_path / "old", mail(1, head="Status: RO\r\nX-Status: F\r\n"), answer, mail(3), mail(4, answers=2))
    done = run(begin(people, path))
    assert counts(done) == ("done", 4, 0, 0) and not path.exists(), "the upload is gone once all is in"
    first, second = every(Ticket)
    assert (first.status, first.message_count, first.correspondent) == ("closed", 3, "carl@customer.test")
    assert first.created_at == AT and first.active_at == AT + timedelta(hours=3)
    assert second.status == TicketStatus.CLOSED and second.message_count == 1
    assert [each.direction for each in every(Message)] == [Direction.IN, Direction.OUT, Direction.IN, Direction.IN]
    assert not every(Outbound) and not every(WebhookDelivery)
    assert [each.name for each in every(Contact)] and len(every(Contact)) == 1, "we are no contact of our own"
    with database.reading() as session:
        assert len(session.exec(select(TicketRead)).all()) == len(session.exec(select(TicketStar)).all()) == 1
        box = session.get_one(Mailbox, people.mailbox_id)
        assert (box.used_messages, box.used_bytes) == (4, sum(each.size for each in every(Message)))


def test_nothing_comes_twice(people: People, tmp_path: Path) -> None:
    messages = [mail(1), mail(0, text="nameless"), mail(1), mail(0, text="nameless")]
    assert counts(run(begin(people, mbox(tmp_path / "a", *messages)))) == ("done", 2, 2, 0)
    assert counts(run(begin(people, mbox(tmp_path / "b", *messages)))) == ("done", 0, 4, 0)
    assert len(every(Message)) == len(every(RawMessage)) == 2


def test_an_old_answer_leaves_an_open_ticket_as_it_is(people: People, tmp_path: Path) -> None:
    run(begin(people, mbox(tmp_path / "a", mail(1)), status=TicketStatus.OPEN))
    before = every(Ticket)[0]
    assert before.status == "open"
    run(begin(people, mbox(tmp_path / "b", mail(2, answers=1), at=AT - timedelta(days=1))))
    after = every(Ticket)[0]
    assert (after.status, after.active_at, after.message_count) == ("open", before.active_at, 2)


def test_folders_are_tags_and_junk_is_spam(people: People, tmp_path: Path) -> None:
    for name, content in (
        ("cur/1:2,S", mail(1)),
        (".Work.Alpha/cur/2:2,", mail(2)),
        (".Spam/cur/3:2,", mail(3)),
        (".Trash/cur/4:2,", mail(4)),
        ("cur/5:2,D", mail(5)),
    ):
        (tmp_path / "box" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "box" / name).write_bytes(content)
    done = run(begin(people, tmp_path / "box", kept=True, tag="moved"))
    assert counts(done) == ("done", 3, 2, 0) and (tmp_path / "box").exists()
    assert {each.name for each in every(Tag)} == {"moved", "work/alpha"}
    assert sorted(each.status for each in every(Ticket)) == ["closed", "closed", "spam"]


def test_a_crash_repeats_and_loses_nothing(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_MESSAGES", 3)
    whole, calls = filing.file_batch, []

    def killed(*arguments: object) -> object:
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return whole(*arguments)  # type: ignore[arg-type]

    number = begin(people, mbox(tmp_path / "a", *[mail(each, text="From x") for each in range(1, 11)]))
    monkeypatch.setattr(importing, "file_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        run(number)
    assert len(every(Message)) == 6
    monkeypatch.setattr(importing, "file_batch", whole)
    assert counts(run(number)) == ("done", 10, 0, 0)
    assert [each.message_id for each in every(Message)] == [f"<{each}@old.test>" for each in range(1, 11)]


def test_what_cannot_come_is_said_and_the_rest_comes(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = filing.place

    def place(desk: object, letter: object) -> object:
        if b"poison" in letter.content:  # type: ignore[attr-defined]
            raise ValueError("poison")
        return whole(desk, letter)  # type: ignore[arg-type]

    monkeypatch.setattr(filing, "STEPS", (*filing.STEPS[:-1], place))
    path = mbox(tmp_path / "a", mail(1), mail(2, text="poison"), b"\r\n", mail(4))
    assert counts(run(begin(people, path))) == ("done", 2, 0, 2)
    faults = every(ImportFault)
    assert [each.number for each in faults] == [2, 3] and "poison" in faults[0].reason


def test_a_cancelled_one_stops_and_clears_up(people: People, tmp_path: Path) -> None:
    path = mbox(tmp_path / "a", mail(1))
    number = begin(people, path)
    with database.transaction() as session:
        imports.cancel(session, number, actor=people.alice)
    assert run(number).state is ImportState.CANCELLED
    assert not path.exists() and not every(Message) and len(every(Job)) == 1


def test_a_full_mailbox_and_a_broken_file_are_said(people: People, tmp_path: Path) -> None:
    with database.transaction() as session:
        box = session.get_one(Mailbox, people.mailbox_id)
        box.quota, box.used_bytes = 1, 1 << 20
    path = mbox(tmp_path / "a", mail(1))
    number = begin(people, path)
    assert (run(number).error, path.exists()) == ("The mailbox is full.", True)
    with database.transaction() as session:
        session.get_one(Mailbox, people.mailbox_id).quota = None
        imports.retry(session, number, actor=people.alice)
    assert counts(run(number)) == ("done", 1, 0, 0)
    gone = run(begin(people, tmp_path / "nowhere"))
    assert gone.state is ImportState.FAILED and "cannot be read" in gone.error


@pytest.mark.parametrize("fault", [RuntimeError, OSError, EOFError])
def test_a_fault_of_ours_is_no_broken_file(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    """The job is tried again, and the import goes on where it was."""
    number = begin(people, mbox(tmp_path / "a", mail(1), mail(2)))
    with monkeypatch.context() as patched, pytest.raises(fault):

        def file_batch(*_: object) -> None:
            raise fault("ours")

        patched.setattr(importing, "file_batch", file_batch)
        run(number)
    assert [(each.state, each.error) for each in every(Import)] == [(ImportState.RUNNING, "")]
    assert counts(run(number)) == ("done", 2, 0, 0)


async def test_a_job_that_fails_for_good_leaves_it_stopped(
    people: People, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with database.transaction() as session:
        row = imports.add(
            session,
            people.mailbox_id,
            mbox(tmp_path / "a", mail(1)),
            name="old",
            choice=imports.Choice(),
            actor=people.alice,
        )
    worker = jobs.Worker(settings)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "file_batch", broken)
        for number, state in enumerate([ImportState.WAITING] * len(importing.WAITS) + [ImportState.FAILED], 1):
            with clock.ahead(timedelta(hours=number)):
                await until(worker, lambda number=number: [each.attempts for each in every(Job)] == [number])
            [row] = every(Import)
            assert row.state is state and row.error.startswith("A fault of ours; it is in the log under ")
            assert ("goes on by itself" in row.error) is (state is ImportState.WAITING)
    with database.transaction() as session:
        imports.retry(session, row.id or 0, actor=people.alice)
    with clock.ahead(timedelta(hours=9)):
        await until(worker, lambda: not every(Job))
    [row] = every(Import)
    assert (*counts(row), row.error) == ("done", 1, 0, 0, "")
    await worker.settle()


async def until(worker: jobs.Worker, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        if not await worker.process_one():
            await asyncio.sleep(0.01)


def test_out_and_in_again_is_the_same(people: People, tmp_path: Path) -> None:
    given = [mail(1, text="From me\r\n>From you"), mail(2, text="no end")[:-2], mail(3, answers=1)]
    run(begin(people, mbox(tmp_path / "a", *given)))
    with database.reading() as session:
        assert exports.count(session, people.mailbox_id, actor=people.alice) == 3
        piece = exports.piece(session, people.mailbox_id, actor=people.alice)
    assert (piece.count, piece.after) == (3, None)
    (tmp_path / "out").write_bytes(piece.content)
    assert [each.content for each in items(tmp_path / "out", (), most=1 << 20)] == given
    assert counts(run(begin(people, tmp_path / "out"))) == ("done", 0, 3, 0)


def test_thousands_in_bounded_memory(people: People, tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        for number in range(1, 2_001):
            file.write(escaped(mail(number, author=f"c{number}@customer.test", text="x" * 20_000), AT))
    tracemalloc.start()
    done = run(begin(people, path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.imported == 2_000 and peak < 34 << 20, f"{peak:,} bytes for 40 MB of mail"


def test_others_know_nothing_of_it(people: People, tmp_path: Path) -> None:
    number = begin(people, mbox(tmp_path / "a", mail(1)))
    with database.reading() as session:
        assert len(imports.entries(session, actor=people.alice)) == 1
        assert imports.entries(session, actor=people.charlie) == []
    for actor in (people.charlie, people.bob):
        with pytest.raises(Exception, match=r"no such import|may not"), database.transaction() as session:
            imports.cancel(session, number, actor=actor)
