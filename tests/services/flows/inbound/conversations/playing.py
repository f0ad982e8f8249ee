"""Plays conversations side by side through the way in, and counts what was joined and split wrongly."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from sqlmodel import Session, col, select

from models import Message, RawMessage, Reception, TicketStatus
from services import clock, database, reception, replies, tickets
from services.access import Actor
from services.flows import inbound
from services.mail import message as mail_message
from services.reception import Envelope
from tests.services.flows.inbound.conversations.apart import APART
from tests.services.flows.inbound.conversations.clients import CLIENTS, PREFIXES, Said
from tests.services.flows.inbound.conversations.relayed import RELAYED
from tests.services.flows.inbound.conversations.shapes import (
    Answer,
    Close,
    Event,
    Later,
    Mail,
    Merge,
    Run,
    Shape,
    World,
)
from tests.services.flows.inbound.conversations.together import TOGETHER

VARIANTS = 3
PAUSE = timedelta(days=40)


@dataclass
class Score:
    """Of all mail: how much landed among strangers; of mail that continues something: how much was torn off."""

    mails: int = 0
    continuing: int = 0
    joined_wrongly: Counter[str] = field(default_factory=Counter)
    split_wrongly: Counter[str] = field(default_factory=Counter)
    conversations: int = 0

    @property
    def false_joins(self) -> float:
        return self.joined_wrongly.total() / self.mails

    @property
    def false_splits(self) -> float:
        return self.split_wrongly.total() / self.continuing


@dataclass
class Played:
    """One conversation under way."""

    number: int
    name: str
    run: Run
    heard: Said | None = None
    tickets: dict[str, int] = field(default_factory=dict)  # by part: where it began


def worlds() -> Iterator[tuple[Shape, World]]:
    """Every shape with every client, in several languages."""
    shapes = product((*TOGETHER, *APART, *RELAYED), CLIENTS, range(VARIANTS))
    for number, (shape, client, _) in enumerate(shapes):
        yield shape, World(number, client, PREFIXES[number % len(PREFIXES)])


class Play:
    """Everybody at the same time, a mail of each a round; the long pauses are shared."""

    def __init__(self, actor: Actor) -> None:
        self.score = Score()
        self._actor = actor
        self._owners: dict[int, tuple[int, str]] = {}

    def run(self, chosen: list[tuple[Shape, World]]) -> Score:
        playing = [
            Played(world.number, f"{shape.__name__}, {world.client.__name__}", shape(world)) for shape, world in chosen
        ]
        self.score.conversations = len(chosen)
        pauses = 0
        while playing:
            with clock.ahead(PAUSE * pauses):
                playing = self._until_pause(playing)
            pauses += 1
        return self.score

    def _until_pause(self, playing: list[Played]) -> list[Played]:
        waiting: list[Played] = []
        while playing:
            events = [(each, event) for each in playing if (event := _next(each)) is not None]
            waiting += [each for each, event in events if isinstance(event, Later)]
            for each, event in events:
                self._act(each, event)
            self._deliver([(each, event) for each, event in events if isinstance(event, Mail)])
            playing = [each for each, event in events if not isinstance(event, Later)]
        return waiting

    def _act(self, played: Played, event: Event) -> None:
        with database.transaction() as session:
            match event:
                case Answer(part_of):
                    sent = replies.answer(session, played.tickets[part_of], text="An answer.", actor=self._actor)
                    played.heard = _as_heard(session, sent)
                case Close(part_of):
                    tickets.set_status(session, played.tickets[part_of], TicketStatus.CLOSED, actor=self._actor)
                case Merge(into, other):
                    tickets.merge(session, played.tickets[into], [played.tickets[other]], actor=self._actor)

    def _deliver(self, mails: list[tuple[Played, Mail]]) -> None:
        """All of a round in one go, as a storm arrives; then see where each went."""
        with database.transaction() as session:
            for _, mail in mails:
                envelope = Envelope(mail.author, (mail.to,), _content(mail), "mx.test", "192.0.2.1", "ESMTP")
                reception.accept(session, envelope)
        while inbound.process_one():
            pass
        with database.reading() as session:
            newest = select(Message.ticket_id).join(Reception, col(Reception.message_id) == Message.id)
            filed = session.exec(newest.order_by(col(Reception.id).desc()).limit(len(mails))).all()[::-1]
        for (played, mail), ticket_id in zip(mails, filed, strict=True):
            self._judge(played, mail, ticket_id or 0)

    def _judge(self, played: Played, mail: Mail, ticket_id: int) -> None:
        self.score.mails += 1
        mine = (played.number, mail.part_of)
        owner = self._owners.setdefault(ticket_id, mine)
        if mail.part_of in played.tickets:
            self.score.continuing += 1
            if ticket_id != played.tickets[mail.part_of]:
                self.score.split_wrongly[played.name] += 1
        if owner != mine:
            self.score.joined_wrongly[played.name] += 1
        played.tickets.setdefault(mail.part_of, ticket_id)


def _next(played: Played) -> Event | None:
    heard, played.heard = played.heard, None
    try:
        return played.run.send(heard)
    except StopIteration:
        return None


def _as_heard(session: Session, sent: Message) -> Said:
    """What the customer got, whose gateway lost nothing on the way."""
    raw = session.get_one(RawMessage, sent.raw_id)
    parsed = mail_message.parse(raw.content)
    return Said(parsed.message_id, parsed.subject, parsed.references, parsed.reply_to[0].address)


def _content(mail: Mail) -> bytes:
    fields = {"From": mail.author, "To": mail.to, "Subject": mail.subject, "Message-ID": mail.message_id} | mail.fields
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{head}Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\n{mail.body}\r\n".encode()
