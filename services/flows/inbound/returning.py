"""The deliveries reports are about, looked up for a batch at once, and what is said of them, written with it.

By the reverse-path that names the delivery (VERP), else by the Message-ID of what came back, else, for what was
forwarded, by the reverse-path it was forwarded with (SRS).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from models import Bounce, BounceKind, Direction, Message, Outbound, OutboundAttempt, OutboundStatus
from services import clock, events, mailboxes
from services.flows import undelivered
from services.flows.inbound.letter import Letter
from services.mail import address as mail_address
from services.mail.bounces import Affected
from services.suppressions import Finding

_outbound = SQLModel.metadata.tables[str(Outbound.__tablename__)]
_bounces = SQLModel.metadata.tables[str(Bounce.__tablename__)]
_attempts = SQLModel.metadata.tables[str(OutboundAttempt.__tablename__)]
_SENT = sa.select(
    col(Outbound.id),
    col(Outbound.organisation_id),
    col(Outbound.recipient),
    col(Outbound.reverse_path),
    col(Message.message_id),
    col(Message.ticket_id),
    col(Outbound.forwarded_for),
).join_from(Outbound, Message, col(Message.id) == col(Outbound.message_id), isouter=True)
_BY_NUMBER = _SENT.where(col(Outbound.id).in_(sa.bindparam("wanted", expanding=True)))
_BY_MESSAGE = _SENT.where(
    col(Message.message_id).in_(sa.bindparam("wanted", expanding=True)),
    col(Message.organisation_id).in_(sa.bindparam("organisations", expanding=True)),
    col(Message.direction) == Direction.OUT,
)
_BY_PATH = _SENT.where(
    col(Outbound.reverse_path).in_(sa.bindparam("wanted", expanding=True)), col(Outbound.alias_id).is_not(None)
)
_SETTLED = sa.select(_bounces.c.outbound_id, _bounces.c.kind).where(
    _bounces.c.outbound_id.in_(sa.bindparam("wanted", expanding=True)), _bounces.c.kind != BounceKind.DELAYED
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery of ours."""

    id: int
    organisation_id: int
    recipient: str
    reverse_path: str
    message_id: str | None
    ticket_id: int | None
    forwarded_for: str


class Returns:
    """The deliveries a batch of reports is about, and what they say of them. Other mail costs nothing."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[int, int], Sent] = {}
        self._by_message: dict[tuple[int, str], list[Sent]] = defaultdict(list)
        self._by_path: dict[str, list[Sent]] = defaultdict(list)
        self._settled: dict[int, set[str]] = defaultdict(set)
        self._noted: list[tuple[Letter, Sent, Affected]] = []

    def look_up(self, connection: sa.Connection, letters: list[Letter]) -> set[int]:
        """The tickets of the deliveries; locked are the organisations, so that no report is settled twice."""
        asking = [letter for letter in letters if letter.report or numbers_of(letter)]
        if not asking:
            return set()
        numbers = {number for letter in asking for number in numbers_of(letter)}
        identifiers = {letter.report.message_id for letter in asking if letter.report and letter.report.message_id}
        paths = {each.address for letter in asking for each in letter.recipients if each.target and each.target.returns}
        organisations = list({letter.organisation_id for letter in asking})
        found: list[Sent] = []
        for sent in self._ask(connection, _BY_NUMBER, numbers):
            self._by_number[sent.organisation_id, sent.id] = sent
            found.append(sent)
        for sent in self._ask(connection, _BY_MESSAGE, identifiers, organisations=organisations):
            self._by_message[sent.organisation_id, sent.message_id or ""].append(sent)
            found.append(sent)
        for sent in self._ask(connection, _BY_PATH, paths):
            self._by_path[sent.reverse_path].append(sent)
            found.append(sent)
        if found:
            for number, kind in connection.execute(_SETTLED, {"wanted": [each.id for each in found]}):
                self._settled[number].add("complaint" if kind is BounceKind.COMPLAINT else "failure")
        return {each.ticket_id for each in found if each.ticket_id}

    @staticmethod
    def _ask(connection: sa.Connection, query: Any, wanted: set[Any], **more: Any) -> list[Sent]:
        return [Sent(*row) for row in connection.execute(query, {"wanted": list(wanted)} | more)] if wanted else []

    def pairs(self, letter: Letter) -> list[tuple[Sent, Affected | None]]:
        """Deliveries of ours, each with what the report says of it: None where it says nothing of the kind."""
        if not (self._by_number or self._by_message or self._by_path):
            return []
        affected = letter.report.affected if letter.report else ()
        for number in numbers_of(letter):
            sent = self._by_number.get((letter.organisation_id, number))
            if sent is not None:  # whatever address the report names, it is about this one
                own = [each for each in affected if _is_it(sent, each)]
                return [(sent, next(iter((*own, *affected)), _redacted(letter, sent)))]
        candidates = self._candidates(letter)
        if len(candidates) == 1 and len(affected) <= 1:
            return [(candidates[0], next(iter(affected), _redacted(letter, candidates[0])))]
        return [(sent, each) for sent in candidates for each in affected if _is_it(sent, each)]

    def _candidates(self, letter: Letter) -> list[Sent]:
        paths = [each.address for each in letter.recipients if each.target and each.target.returns]
        forwarded = [sent for path in paths for sent in self._by_path.get(path, ())]
        mine = [sent for sent in forwarded if sent.organisation_id == letter.organisation_id]
        if mine or letter.report is None:
            return mine
        return self._by_message.get((letter.organisation_id, letter.report.message_id), [])

    def note(self, letter: Letter, sent: Sent, affected: Affected) -> None:
        self._noted.append((letter, sent, affected))

    def is_known(self, sent: Sent) -> bool:
        """Whether it was settled before that this delivery failed."""
        return "failure" in self._settled.get(sent.id, ())

    def write(self, session: Session) -> None:
        """Once the reports are filed; a further copy of one says nothing new."""
        findings: list[Finding] = []
        for letter, sent, affected in self._noted:
            if letter.disposition is not None and letter.disposition.outcome == "copy":
                continue
            finding = _finding(letter, sent, affected)
            sort = "complaint" if finding.kind is BounceKind.COMPLAINT else "failure"
            if finding.kind is BounceKind.DELAYED:
                findings.append(finding)
            elif sort in self._settled[sent.id]:
                _add_report(session, finding)
            else:
                self._settled[sent.id].add(sort)
                findings.append(finding)
        now = clock.now()
        for finding in findings:
            if finding.kind not in {BounceKind.DELAYED, BounceKind.COMPLAINT}:
                _fail(session, finding, now)
        undelivered.settle(session, findings)


def numbers_of(letter: Letter) -> list[int]:
    """The deliveries its addresses name, or the reverse-path of the message it brings back."""
    numbers = [each.target.about for each in letter.recipients if each.target and each.target.about]
    if not numbers and letter.report is not None and letter.report.reverse_path:
        local = mail_address.split(letter.report.reverse_path)[0]
        named = mailboxes.delivery_of(local, letter.organisation_id)
        return [named] if named is not None else []
    return numbers


def _redacted(letter: Letter, sent: Sent) -> Affected | None:
    """A complaint may keep to itself who complains; the delivery tells."""
    is_complaint = letter.report is not None and letter.report.sort == "complaint"
    return Affected(sent.recipient, "complaint", "complaint") if is_complaint else None


def _is_it(sent: Sent, affected: Affected) -> bool:
    return sent.recipient.lower() in {affected.address.lower(), affected.original.lower()}


def _finding(letter: Letter, sent: Sent, affected: Affected) -> Finding:
    return Finding(
        organisation_id=sent.organisation_id,
        address=sent.recipient,
        kind=BounceKind(affected.kind),
        reason=affected.reason,
        enhanced_code=affected.enhanced_code,
        reply_code=affected.reply_code,
        diagnostic=affected.diagnostic,
        outbound_id=sent.id,
        report_id=letter.row_id,
        is_forward=bool(sent.forwarded_for),
    )


def _add_report(session: Session, finding: Finding) -> None:
    """What a server refused to our face is reported once more, by ourselves: the report belongs to what is known."""
    known = (_bounces.c.outbound_id == finding.outbound_id, _bounces.c.report_id.is_(None))
    session.connection().execute(sa.update(_bounces).where(*known).values(report_id=finding.report_id))
    suppression = sa.text(
        "UPDATE suppression SET report_id = :report WHERE organisation_id = :organisation AND address = :address"
        " AND report_id IS NULL AND actor_id IS NULL"
    )
    about = {"organisation": finding.organisation_id, "address": finding.address.lower()}
    session.connection().execute(suppression, about | {"report": finding.report_id})


def _fail(session: Session, finding: Finding, now: datetime) -> None:
    """What was delivered to the next server has failed after all."""
    values = undelivered.failing_values(finding)
    mine = (_outbound.c.id == finding.outbound_id, _outbound.c.status == OutboundStatus.DELIVERED)
    failed = sa.update(_outbound).where(*mine).values(status=OutboundStatus.FAILED, **values)
    if session.connection().execute(failed).rowcount:
        row = {"outbound_id": finding.outbound_id, "status": OutboundStatus.FAILED, "at": now, "host": "", "tls": ""}
        session.connection().execute(sa.insert(_attempts).values(**row, **values))
        events.record(session, events.OutboundChanged(finding.organisation_id, finding.outbound_id or 0))
