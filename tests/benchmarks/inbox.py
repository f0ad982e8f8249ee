"""The inbox at a million messages: list query against raw sqlite3, a whole page, search, memory.

Run by `make bench`, or alone: `python -m tests.benchmarks.inbox [messages] [database]`; a database that is named is
kept, and used again where it is there already.
"""

import itertools
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from models import Mailbox, Organisation, Role, User
from services import access, bodies, clock, database, search, tickets
from services.access import Actor
from services.tickets import View, ViewKind, listing

MESSAGES = 1_000_000
REPEAT = 60
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STOPPED, ALWAYS = 5, 100  # milliseconds for a search that its fiftieth hit stops, and for any other
_STATES = (["open"] * 30 + ["in_progress"] * 5 + ["waiting"] * 10 + ["resolved"] * 25 + ["closed"] * 30) * 10 + ["spam"]


def words() -> tuple[list[str], list[float]]:
    """A vocabulary in which few words are everywhere and most are rare, as in mail."""
    random.seed(7)
    letters = "etaoinshrdlu"
    made = sorted({"".join(random.choices(letters, k=random.randint(3, 9))) for _ in range(20_000)})
    random.shuffle(made)
    return made, list(itertools.accumulate(1 / (rank + 5) for rank in range(len(made))))


def build(path: Path, count: int) -> Actor:
    """Fill a database with `count` messages in half as many tickets; the schema is the product's own."""
    database.connect(f"sqlite:///{path}")
    with database.transaction() as session:
        organisation = Organisation(name="Acme", created_at=clock.now())
        session.add(organisation)
        session.flush()
        user = User(
            organisation_id=organisation.id or 0,
            email="bench@people.test",
            name="Bench",
            role=Role.OWNER,
            password_hash="",
            created_at=clock.now(),
        )
        session.add_all([user, Mailbox(organisation_id=organisation.id or 0, name="Support", created_at=clock.now())])
        session.flush()
        actor = Actor(organisation.id or 0, user.id, Role.OWNER, user.name)
    database.disconnect()
    with sqlite3.connect(path) as raw:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("DROP TRIGGER message_body_added")
        _fill(raw, count)
        raw.execute("INSERT INTO message_search(message_search) VALUES ('rebuild')")
    raw.close()
    database.connect(f"sqlite:///{path}")
    return actor


def _fill(raw: sqlite3.Connection, count: int) -> None:
    vocabulary, weights = words()
    sentences = [" ".join(random.choices(vocabulary, cum_weights=weights, k=14)) for _ in range(20_000)]

    def at(number: int) -> datetime:
        return NOW - timedelta(seconds=20 * (count - number))

    def tickets_() -> Iterator[tuple[Any, ...]]:
        for number in range(1, count // 2 + 1):
            moment, status = _text(at(2 * number)), random.choice(_STATES)
            owner = 1 if status == "in_progress" or number % 97 == 0 else None
            who, subject = f"c{number % 50_000}@customer{number % 900}.test", sentences[number % 20_000][:60]
            name, snippet = f"Customer {number % 50_000}", sentences[-number % 20_000][:180]
            yield number, number, subject, subject, who, name, snippet, status, owner, moment, moment, moment

    def texts() -> Iterator[tuple[Any, ...]]:
        for number in range(1, count + 1):
            label = "zzorg1 zzin zzmbx1" + (" zzhasattachment" if number % 10 == 0 else "")
            text = " ".join(random.choices(sentences, k=3))
            who = f"Customer c{number // 2 % 50_000}@customer{number // 2 % 900}.test"
            yield _id(at(number), number), sentences[number // 2 % 20_000][:60], who, "support@acme.test", text, label

    def messages() -> Iterator[tuple[Any, ...]]:
        for number in range(1, count + 1):
            who = f"c{number // 2 % 50_000}@customer{number // 2 % 900}.test"
            yield number, max(number // 2, 1), _id(at(number), number), f"<{number}@bench.test>", who, _text(at(number))

    raw.executemany(
        "INSERT INTO ticket (id, organisation_id, number, subject, subject_key, correspondent, correspondent_name,"
        " snippet, status, assignee_id, active_at, last_inbound_at, created_at, mailbox_id, priority, message_count,"
        " has_attachments, snooze_keeps) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'normal', 2, 0, 0)",
        tickets_(),
    )
    raw.executemany(
        "INSERT INTO message_body (id, subject, author, recipients, text, labels) VALUES (?, ?, ?, ?, ?, ?)", texts()
    )
    raw.executemany(
        "INSERT INTO message (id, organisation_id, ticket_id, search_id, direction, message_id, in_reply_to,"
        ' "references", author_address, author_name, "to", cc, bcc, reply_to, subject, snippet, received_at, size,'
        " digest, has_html, has_attachments, automatic, authentication, trace, parse_error)"
        " VALUES (?, 1, ?, ?, 'in', ?, '', '[]', ?, '', '[]', '[]', '[]', '[]', '', '', ?, 900,"
        " '', 0, 0, '', '{}', '[]', '')",
        messages(),
    )


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _id(moment: datetime, number: int) -> int:
    return bodies.body_id(moment) >> 20 << 20 | number & 0xFFFFF


def timed(work: Callable[[int], object], repeat: int = REPEAT) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after a warm-up."""
    for number in range(3):
        work(number)
    taken = []
    for number in range(repeat):
        start = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(0.95 * len(taken))]


def lists(path: Path, actor: Actor) -> None:
    statement = listing.statement(listing.RANGES[ViewKind.INBOX], False)
    text = str(statement.compile(compile_kwargs={"literal_binds": False}))
    values = {"organisation": actor.organisation_id, "me": actor.user_id, "limit": 50}
    raw = sqlite3.connect(path)
    bare = timed(lambda _: raw.execute(text, values).fetchall(), 400)
    with database.reading() as session:
        connection = session.connection()
        ours = timed(lambda _: connection.execute(statement, values).all(), 400)
    print(f"list 50 of the inbox    raw sqlite3  {bare[0]:.3f} / {bare[1]:.3f} ms")
    print(
        f"                        list query   {ours[0]:.3f} / {ours[1]:.3f} ms"
        f"   ratio p95 {ours[1] / bare[1]:.2f} (goal <= 2)"
    )
    for name in ("inbox", "unassigned", "mine", "assigned", "all", "done", "spam", "mailbox:1"):
        page = timed(lambda _, name=name: _page(name, actor))
        print(f"page of {name:<15} rows, tags, unread, presence  {page[0]:6.2f} / {page[1]:6.2f} ms   (goal p95 < 40)")
    counted = timed(lambda _: _counts(actor))
    print(f"all folder counts       {counted[0]:.2f} / {counted[1]:.2f} ms")


def _page(name: str, actor: Actor) -> list[Any]:
    with database.reading() as session:
        return tickets.listed(session, view=View.parse(name), actor=actor)


def _counts(actor: Actor) -> dict[str, int]:
    with database.reading() as session:
        return tickets.counts(session, actor=actor)


def searches(actor: Actor) -> None:
    vocabulary, _ = words()
    common, medium, rare = vocabulary[:20], vocabulary[100:400], vocabulary[5_000:9_000]
    walking = ("2 terms in:waiting", "1 common term in:spam", "is:mine + 2 terms")
    cells: dict[str, Callable[[], str]] = {
        "1 common term": lambda: f"{random.choice(common)} ",
        "1 rare term": lambda: f"{random.choice(rare)} ",
        "2 terms": lambda: f"{random.choice(common)} {random.choice(medium)} ",
        "prefix of 3 letters": lambda: random.choice(medium)[:3],
        "phrase": lambda: f'"{random.choice(common)} {random.choice(common)}"',
        "1 common term in:inbox": lambda: f"{random.choice(common)} in:inbox",
        "2 terms in:waiting": lambda: f"{random.choice(common)} {random.choice(medium)} in:waiting",
        "operators": lambda: f"{random.choice(common)} has:attachment is:unread -{random.choice(medium)} in:done",
        "from:": lambda: f"from:c{random.randint(1, 40_000)} ",
        "1 common term in:spam": lambda: f"{random.choice(common)} in:spam",
        "is:mine + 2 terms": lambda: f"is:mine {random.choice(common)} {random.choice(medium)} ",
        "nothing found": lambda: f"{random.choice(common)} qqqqq ",
    }
    for name, make in cells.items():
        found: list[int] = []

        def ask(_: int, make: Callable[[], str] = make, found: list[int] = found) -> None:
            with database.reading() as session:
                found.append(len(search.find(session, make(), actor=actor)))

        cell, goal = timed(ask), ALWAYS if name in walking else STOPPED
        print(
            f"search {name:<24} {cell[0]:7.2f} / {cell[1]:7.2f} ms   rows {statistics.median(found):.0f}"
            f"   {cell[1] / goal:.2f} of the goal ({goal} ms)"
        )


def main(count: int = MESSAGES, kept: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(kept or Path(folder) / "bench.db")
        start = time.perf_counter()
        actor = reopen(path) if path.exists() else build(path, count)
        print(f"{count:,} messages in {path.stat().st_size / 1e9:.2f} GB, there in {time.perf_counter() - start:.0f} s")
        print("p50 / p95")
        lists(path, actor)
        searches(actor)
        print(
            f"memory of the process   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (goal < 400)"
        )
        database.disconnect()


def reopen(path: Path) -> Actor:
    """Whoever was made with the database."""
    database.connect(f"sqlite:///{path}")
    with database.reading() as session:
        return access.of(session.get_one(User, 1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES, *sys.argv[2:3])
