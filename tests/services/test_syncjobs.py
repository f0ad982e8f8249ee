"""Sync jobs as their owners keep them."""

import pytest

from models import SyncJob
from services import database, domains, errors, mailboxes, syncjobs
from services.passwords import Hashed
from tests.conftest import People

ACCOUNT: syncjobs.Options = {"host": "imap.example.net", "port": 993, "username": "ida", "password": "secret words"}


@pytest.fixture
def job(people: People) -> int:
    with database.transaction() as session:
        domains.add(session, "acme.example", actor=people.alice)
        mailboxes.create_at(session, "acme.example", "ida", password=Hashed("x"), actor=people.alice)
        return syncjobs.add(session, "ida@acme.example", actor=people.alice, **ACCOUNT).id or 0


def test_the_password_is_sealed_and_another_account_begins_anew(people: People, job: int) -> None:
    with database.transaction() as session:
        (entry,) = syncjobs.all(session, actor=people.alice)
        assert entry.address == "ida@acme.example" and "secret words" not in entry.job.password
        entry.job.progress = {"INBOX": [1, 5]}
        session.add(entry.job)
        assert syncjobs.update(session, job, interval_minutes=5, actor=people.alice).progress
        assert not syncjobs.update(session, job, username="bo", actor=people.alice).progress


@pytest.mark.parametrize(
    "change",
    [
        {"host": "127.0.0.1"},
        {"host": "localhost"},
        {"host": "no host"},
        {"host": "imap.example.net/x"},
        {"port": 0},
        {"encryption": "ROT13"},
        {"interval_minutes": 0},
        {"max_age_days": -1},
        {"exclude": "("},
        {"username": ""},
        {"subfolder": "x" * 65},
        {"subfolder": "two\nlines"},
    ],
)
def test_what_cannot_be(people: People, job: int, change: syncjobs.Options) -> None:
    with database.transaction() as session, pytest.raises(errors.Invalid) as refused:
        syncjobs.update(session, job, actor=people.alice, **change)
    assert refused.value.field in change


@pytest.mark.parametrize(
    ("change", "is_allowed"),
    [
        ({"host": "imap.elsewhere.net"}, False),
        ({"port": 1993}, False),
        ({"encryption": "PLAIN"}, False),
        ({"host": " IMAP.example.net "}, True),
        ({"encryption": "TLS"}, True),
        ({"username": "bo", "interval_minutes": 5}, True),
    ],
)
def test_the_kept_password_goes_nowhere_else(
    people: People, job: int, change: syncjobs.Options, is_allowed: bool
) -> None:
    with database.transaction() as session:
        for act in (syncjobs.password, syncjobs.update):
            if is_allowed:
                act(session, job, actor=people.alice, **change)
                continue
            with pytest.raises(errors.Invalid) as refused:
                act(session, job, actor=people.alice, **change)
            assert (refused.value.code, refused.value.field) == ("password_needed", "password")
        syncjobs.update(session, job, actor=people.alice, **change, password="another")
        assert syncjobs.password(session, job, actor=people.alice) == "another"
        with pytest.raises(errors.NotFound):
            syncjobs.password(session, job, actor=people.charlie)


def test_who_may(people: People, job: int) -> None:
    with database.transaction() as session:
        with pytest.raises(errors.NotPermitted):
            syncjobs.all(session, actor=people.bob)
        with pytest.raises(errors.NotFound):
            syncjobs.remove(session, job, actor=people.charlie)
        with pytest.raises(errors.NotFound):
            syncjobs.add(session, "ida@acme.example", actor=people.charlie, **ACCOUNT)
        syncjobs.remove(session, job, actor=people.alice)
        session.flush()
        assert session.get(SyncJob, job) is None


def test_an_account_is_pulled_into_a_mailbox_once(people: People, job: int) -> None:
    with database.transaction() as session, pytest.raises(errors.Conflict):
        syncjobs.add(session, "ida@acme.example", actor=people.alice, **ACCOUNT)
    with database.transaction() as session:
        mailboxes.create_at(session, "acme.example", "bo", password=Hashed("x"), actor=people.alice)
        other = syncjobs.add(session, "bo@acme.example", actor=people.alice, **ACCOUNT)
        assert [each.address for each in syncjobs.all(session, mailbox_id=other.mailbox_id, actor=people.alice)] == [
            "bo@acme.example"
        ]
    with database.transaction() as session, pytest.raises(errors.Conflict):
        syncjobs.update(session, job, address="bo@acme.example", actor=people.alice)


@pytest.mark.parametrize(("days", "begins_anew"), [(60, True), (0, True), (30, False), (7, False)])
def test_only_a_longer_age_begins_anew(people: People, job: int, days: int, begins_anew: bool) -> None:
    with database.transaction() as session:
        row = syncjobs.update(session, job, max_age_days=30, actor=people.alice)
        row.progress = {"INBOX": [1, 5, 0]}
        assert syncjobs.update(session, job, max_age_days=days, actor=people.alice).progress == (
            {} if begins_anew else {"INBOX": [1, 5, 0]}
        )
