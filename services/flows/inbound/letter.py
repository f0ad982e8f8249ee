"""What travels through the steps: one accepted message for one organisation, and the threads it may join."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import Direction, Priority, TicketStatus
from services.mail.bounces import Report
from services.mail.message import Parsed
from services.mail.thread import Tie
from services.mailboxes import Target
from services.rules.engine import NOTHING, Decision


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a letter's way ended, and why, in one plain sentence."""

    outcome: str
    reason: str


@dataclass(slots=True)
class Thread:
    """A ticket as the steps see and change it; written back once a batch. `is_ruled`: a rule changed more of it than
    mail alone does."""

    id: int
    organisation_id: int
    number: int
    subject: str
    subject_key: str
    correspondent: str
    status: TicketStatus
    priority: Priority
    assignee_id: int | None
    mailbox_id: int | None
    active_at: datetime
    last_inbound_at: datetime | None
    resolved_at: datetime | None
    snoozed_until: datetime | None
    snooze_keeps: bool
    message_count: int
    has_attachments: bool
    snippet: str
    merged_into_id: int | None
    deleted_at: datetime | None
    alias_id: int | None = None
    correspondent_name: str = ""
    follows_id: int | None = None
    claimed_at: datetime | None = None
    created_at: datetime | None = None
    is_new: bool = False
    is_ruled: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A message already filed under a Message-ID."""

    row_id: int
    ticket_id: int | None
    direction: Direction
    author: str
    digest: str


@dataclass(slots=True)
class Recipient:
    """One of those a letter came for; `ended` where its way is over before that of the others, `tag` the folder it was
    pulled from."""

    reception_id: int
    address: str
    target: Target | None
    ended: Disposition | None = None
    ended_at: str = ""
    tag: str = ""

    def end(self, step: str, disposition: Disposition | None) -> None:
        if disposition is not None:
            self.ended, self.ended_at = disposition, step

    def stays(self) -> bool:
        """Whether there is a conversation to be had about it here."""
        if self.target is None:
            return self.ended is None
        return self.ended is None and not (self.target.dropped or self.target.relayed or self.target.returns)


@dataclass(slots=True)
class Letter:
    """The context of the steps. Steps fill it from top to bottom; `say` keeps the trace people read."""

    raw_id: int
    content: bytes
    reverse_path: str
    received_at: datetime
    size: int
    organisation_id: int
    recipients: list[Recipient]
    parsed: Parsed = field(default_factory=Parsed)
    digest: str = ""
    text: str = ""
    snippet: str = ""
    author: str = ""
    subject_key: str = ""
    ties: list[Tie] = field(default_factory=list)
    automatic: str = ""
    authentication: dict[str, Any] = field(default_factory=lambda: {"verdict": "none"})
    is_bounce: bool = False
    report: Report | None = None  # what it says of mail of ours
    alias_id: int | None = None
    mailbox_id: int | None = None
    thread: Thread | None = None
    follows: Thread | None = None
    row_id: int | None = None
    decision: Decision = NOTHING
    direction: Direction = Direction.IN  # old mail that is imported may be our own
    is_history: bool = False  # it came long ago, elsewhere: it reopens nothing
    set_apart: bool = False  # a rule discards it, so that it joins no conversation
    is_rejected: bool = False  # a rule had its sender told
    trace: list[dict[str, str]] = field(default_factory=list)
    ended_at: str = ""
    disposition: Disposition | None = None

    def say(self, step: str, outcome: str, reason: str, **about: str) -> None:
        """A line of the trace; `about` are ids of what it speaks of, as they are outside."""
        self.trace.append({"step": step, "outcome": outcome, "reason": reason, **about})
