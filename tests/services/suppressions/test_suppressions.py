"""The list of addresses nothing is sent to."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import AuditEntry, BounceKind, Suppression, SuppressionReason
from services import access, clock, database, suppressions
from services.errors import Invalid, NotFound, NotPermitted
from services.suppressions import Finding
from tests.conftest import People


def test_an_address_is_put_on_the_list_and_taken_off(people: People, session: Session) -> None:
    actor = people.alice
    (row,) = suppressions.add(session, [" Ann@There.Example "], detail="asked by phone", actor=actor)
    assert row.address == "ann@there.example"
    assert suppressions.is_suppressed(session, actor.organisation_id, "ANN@there.example")
    assert not suppressions.is_suppressed(session, actor.organisation_id, "bob@there.example")
    assert suppressions.remove(session, [row.id or 0], actor=actor) == ["ann@there.example"]
    assert not suppressions.is_suppressed(session, actor.organisation_id, "ann@there.example")


def test_each_change_is_in_the_audit(people: People) -> None:
    with database.transaction() as session:
        (row,) = suppressions.add(session, ["ann@there.example"], actor=people.alice)
        number = row.id or 0
    with database.transaction() as session:
        suppressions.remove(session, [number], actor=people.alice)
    with database.reading() as session:
        told = session.exec(select(AuditEntry).where(AuditEntry.subject == "suppression")).all()
        assert [entry.subject_name for entry in told] == ["ann@there.example"] * 2


def test_what_reports_teach_is_in_the_audit_too(people: People) -> None:
    for _ in range(2):  # what it says already is no change
        with database.transaction() as session:
            suppressions.learn(session, [finding(people, BounceKind.HARD)])
    with database.reading() as session:
        (told,) = session.exec(select(AuditEntry).where(AuditEntry.subject == "suppression")).all()
    assert (told.actor_id, told.actor_name, told.action) == (None, "Mailroom", "created")
    assert (told.subject_name, told.after["reason"]) == ("ann@there.example", "hard_bounce")


def test_an_end_ends_it(people: People, session: Session) -> None:
    soon = clock.now() + timedelta(days=1)
    (row,) = suppressions.add(session, ["ann@there.example"], expires_at=soon, actor=people.alice)
    assert suppressions.is_suppressed(session, people.alice.organisation_id, "ann@there.example")
    row.expires_at = clock.now() - timedelta(seconds=1)
    session.flush()
    assert not suppressions.is_suppressed(session, people.alice.organisation_id, "ann@there.example")
    with pytest.raises(Invalid):
        suppressions.add(session, ["ann@there.example"], expires_at=clock.now(), actor=people.alice)


def test_what_is_no_address_is_named(people: People, session: Session) -> None:
    with pytest.raises(Invalid, match="nobody"):
        suppressions.add(session, ["ann@there.example", "nobody"], actor=people.alice)
    with pytest.raises(Invalid):
        suppressions.add(session, ["", " "], actor=people.alice)


def test_others_neither_see_nor_change_it(people: People, session: Session) -> None:
    (row,) = suppressions.add(session, ["ann@there.example"], actor=people.alice)
    stranger = access.system(people.alice.organisation_id + 1)
    assert suppressions.page(session, actor=stranger).lines == []
    with pytest.raises(NotFound):
        suppressions.remove(session, [row.id or 0], actor=stranger)
    assert not suppressions.is_suppressed(session, stranger.organisation_id, "ann@there.example")


def test_only_who_may_changes_it(people: People, session: Session) -> None:
    reader = people.alice.__class__(
        people.alice.organisation_id, people.alice.user_id, people.alice.role, scopes=frozenset()
    )
    with pytest.raises(NotPermitted):
        suppressions.page(session, actor=reader)
    with pytest.raises(NotPermitted):
        suppressions.add(session, ["ann@there.example"], actor=reader)


def test_pages_go_on_where_the_last_ended(people: People, session: Session) -> None:
    suppressions.add(session, [f"a{number}@there.example" for number in range(7)], actor=people.alice)
    suppressions.add(session, ["z@there.example"], reason=SuppressionReason.UNSUBSCRIBE, actor=people.alice)
    first = suppressions.page(session, limit=5, actor=people.alice)
    second = suppressions.page(session, limit=5, before=first.before, actor=people.alice)
    seen = [line.suppression.address for line in (*first.lines, *second.lines)]
    assert len(seen) == len(set(seen)) == 8 and second.before is None
    assert [line.suppression.address for line in suppressions.page(session, q="A3@", actor=people.alice).lines] == [
        "a3@there.example"
    ]
    unsubscribed = suppressions.page(session, reason=SuppressionReason.UNSUBSCRIBE, actor=people.alice)
    assert [line.suppression.address for line in unsubscribed.lines] == ["z@there.example"]
    assert suppressions.counts(session, actor=people.alice)[SuppressionReason.MANUAL] == 7


def finding(people: People, kind: BounceKind) -> Finding:
    return Finding(people.alice.organisation_id, "Ann@there.example", kind, diagnostic="550 so it is")


@pytest.mark.parametrize(
    ("kind", "times", "reason"),
    [
        (BounceKind.HARD, 1, SuppressionReason.HARD_BOUNCE),
        (BounceKind.COMPLAINT, 1, SuppressionReason.COMPLAINT),
        (BounceKind.SOFT, 2, None),
        (BounceKind.SOFT, 3, SuppressionReason.SOFT_BOUNCE),
        (BounceKind.BLOCK, 9, None),
        (BounceKind.TRANSIENT, 9, None),
        (BounceKind.DELAYED, 9, None),
    ],
)
def test_the_rule_of_the_house(
    people: People, session: Session, kind: BounceKind, times: int, reason: SuppressionReason | None
) -> None:
    for _ in range(times):
        suppressions.learn(session, [finding(people, kind)])
    rows = session.exec(select(Suppression)).all()
    assert [row.reason for row in rows] == ([reason] if reason else [])
    if reason:
        assert rows[0].address == "ann@there.example" and "so it is" in rows[0].detail


def test_a_hard_one_outlasts_a_soft_one(people: People, session: Session) -> None:
    for _ in range(3):
        suppressions.learn(session, [finding(people, BounceKind.SOFT)])
    suppressions.learn(session, [finding(people, BounceKind.HARD)])
    (row,) = session.exec(select(Suppression)).all()
    assert row.reason is SuppressionReason.HARD_BOUNCE and row.expires_at is None


def test_a_file_comes_back_as_it_went(people: People, session: Session) -> None:
    end = clock.now() + timedelta(days=9)
    suppressions.add(session, ["ann@there.example"], detail="=1+1", expires_at=end, actor=people.alice)
    suppressions.add(session, ["-bob@there.example"], reason=SuppressionReason.COMPLAINT, actor=people.alice)
    rows = [line.suppression for line in suppressions.page(session, actor=people.alice).lines]
    content = (suppressions.heading() + suppressions.lines(rows)).encode()
    assert b"'=1+1" in content and b"'-bob@" in content
    suppressions.lift(session, [row.address for row in rows], actor=people.alice)
    told = suppressions.import_csv(session, suppressions.read(content), actor=people.alice)
    assert (told.added, told.known, told.wrong) == (2, 0, 0)
    back = {line.suppression.address: line.suppression for line in suppressions.page(session, actor=people.alice).lines}
    assert back["-bob@there.example"].reason is SuppressionReason.COMPLAINT
    assert back["ann@there.example"].detail == "=1+1" and back["ann@there.example"].expires_at is not None


@pytest.mark.parametrize(
    ("content", "addresses", "wrong"),
    [
        (b"Email;Reason\r\nann@there.example;unsubscribed\r\nnobody;x\r\n", {"ann@there.example"}, 1),
        (b"ann@there.example\nBob@There.Example\n\n", {"ann@there.example", "bob@there.example"}, 0),
        (b"\xef\xbb\xbfname\temail address\nAnn\tann@there.example\n", {"ann@there.example"}, 0),
    ],
)
def test_files_of_others_are_read(
    people: People, session: Session, content: bytes, addresses: set[str], wrong: int
) -> None:
    told = suppressions.import_csv(session, suppressions.read(content), actor=people.alice)
    assert told.added == len(addresses) and told.wrong == wrong
    assert {line.suppression.address for line in suppressions.page(session, actor=people.alice).lines} == addresses
    again = suppressions.import_csv(session, suppressions.read(content), actor=people.alice)
    assert (again.added, again.known) == (0, len(addresses))


def test_a_long_file_comes_in_too(people: People, session: Session) -> None:
    content = "\n".join(f"a{number}@there.example" for number in range(1_200)).encode()
    suppressions.add(session, ["a7@there.example"], actor=people.alice)
    told = suppressions.import_csv(session, suppressions.read(content), actor=people.alice)
    assert (told.added, told.known, told.wrong) == (1_199, 1, 0)
    assert suppressions.is_suppressed(session, people.alice.organisation_id, "a1199@there.example")


def test_a_file_without_addresses_is_refused(people: People, session: Session) -> None:
    with pytest.raises(Invalid):
        suppressions.import_csv(session, suppressions.read(b"\x00\xff\xfe nothing here"), actor=people.alice)
