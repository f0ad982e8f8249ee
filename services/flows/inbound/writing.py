"""What a batch writes: a few statements for many letters, none of them through the ORM."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from models import (
    Attachment,
    Follower,
    Message,
    MessageBody,
    Organisation,
    Reception,
    ReceptionState,
    Recheck,
    Ticket,
    TicketEvent,
)
from services import bodies, clock
from services.database import bulk
from services.flows.inbound import rechecking
from services.flows.inbound.letter import Letter, Recipient, Thread
from services.mail.address import Address

_KINDS: tuple[Any, ...] = (Attachment, Follower, Message, MessageBody, Organisation, Reception, Recheck, Ticket)
_KINDS += (TicketEvent,)
_TABLES = {kind.__tablename__: kind.__table__ for kind in _KINDS}
_KEPT = (
    "id",
    "status",
    "active_at",
    "last_inbound_at",
    "resolved_at",
    "snoozed_until",
    "snooze_keeps",
    "message_count",
    "has_attachments",
    "snippet",
)
_RULED = ("id", "priority", "assignee_id", "claimed_at")
_TICKET, _RECEPTION, _ORGANISATION = _TABLES["ticket"], _TABLES["reception"], _TABLES["organisation"]
_NUMBERED = sa.update(_ORGANISATION).where(_ORGANISATION.c.id == sa.bindparam("b_id"))
_NUMBERED = _NUMBERED.values(next_ticket_number=sa.bindparam("following"))


def allocate(connection: sa.Connection, table: str, count: int) -> list[int]:
    """`count` fresh ids of `table`, the next one last; on SQLite the write lock keeps them ours."""
    if connection.dialect.name == "sqlite":
        newest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar() or 0
        return list(range(newest + count, newest, -1))
    query = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, {count})"
    return sorted(connection.exec_driver_sql(query).scalars(), reverse=True)


class Ledger:
    """Rows to write, collected letter by letter."""

    def __init__(self) -> None:
        self.new: dict[int, Thread] = {}
        self.touched: dict[int, Thread] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {
            name: []
            for name in ("message_body", "ticket", "message", "attachment", "ticket_event", "follower", "recheck")
        }
        self.usage: dict[int, tuple[int, int]] = {}  # messages and bytes by mailbox

    def add_event(self, thread: Thread, kind: str, detail: Mapping[str, object]) -> None:
        event = {
            "organisation_id": thread.organisation_id,
            "ticket_id": thread.id,
            "kind": kind,
            "detail": dict(detail),
        }
        self._rows["ticket_event"].append(event | {"actor_id": None, "undo": {}, "batch": "", "at": clock.now()})

    def add_followers(self, thread: Thread, user_ids: list[int]) -> None:
        self._rows["follower"] += [{"ticket_id": thread.id, "user_id": user_id} for user_id in user_ids]

    def add_message(self, letter: Letter, thread: Thread, row_id: int) -> None:
        """One message with its searchable body and its attachments."""
        parsed = letter.parsed
        to, cc = _people(parsed.to), _people(parsed.cc)
        files = [part for part in parsed.parts if not part.inline]
        search_id = bodies.body_id(letter.received_at)
        self._rows["message_body"].append(
            {
                "id": search_id,
                "subject": parsed.subject,
                "author": f"{parsed.author.name} {letter.author}".strip(),
                "recipients": " ".join([bodies.people(to), bodies.people(cc)]).strip(),
                "text": letter.text,
                "labels": bodies.labels(
                    letter.organisation_id,
                    letter.direction,
                    letter.mailbox_id,
                    has_attachments=bool(files),
                    verdict=letter.authentication["verdict"],
                ),
            }
        )
        if letter.mailbox_id is not None:
            messages, size = self.usage.get(letter.mailbox_id, (0, 0))
            self.usage[letter.mailbox_id] = messages + 1, size + letter.size
        self._rows["message"].append(_message(letter, thread, row_id, search_id, to, cc, bool(files)))
        if letter.authentication["verdict"] == "unknown":
            self._rows["recheck"].append(rechecking.row(row_id))
        self._rows["attachment"] += [
            {
                "organisation_id": letter.organisation_id,
                "message_id": row_id,
                "filename": part.filename[:255],
                "content_type": part.content_type[:127],
                "size": part.size,
                "content_id": part.content_id[:998],
                "inline": part.inline,
                "part": part.index,
                "created_at": letter.received_at,
            }
            for part in parsed.parts
        ]

    def write(self, connection: sa.Connection, letters: list[Letter], next_numbers: Mapping[int, int]) -> None:
        """Everything at once, parents before children."""
        self._rows["ticket"] = [_ticket(thread) for thread in self.new.values()]
        for name, rows in self._rows.items():
            bulk.insert(connection, _TABLES[name], rows)
        moved = [thread for number, thread in sorted(self.touched.items()) if number not in self.new]
        bulk.update(connection, _TICKET, [{name: getattr(each, name) for name in _KEPT} for each in moved])
        ruled = [each for each in moved if each.is_ruled]
        bulk.update(connection, _TICKET, [{name: getattr(each, name) for name in _RULED} for each in ruled])
        if self.new:
            numbers = [{"b_id": number, "following": each} for number, each in sorted(next_numbers.items())]
            connection.execute(_NUMBERED, numbers)
        bulk.update(connection, _RECEPTION, [line for letter in letters for line in _receptions(letter)])


def _receptions(letter: Letter) -> list[dict[str, Any]]:
    why = letter.disposition.reason if letter.disposition else ""
    return [
        _reception(each, letter.row_id, letter.ended_at, why)
        if each.ended is None
        else _reception(each, None, each.ended_at, each.ended.reason)
        for each in letter.recipients
    ]


def _reception(recipient: Recipient, message_id: int | None, step: str, why: str) -> dict[str, Any]:
    return {
        "id": recipient.reception_id,
        "state": ReceptionState.FILED,
        "message_id": message_id,
        "step": step,
        "reason": why[:1000],
    }


def _people(addresses: list[Address]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.address} for each in addresses]


def _message(
    letter: Letter,
    thread: Thread,
    row_id: int,
    search_id: int,
    to: list[dict[str, str]],
    cc: list[dict[str, str]],
    has_attachments: bool,
) -> dict[str, Any]:
    parsed = letter.parsed
    return {
        "id": row_id,
        "organisation_id": letter.organisation_id,
        "ticket_id": thread.id,
        "alias_id": letter.alias_id,
        "mailbox_id": letter.mailbox_id,
        "raw_id": letter.raw_id,
        "search_id": search_id,
        "direction": letter.direction,
        "message_id": parsed.message_id,
        "in_reply_to": parsed.in_reply_to,
        "references": parsed.references,
        "author_address": letter.author,
        "author_name": parsed.author.name[:320],
        "to": to,
        "cc": cc,
        "bcc": [],
        "reply_to": _people(parsed.reply_to),
        "subject": parsed.subject[:998],
        "snippet": letter.snippet,
        "sent_at": parsed.sent_at,
        "received_at": letter.received_at,
        "size": letter.size,
        "digest": letter.digest,
        "has_html": bool(parsed.html),
        "has_attachments": has_attachments,
        "automatic": letter.automatic,
        "authentication": letter.authentication,
        "trace": letter.trace,
        "parse_error": parsed.error[:500],
    }


def _ticket(thread: Thread) -> dict[str, Any]:
    return {
        "id": thread.id,
        "organisation_id": thread.organisation_id,
        "number": thread.number,
        "mailbox_id": thread.mailbox_id,
        "alias_id": thread.alias_id,
        "subject": thread.subject,
        "subject_key": thread.subject_key,
        "correspondent": thread.correspondent,
        "correspondent_name": thread.correspondent_name,
        "snippet": thread.snippet,
        "status": thread.status,
        "priority": thread.priority,
        "assignee_id": thread.assignee_id,
        "claimed_at": thread.claimed_at,
        "message_count": thread.message_count,
        "has_attachments": thread.has_attachments,
        "active_at": thread.active_at,
        "last_inbound_at": thread.last_inbound_at,
        "snooze_keeps": False,
        "resolved_at": thread.resolved_at,
        "deleted_at": thread.deleted_at,
        "follows_id": thread.follows_id,
        "created_at": thread.created_at,
    }
