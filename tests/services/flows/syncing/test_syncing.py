"""Pulling from a real Dovecot: folder by folder, with the times it keeps, and nothing twice."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models import (
    Direction,
    Mailbox,
    Message,
    RawMessage,
    Reception,
    SyncJob,
    Tag,
    Ticket,
    TicketRead,
    TicketStar,
    TicketTag,
    WebhookDelivery,
)
from services import clock, database, domains, mailboxes, syncjobs
from services import settings as configuration
from services.flows import inbound, syncing
from services.flows.syncing import jobs, keeping, pulling
from services.passwords import Hashed
from services.settings import Settings
from tests.conftest import People
from tests.services.flows.syncing.dovecot import PROGRAM, Dovecot, serving

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no dovecot here")
AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def remote() -> Iterator[Dovecot]:
    with serving() as served:
        yield served


@pytest.fixture
def job(people: People, settings: Settings, remote: Dovecot) -> int:
    """An account of the remote server, pulled into ida@acme.example."""
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    with database.transaction() as session:
        domains.add(session, "acme.example", actor=people.alice)
        mailboxes.create_at(session, "acme.example", "ida", password=Hashed("x"), actor=people.alice)
        made = syncjobs.add(
            session,
            "ida@acme.example",
            host="127.0.0.1",
            port=remote.port,
            username="ida",
            password="secret",
            encryption="PLAIN",
            exclude="(?i)^old",
            actor=people.alice,
        )
        return made.id or 0


def run(job: int) -> SyncJob:
    """Make the job due, run it, and file what came."""
    with database.transaction() as session:
        session.get_one(SyncJob, job).due_at = clock.now()
    while syncing.process_one("this process"):
        pass
    while inbound.process_one():
        pass
    with database.reading() as session:
        return session.get_one(SyncJob, job)


def messages() -> list[tuple[str, datetime]]:
    with database.reading() as session:
        rows = session.exec(select(Message).order_by(col(Message.received_at), col(Message.subject))).all()
        return [(row.subject, row.received_at) for row in rows]


def test_every_folder_with_the_time_it_came(job: int, remote: Dovecot) -> None:
    remote.put("One", AT, number=1)
    remote.put("Two", AT + timedelta(hours=1), folder="Projects.Alpha", number=2)
    remote.put("Never", AT, folder="Old stuff", number=3)
    remote.put("Nor this", AT, folder="Trash", number=4)
    done = run(job)
    assert (done.error, done.pulled_count) == ("", 2) and done.due_at and done.due_at > clock.now()
    assert messages() == [("One", AT), ("Two", AT + timedelta(hours=1))]
    with database.reading() as session:
        box = session.exec(select(Mailbox).where(Mailbox.local_part == "ida")).one()
        assert box.used_messages == 2, "they count as any other mail"


def test_only_what_is_new_is_pulled_again(job: int, remote: Dovecot) -> None:
    remote.put("One", AT, number=1)
    remote.put("Without an id", AT)
    assert run(job).pulled_count == 2 and run(job).pulled_count == 2
    remote.put("Three", AT + timedelta(days=1), number=3)
    assert run(job).pulled_count == 3
    assert [subject for subject, _ in messages()] == ["One", "Without an id", "Three"]


def test_another_validity_brings_nothing_twice(job: int, remote: Dovecot) -> None:
    remote.put("One", AT, number=1)
    run(job)
    with database.transaction() as session:
        row = session.get_one(SyncJob, job)
        row.progress = {name: [1, 99] for name in row.progress}
    assert run(job).pulled_count == 1 and len(messages()) == 1


def test_another_name_and_validity_bring_no_news_twice(job: int, remote: Dovecot) -> None:
    """Neither what has no Message-ID."""
    soon = clock.now() + timedelta(minutes=1)
    remote.put("Plain", soon, folder="Work")
    remote.put("Named", soon, folder="Work", number=1)
    assert run(job).pulled_count == 2 and len(messages()) == 2
    with remote.client() as client:
        client.rename_folder("Work", "Play")
    assert run(job).pulled_count == 2 and len(messages()) == 2
    with database.transaction() as session:
        row = session.get_one(SyncJob, job)
        row.progress = {name: [1, 99] for name in row.progress}
    assert run(job).pulled_count == 2 and len(messages()) == 2
    remote.put("Plain", soon, folder="Play")
    assert run(job).pulled_count == 3, "the same words once more, while we watched"


def test_a_crash_between_batches_loses_and_repeats_nothing(
    job: int, remote: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kill would: some batches are stored, the rest of the run never happens."""
    monkeypatch.setattr(pulling, "MOST_MESSAGES", 2)
    for number in range(1, 8):
        remote.put(f"Mail {number}", AT + timedelta(minutes=number))
    whole, stored = jobs.advance, []

    def killed(*arguments: object, **more: object) -> bool:
        stored.append(1)
        if len(stored) > 2:
            raise KeyboardInterrupt
        return whole(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "advance", killed)
    with pytest.raises(KeyboardInterrupt):
        run(job)
    assert len(messages()) == 4 and not syncing.process_one(), "it is still the job of the process that was killed"
    monkeypatch.setattr(jobs, "advance", whole)
    with database.transaction() as session:
        jobs.recover(session, "another process")
        assert session.get_one(SyncJob, job).leased_until
        jobs.recover(session, "this process")
    assert run(job).pulled_count == 7
    assert [subject for subject, _ in messages()] == [f"Mail {number}" for number in range(1, 8)]


def test_a_stop_gives_the_job_back_between_two_batches(
    job: int, remote: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "MOST_MESSAGES", 2)
    for number in range(1, 8):
        remote.put(f"Mail {number}", AT + timedelta(minutes=number))
    whole, stopping = keeping.keep, threading.Event()

    def stopped(*arguments: object) -> bool:
        stopping.set()
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "keep", stopped)
    assert syncing.process_one("this process", stopping)
    assert len(messages()) == 2
    assert syncing.process_one("another process") and not syncing.process_one("another process"), "at once, and all"
    assert [subject for subject, _ in messages()] == [f"Mail {number}" for number in range(1, 8)]


def test_age_and_size_have_limits(job: int, remote: Dovecot, people: People) -> None:
    remote.put("Old", clock.now() - timedelta(days=40))
    remote.put("Large", clock.now() - timedelta(days=1), text="x" * 3000)
    remote.put("New", clock.now() - timedelta(days=1))
    configuration.use(configuration.current().model_copy(update={"max_message_bytes": 2000}))
    with database.transaction() as session:
        syncjobs.update(session, job, max_age_days=30, actor=people.alice)
    assert "1 message larger" in run(job).error
    assert [subject for subject, _ in messages()] == ["New"]


def test_a_full_mailbox_takes_no_more(job: int, remote: Dovecot) -> None:
    with database.transaction() as session:
        box = session.exec(select(Mailbox).where(Mailbox.local_part == "ida")).one()
        box.quota, box.used_bytes = 1, 1 << 20
    remote.put("One", AT)
    assert (run(job).error, messages()) == ("The mailbox is full.", [])


def test_what_goes_wrong_is_said(job: int, remote: Dovecot, people: People) -> None:
    with database.transaction() as session:
        syncjobs.update(session, job, password="wrong", actor=people.alice)
    assert "uthentication failed" in run(job).error
    with database.transaction() as session:
        syncjobs.update(session, job, port=1, password="secret", actor=people.alice)
    assert "refused" in run(job).error
    configuration.use(configuration.current().model_copy(update={"allow_private_targets": False}))
    assert "not allowed" in run(job).error
    with database.reading() as session:
        assert session.exec(select(RawMessage)).all() == []


def test_an_account_is_tried_step_by_step(job: int, remote: Dovecot) -> None:
    remote.put("One", AT, folder="Projects.Alpha")
    steps = syncing.check(syncing.Account("127.0.0.1", remote.port, "ida", "secret", "PLAIN"))
    assert [(each.name, each.is_good) for each in steps] == [
        (name, True) for name in ("Name", "Connection", "Encryption", "Sign-in", "Folders")
    ]
    assert "Projects.Alpha" in steps[-1].seen
    wrong = syncing.check(syncing.Account("127.0.0.1", remote.port, "ida", "wrong", "PLAIN"))
    assert (wrong[-1].name, wrong[-1].is_good) == ("Sign-in", False) and "uthentication" in wrong[-1].seen
    closed = syncing.check(syncing.Account("127.0.0.1", 1, "ida", "secret", "PLAIN"))
    assert (closed[-1].name, closed[-1].is_good) == ("Connection", False)
    bare = syncing.check(syncing.Account("127.0.0.1", remote.port, "ida", "secret", "TLS"))
    assert (bare[-1].name, bare[-1].is_good) == ("Encryption", False), "it offers none"
    unknown = syncing.check(syncing.Account("nowhere.invalid", 993, "ida", "secret", "SSL"))
    assert [(each.name, each.is_good) for each in unknown] == [("Name", False)]


def test_what_comes_meanwhile_goes_before_what_is_older(
    job: int, remote: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "MOST_MESSAGES", 2)
    for number in range(1, 7):
        remote.put(f"Mail {number}", AT + timedelta(minutes=number), number=number)
    whole, stored = keeping.keep, []

    def stopped(of: jobs.Job, place: jobs.Place, mails: list[keeping.Mail]) -> bool:
        stored.append([each.content.partition(b"Subject: ")[2][:6].decode() for each in mails])
        return False if len(stored) == 3 else whole(of, place, mails)

    monkeypatch.setattr(keeping, "keep", stopped)
    run(job)
    remote.put("Mail 7", AT + timedelta(minutes=7), number=7)
    run(job)
    assert [each for each in stored if each] == [
        ["Mail 5", "Mail 6"],
        ["Mail 3", "Mail 4"],
        ["Mail 1", "Mail 2"],  # which was not kept
        ["Mail 7"],
        ["Mail 1", "Mail 2"],
    ]
    assert [subject for subject, _ in messages()] == [f"Mail {number}" for number in range(1, 8)]
    assert run(job).pulled_count == 7


@pytest.mark.parametrize("encryption", ["SSL", "TLS"])
def test_over_tls_by_a_valid_certificate_only(
    job: int, people: People, encryption: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(has_tls=True) as secure:
        secure.put("One", AT, number=1)
        port = secure.tls_port if encryption == "SSL" else secure.port
        with database.transaction() as session:
            where: syncjobs.Options = {"port": port, "encryption": encryption, "password": "secret"}
            syncjobs.update(session, job, actor=people.alice, **where)
        tried = syncing.Account("127.0.0.1", port, "ida", "secret", encryption)
        assert "certificate" in run(job).error.lower() and messages() == []
        assert (syncing.check(tried)[-1].name, syncing.check(tried)[-1].is_good) == ("Encryption", False)
        monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
        assert all(step.is_good for step in syncing.check(tried))
        assert run(job).error == "" and messages() == [("One", AT)]


def test_what_was_there_before_is_history(job: int, remote: Dovecot, people: People) -> None:
    """Closed and telling nobody, read where it was read; folders are tags, and what was sent is what we wrote."""
    with database.transaction() as session:
        syncjobs.update(session, job, subfolder="/Old/", actor=people.alice)
    remote.put("Asked", AT, number=1, flags=(r"\Seen", r"\Flagged"))
    remote.put("Asked", AT + timedelta(hours=1), number=2, folder="Sent", head="In-Reply-To: <1@remote.test>\r\n")
    remote.put("In a folder", AT, number=3, folder="Projects.Alpha")
    remote.put("Spam", AT, number=4, folder="Spam")
    assert run(job).pulled_count == 4
    with database.reading() as session:
        asked, foldered, spam = session.exec(select(Ticket).order_by(col(Ticket.subject))).all()
        assert [each.status for each in (asked, foldered, spam)] == ["closed", "closed", "spam"]
        assert asked.message_count == 2 and session.exec(select(TicketStar.ticket_id)).all() == [asked.id]
        assert session.exec(select(TicketRead.ticket_id)).all() == [asked.id]
        sent = session.exec(select(Message).where(Message.message_id == "<2@remote.test>")).one()
        assert sent.direction is Direction.OUT
        assert tags(session) == {("Asked", "old"), ("In a folder", "old/projects/alpha"), ("Spam", "old")}
        assert session.exec(select(WebhookDelivery)).all() == [] == session.exec(select(Reception)).all()


def test_what_comes_since_is_news(job: int, remote: Dovecot, people: People) -> None:
    """Through the queue, as all mail: rules see it, and it waits for somebody. What is sent elsewhere is not."""
    remote.put("Old", AT, number=1)
    run(job)
    with database.transaction() as session:
        session.get_one(SyncJob, job).created_at = begun = clock.now()
    remote.put("Fresh", begun, number=2, folder="Projects.Alpha")
    remote.put("Sent elsewhere", begun, number=3, folder="Sent")
    assert run(job).pulled_count == 3
    with database.reading() as session:
        found = session.exec(select(Ticket.subject, Ticket.status).order_by(col(Ticket.subject))).all()
        assert found == [("Fresh", "open"), ("Old", "closed"), ("Sent elsewhere", "closed")]
        assert tags(session) == {("Fresh", "projects/alpha")}


def tags(session: Session) -> set[tuple[str, str]]:
    query = select(Ticket.subject, Tag.name).join(TicketTag, col(TicketTag.ticket_id) == col(Ticket.id))
    return set(session.exec(query.join(Tag, col(Tag.id) == col(TicketTag.tag_id))))


def test_a_device_that_gives_all_its_mail_one_id(job: int, remote: Dovecot) -> None:
    for hour in range(3):
        date = (AT + timedelta(hours=hour)).strftime("Date: %a, %d %b %Y %H:%M:%S +0000\r\n")
        remote.put(f"Scan {hour}", AT + timedelta(hours=hour), number=1, head=date)
        assert run(job).pulled_count == hour + 1
    remote.put("Scan 2", AT, number=1, head=date, folder="Archive")
    assert run(job).pulled_count == 3, "the last one again"


def test_a_change_ends_the_run_that_is_under_way(
    job: int, remote: Dovecot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "MOST_MESSAGES", 1)
    for number in (1, 2):
        remote.put(f"Mail {number}", AT, number=number)
    whole, seen = keeping.keep, []

    def changed(*arguments: object) -> bool:
        if not seen:
            with database.transaction() as session:
                (entry,) = syncjobs.all(session, actor=people.alice)
                seen.append((entry.is_running, entry.job.run_done, entry.job.run_total))
                syncjobs.update(session, job, username="bo", actor=people.alice)
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "keep", changed)
    done = run(job)
    assert seen == [(True, 0, 2)] and (done.error, done.pulled_count) == ("", 2), "it ran again at once"
    assert (done.claimed_at, done.leased_until, done.run_total, done.run_done) == (None, None, None, 2)
    with database.transaction() as session:
        syncjobs.update(session, job, max_age_days=3, actor=people.alice)
        assert session.get_one(SyncJob, job).progress
        assert not syncjobs.update(session, job, max_age_days=0, actor=people.alice).progress


def test_a_folder_that_does_not_open_is_named(job: int, remote: Dovecot) -> None:
    remote.put("One", AT, number=1)
    remote.put("Two", AT, number=2, folder="Locked")
    locked = remote.folder / "home" / "Maildir" / ".Locked"
    for each in (locked, locked / "cur", locked / "new"):
        each.chmod(0)
    assert run(job).error == "The server does not open Locked." and [name for name, _ in messages()] == ["One"]
