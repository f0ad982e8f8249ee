"""Whatever arrives in whatever order: everything ends where a short oracle says; nothing vanishes or doubles."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlmodel import col, select

from models import Alias, AliasStatus, DisabledPolicy, Message, Reception, ReceptionState, Ticket
from services import database
from services.mail.thread import subject_key
from services.tickets.tokens import reply_token
from tests.conftest import People
from tests.services.flows.inbound.conftest import add_alias, add_domain, file_all, letter, send

DOMAINS = {1: "acme.test", 2: "other.test"}
LOCALS = ("support", "sales", "quiet", "gone")  # quiet drops its mail silently, gone does not exist (any more)


@dataclass(frozen=True)
class Mail:
    organisation: int
    identifier: str
    author: str
    subject: str
    answers: str
    automatic: bool
    token: int  # of ticket number …, 0 = none
    forged: bool
    locals: tuple[str, ...]

    def content(self) -> bytes:
        more = {"In_Reply_To": self.answers} if self.answers else {}
        more |= {"Auto_Submitted": "auto-generated"} if self.automatic else {}
        return letter(self.subject, f"Text of {self.identifier}", self.author, message_id=self.identifier, **more)

    def recipients(self) -> list[str]:
        made = [f"{local}@{DOMAINS[self.organisation]}" for local in self.locals]
        if self.token:
            mark = "t1.aaaaaaaaaaaa" if self.forged else reply_token(self.organisation, self.token)
            made[0] = f"support+{mark}@{DOMAINS[self.organisation]}"
        return list(dict.fromkeys(made))

    def is_taken(self) -> bool:
        return any(not recipient.startswith("quiet@") for recipient in self.recipients())


@dataclass
class Oracle:
    """PRODUCT.md 5 in the fewest words: which messages make a conversation together."""

    group: dict[tuple[int, str], int] = field(default_factory=dict)
    numbers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[tuple[int, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    active: dict[int, int] = field(default_factory=dict)

    def file(self, mail: Mail, turn: int) -> None:
        key, about = (mail.organisation, mail.identifier), (mail.organisation, mail.author, subject_key(mail.subject))
        if key in self.group or not mail.is_taken():
            return
        known = self.numbers[mail.organisation]
        joined = known[mail.token - 1] if not mail.forged and 0 < mail.token <= len(known) else None
        joined = joined or self.group.get((mail.organisation, mail.answers))
        if joined is None and not mail.automatic:
            joined = max(self.subjects[about], key=self.active.__getitem__, default=None)
        if joined is None:
            joined = len(self.active) + 1
            known.append(joined)
            self.subjects[about].append(joined)
            self.active[joined] = turn
        if not mail.automatic:
            self.active[joined] = turn
        self.group[key] = joined


def mails(dice: random.Random, count: int) -> Iterator[Mail]:
    sent: list[Mail] = []
    for number in range(count):
        if sent and dice.random() < 0.1:  # the same mail again, to other addresses
            again = dice.choice(sent)
            places = tuple(dice.choices(LOCALS, k=2))
            yield Mail(**(again.__dict__ | {"locals": places, "token": 0}))
            continue
        made = Mail(
            organisation=dice.choice((1, 2)),
            identifier=f"<{number}@customer.test>",
            author=f"c{dice.randrange(6)}@customer.test",
            subject=f"{dice.choice(('', 'Re: '))}Matter {dice.randrange(8)}",
            answers=dice.choice(sent).identifier if sent and dice.random() < 0.4 else "",
            automatic=dice.random() < 0.15,
            token=dice.randrange(1, 9) if dice.random() < 0.15 else 0,
            forged=dice.random() < 0.3,
            locals=tuple(dice.choices(LOCALS, k=dice.randint(1, 2))),
        )
        sent.append(made)
        yield made


@pytest.mark.parametrize("seed", range(4))
def test_every_mail_ends_where_the_oracle_says(people: People, seed: int) -> None:
    directory(people)
    dice, oracle = random.Random(seed), Oracle()
    expected: list[bool] = []
    for turn, mail in enumerate(mails(dice, 100)):
        send(mail.content(), *mail.recipients())
        oracle.file(mail, turn)
        expected += [mail.is_taken()] * len(mail.recipients())
        if dice.random() < 0.2:
            file_all()
    file_all()
    compare(oracle, expected)


def directory(people: People) -> None:
    with database.transaction() as session:
        for organisation, name in DOMAINS.items():
            domain = add_domain(session, organisation, name)
            mailbox = people.mailbox_id if organisation == 1 else people.other_mailbox_id
            for local in LOCALS[:3]:
                add_alias(session, organisation, domain, local, mailbox)
        for alias in session.exec(select(Alias).where(Alias.local_part == "quiet")):
            alias.status, alias.disabled_policy = AliasStatus.DISABLED, DisabledPolicy.DROP
            session.add(alias)


def compare(oracle: Oracle, expected: list[bool]) -> None:
    with database.reading() as session:
        receptions = session.exec(select(Reception).order_by(col(Reception.id))).all()
        messages = session.exec(select(Message)).all()
        tickets = session.exec(select(Ticket)).all()
    assert {each.state for each in receptions} == {ReceptionState.FILED}
    assert [each.message_id is not None for each in receptions] == expected
    found, wanted = defaultdict(set), defaultdict(set)
    for message in messages:
        found[message.ticket_id].add((message.organisation_id, message.message_id))
    for key, group in oracle.group.items():
        wanted[group].add(key)
    assert len(messages) == len(oracle.group)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, wanted.values()))
    for organisation in DOMAINS:
        numbers = sorted(each.number for each in tickets if each.organisation_id == organisation)
        assert numbers == list(range(1, len(numbers) + 1))
    assert sum(each.message_count for each in tickets) == len(messages)
