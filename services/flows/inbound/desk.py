"""What a batch of letters is filed with: everything looked up at once before, everything written at once after."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models import Direction, Mailbox, Message, MessageBody, Organisation, Ticket
from services import domains, mailboxes, quotas, rotas
from services.database import bulk
from services.flows.inbound.docket import Docket
from services.flows.inbound.gate import Gate
from services.flows.inbound.letter import Known, Letter, Thread
from services.flows.inbound.marks import Marks
from services.flows.inbound.returning import Returns
from services.flows.inbound.writing import Ledger, allocate
from services.mail import thread as mail_thread
from services.mail.thread import Tie
from services.mailboxes.addresses import default_mailbox

SUBJECT_WINDOW = timedelta(days=7)
_TICKET, _MESSAGE, _BODY = Ticket.__table__, Message.__table__, MessageBody.__table__  # type: ignore[attr-defined]
_THREAD_FIELDS = [each.name for each in fields(Thread) if each.default is MISSING]
_THREADS = sa.select(*(_TICKET.c[name] for name in _THREAD_FIELDS))


def _among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(name, expanding=True))


# Built once: SQLAlchemy takes longer over a statement than the database over its answer.
_ORGANISATION = Organisation.__table__  # type: ignore[attr-defined]
_ORGANISATIONS = (
    sa.select(_ORGANISATION.c.id, _ORGANISATION.c.next_ticket_number)
    .where(_among(_ORGANISATION.c.id, "organisations"))
    .order_by(_ORGANISATION.c.id)
    .with_for_update()
)
_KNOWN = ("organisation_id", "message_id", "id", "ticket_id", "direction", "author_address", "digest")
_BY_SUBJECT = (
    _THREADS.where(_among(_TICKET.c.organisation_id, "organisations"), _TICKET.c.deleted_at.is_(None))
    .where(_among(_TICKET.c.correspondent, "authors"), _among(_TICKET.c.subject_key, "subjects"))
    .where(_TICKET.c.active_at >= sa.bindparam("since"))
    .order_by(_TICKET.c.active_at.desc(), _TICKET.c.id)
    .with_for_update()
)
_BY_ID = _THREADS.where(_among(_TICKET.c.id, "wanted")).order_by(_TICKET.c.id).with_for_update()


class Desk:
    """The knowledge and the ledger of one batch; `look_up` needs the write transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[tuple[int, str], list[Known]] = defaultdict(list)
        self._threads: dict[int, Thread] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        self._subjects: dict[tuple[int, str, str], list[Thread]] = defaultdict(list)
        self._reopen_days: dict[int | None, int] = {}
        self._next_number: dict[int, int] = {}
        self._ids: dict[str, list[int]] = {}
        self.ledger = Ledger()
        self.gate = Gate()
        self.turns = rotas.Turns()
        self.marks = Marks()
        self.docket = Docket(session)
        self.returns = Returns()

    def look_up(self, letters: list[Letter]) -> None:
        """Lock the organisations (so that two processes never file one message twice), then read what steps ask."""
        organisations = sorted({letter.organisation_id for letter in letters})
        connection = self.session.connection()
        numbers = connection.execute(_ORGANISATIONS, {"organisations": organisations})
        self._next_number = {line[0]: line[1] for line in numbers}
        self._ids = {name: allocate(connection, name, len(letters)) for name in ("ticket", "message")}
        self._look_up_messages(letters, organisations)
        self._look_up_subjects(letters, organisations)
        self._load(self.marks.look_up(connection, letters))
        self._load(self.returns.look_up(connection, letters))
        self.docket.look_up(letters)
        self.gate.look_up(connection, letters)
        handing = {each.target.alias_id for letter in letters for each in letter.recipients if each.target}
        waiting_in = {letter.mailbox_id for letter in letters if letter.mailbox_id}
        named = self.docket.named_in_turn(letters)
        if named:
            waiting_in |= {thread.mailbox_id for thread in self._threads.values() if thread.mailbox_id}
        self.turns.look_up(connection, {alias_id for alias_id in handing if alias_id}, waiting_in, named)

    def _look_up_messages(self, letters: list[Letter], organisations: list[int]) -> None:
        wanted = {letter.parsed.message_id for letter in letters}
        for letter in letters:
            wanted.update(mail_thread.ids(letter.parsed))
        wanted.discard("")
        if not wanted:
            return
        theirs = f" AND organisation_id IN ({', '.join(map(str, organisations))})"
        mail = f"{theirs} AND direction <> '{Direction.NOTE.value}'"
        lines = bulk.select(self.session.connection(), _MESSAGE, _KNOWN, wanted, mail, by="message_id")
        for organisation_id, message_id, row_id, ticket_id, direction, author, digest in lines:
            known = Known(row_id, ticket_id, Direction(direction), author, digest)
            self.known[organisation_id, message_id].append(known)
        self._load({line[3] for line in lines if line[3]})

    def _look_up_subjects(self, letters: list[Letter], organisations: list[int]) -> None:
        asking = [letter for letter in letters if letter.author and letter.subject_key and not letter.automatic]
        if not asking:
            return
        asked = {
            "organisations": organisations,
            "authors": list({letter.author for letter in asking}),
            "subjects": list({letter.subject_key for letter in asking}),
            "since": min(letter.received_at for letter in asking) - SUBJECT_WINDOW,
        }
        for line in self.session.connection().execute(_BY_SUBJECT, asked):
            self._remember(self._threads.get(line.id) or Thread(*line))

    def _load(self, ticket_ids: set[int]) -> None:
        missing = ticket_ids - self._threads.keys()
        while missing:
            loaded = [Thread(*line) for line in self.session.connection().execute(_BY_ID, {"wanted": list(missing)})]
            for thread in loaded:
                self._threads[thread.id] = thread
            merged = {thread.merged_into_id for thread in loaded if thread.merged_into_id}
            missing = merged - self._threads.keys() if loaded else set()

    def _remember(self, thread: Thread) -> None:
        self._threads[thread.id] = thread
        self._subjects[thread.organisation_id, thread.correspondent, thread.subject_key].append(thread)

    def thread(self, ticket_id: int | None) -> Thread | None:
        """The ticket, or the one it was merged into."""
        found = self._threads.get(ticket_id) if ticket_id else None
        seen: set[int] = set()
        while found is not None and found.merged_into_id and found.id not in seen:
            seen.add(found.id)
            self._load({found.merged_into_id})
            found = self._threads.get(found.merged_into_id)
        return found

    def numbered(self, organisation_id: int, number: int) -> Thread | None:
        """The ticket of that number."""
        for thread in self._threads.values():
            if thread.organisation_id == organisation_id and thread.number == number:
                return self.thread(thread.id)
        query = sa.select(_TICKET.c.id).where(_TICKET.c.organisation_id == organisation_id, _TICKET.c.number == number)
        ticket_id = self.session.connection().execute(query).scalar()
        if ticket_id is None:
            return None
        self._load({ticket_id})
        return self.thread(ticket_id)

    def successor(self, thread: Thread) -> Thread | None:
        """The newest ticket that continues a closed one, begun in this batch or before."""
        begun = [each.id for each in self.ledger.new.values() if each.follows_id == thread.id]
        if not begun:
            newest = sa.select(sa.func.max(_TICKET.c.id)).where(_TICKET.c.follows_id == thread.id)
            begun = [found for found in self.session.connection().execute(newest).scalars() if found]
            self._load(set(begun))
        return self.thread(max(begun)) if begun else None

    def same_subject(self, letter: Letter) -> list[Thread]:
        """Live tickets of the same person and subject, the most recent first."""
        found = self._subjects.get((letter.organisation_id, letter.author, letter.subject_key), [])
        since, until = letter.received_at - SUBJECT_WINDOW, letter.received_at + SUBJECT_WINDOW
        return sorted(
            (each for each in found if since <= each.active_at <= until), key=lambda each: each.active_at, reverse=True
        )

    def default_mailbox(self, domain_id: int | None, organisation_id: int) -> int | None:
        """Where mail waits that nothing else finds a queue for."""
        found = mailboxes.default_of(self.session, domain_id) if domain_id else None
        return found or default_mailbox(self.session, organisation_id)

    def reopen_days(self, mailbox_id: int | None) -> int:
        if mailbox_id not in self._reopen_days:
            mailbox = self.session.get(Mailbox, mailbox_id) if mailbox_id else None
            self._reopen_days[mailbox_id] = mailbox.reopen_days if mailbox else 30
        return self._reopen_days[mailbox_id]

    def new_ticket(self, organisation_id: int) -> tuple[int, int]:
        """A fresh ticket id and the organisation's next number."""
        number = self._next_number[organisation_id]
        self._next_number[organisation_id] = number + 1
        return self._ids["ticket"].pop(), number

    def add_thread(self, thread: Thread) -> None:
        """A ticket that begins here; later letters of the batch may join it."""
        self.ledger.new[thread.id] = thread
        self._remember(thread)

    def touch(self, thread: Thread) -> None:
        self.ledger.touched[thread.id] = thread

    def add_event(self, thread: Thread, kind: str, detail: Mapping[str, object]) -> None:
        self.ledger.add_event(thread, kind, detail)

    def add_message(self, letter: Letter, thread: Thread) -> None:
        """Write the letter into `thread`; later letters of the batch know its Message-ID."""
        row_id = letter.row_id = self._ids["message"].pop()
        self.ledger.add_message(letter, thread, row_id)
        parsed = letter.parsed
        if parsed.message_id:
            known = Known(row_id, thread.id, letter.direction, letter.author, letter.digest)
            self.known[letter.organisation_id, parsed.message_id].append(known)
        ours = {recipient.address.lower() for recipient in letter.recipients}
        left = chain(letter.ties, mail_thread.invitations(parsed, letter.subject_key, ours))
        self.marks.leave(letter, thread.id, [tie.mark for tie in left if self._is_unknown(letter, tie)])

    def _is_unknown(self, letter: Letter, tie: Tie) -> bool:
        """Whether only a mark can lead back here: the id that it stands for is that of no message we have."""
        return tie.bond != "answered" and not self.known.get((letter.organisation_id, tie.identifier))

    def write(self, letters: list[Letter]) -> None:
        self.docket.close(self.ledger)
        self.ledger.write(self.session.connection(), letters, self._next_number)
        for organisation_id in quotas.use(self.session, self.ledger.usage):
            domains.changed(self.session, organisation_id)
        self.docket.write()
        self.gate.write(self.session)
        self.turns.write(self.session.connection())
        self.marks.write(self.session.connection())
        self.returns.write(self.session)
