"""B8: routing is total and conserving. Each mail ends in exactly the box, hands and queue that a small oracle computes,
whatever the aliases and rules; none vanishes; of equal priorities the older rule comes first."""

import random
from dataclasses import dataclass, field

import pytest
from sqlmodel import Session, col, delete, select

from models import Alias, Mailbox, Match, Message, Rule, RuleAction, RuleHit, Tag, Ticket, TicketTag
from services import clock, database, mailboxes, rules
from services.mail.address import Address
from services.mail.message import body_text, parse
from services.rules import Act, Condition, Draft, Subject
from tests.conftest import People
from tests.services.flows.inbound.conftest import add_alias, file_all, letter, post, send
from tests.services.rules import oracle

__all__ = ["post"]
SETS, MAILS = 8, 25
WORDS = ["invoice", "order", "refund", "hello", "urgent", "lamp"]
NAMES = ["support", "sales", "billing", "ops"]


@dataclass
class Fate:
    """What shall become of a mail."""

    mailbox_id: int | None
    assignee_id: int | None = None
    priority: str = "normal"
    status: str = "open"
    trashed: bool = False
    tags: set[str] = field(default_factory=set)
    asked: list[dict[str, object]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)


def fate(drafts: list[tuple[int, Draft]], message: Subject, mailbox_id: int) -> Fate:
    """The rules in order, the last word on each thing counts; a rule that only counts does nothing."""
    end = Fate(mailbox_id)
    for number in oracle.decide([draft for _, draft in drafts], message):
        rule_id, draft = drafts[number]
        end.held.append(rule_id)
        for act in () if draft.shadow else draft.actions:
            value = next(iter(act.values.values()), None)
            if act.type == "move":
                end.mailbox_id = value  # type: ignore[assignment]
            elif act.type == "assign":
                end.assignee_id = value  # type: ignore[assignment]
            elif act.type in ("priority", "status"):
                setattr(end, act.type, value)
            elif act.type == "tag":
                end.tags.add(str(value))
            elif act.type == "spam":
                end.status, end.assignee_id = "spam", None
            elif act.type == "discard":
                end.trashed, end.assignee_id = True, None
            elif act.type in ("note", "forward"):
                end.asked.append({"type": act.type, **act.values})
    return end


@pytest.mark.usefixtures("post")
@pytest.mark.parametrize("seed", range(SETS))
def test_each_mail_goes_where_it_should(people: People, seed: int) -> None:
    random.seed(seed)
    boxes, users = [people.mailbox_id], [people.alice.user_id, people.bob.user_id]
    with database.transaction() as session:
        boxes += _add_boxes(session, people)
        routes = _add_aliases(session, people, boxes)
    for _ in range(2):  # the second set replaces the first: what was compiled is not kept
        with database.transaction() as session:
            session.exec(delete(Rule))
            drafts = [_draft(boxes, users) for _ in range(random.randint(1, 15))]
            kept = [(rules.add(session, draft, actor=people.alice).id or 0, draft) for draft in drafts]
        kept.sort(key=lambda each: (each[1].priority, each[0]))
        expected = [_post(kept, routes) for _ in range(MAILS)]
        file_all()
        assert _fates(people) == dict(expected)


def _add_boxes(session: Session, people: People) -> list[int]:
    made = [Mailbox(organisation_id=people.alice.organisation_id, name=n, created_at=clock.now()) for n in "ABC"]
    session.add_all(made)
    session.flush()
    return [each.id or 0 for each in made]


def _add_aliases(session: Session, people: People, boxes: list[int]) -> dict[str, int]:
    domain_id = session.exec(select(Alias.domain_id).where(Alias.local_part == "support")).one()
    session.exec(delete(Alias).where(col(Alias.domain_id) == domain_id))
    routes = {name: random.choice(boxes) for name in NAMES}
    for name, box in routes.items():
        add_alias(session, people.alice.organisation_id, domain_id, name, box)
    mailboxes.touch(session)
    return {f"{name}@acme.test": box for name, box in routes.items()}


def _draft(boxes: list[int], users: list[int | None]) -> Draft:
    return Draft(
        "r",
        tuple(_condition() for _ in range(random.randint(0, 3))),
        tuple(_act(boxes, users) for _ in range(random.randint(1, 3))),
        random.choice(list(Match)),
        priority=random.randint(0, 3),
        stop=random.random() < 0.15,
        shadow=random.random() < 0.15,
    )


def _condition() -> Condition:
    word, negate = random.choice(WORDS), random.random() < 0.25
    field, operator, value = random.choice(
        [
            ("subject", "contains", word),
            ("subject", "starts", word),
            ("subject", "matches", f"{word[:4]}.*{random.choice(WORDS)}"),
            ("body", "contains", word),
            ("from", "ends", f"@{random.choice(WORDS)}.test"),
            ("from", "in", [f"@{random.choice(WORDS)}.test", f"1@{word}.test"]),
            ("recipient", "is", f"{random.choice(NAMES)}@acme.test"),
            ("recipient", "starts", random.choice(NAMES)[:2]),
            ("automatic", "is", False),
        ]
    )
    return Condition(field, operator, value, negate)


def _act(boxes: list[int], users: list[int | None]) -> Act:
    kind, values = random.choice(
        [
            ("move", {"mailbox_id": random.choice(boxes)}),
            ("assign", {"user_id": random.choice(users)}),
            ("priority", {"value": random.choice(["low", "high", "urgent"])}),
            ("status", {"value": random.choice(["open", "waiting", "resolved", "closed"])}),
            ("tag", {"value": random.choice(WORDS)}),
            ("note", {"value": random.choice(WORDS)}),
            ("forward", {"to": f"{random.choice(WORDS)}@outside.test"}),
            ("spam", {}),
            ("discard", {}),
        ]
    )
    return Act(kind, values)


def _post(drafts: list[tuple[int, Draft]], routes: dict[str, int]) -> tuple[str, Fate]:
    """Send a mail like no other, so that it joins nothing, and say what shall become of it."""
    number = random.randrange(10**12)
    to = random.choice(list(routes))
    raw = letter(
        f"{' '.join(random.choices(WORDS, k=2))} {number}",
        " ".join(random.choices(WORDS, k=3)),
        f"{random.randint(1, 2)}@{random.choice(WORDS)}.test",
        message_id=f"<{number}@x.test>",
    )
    send(raw, to)
    parsed = parse(raw)
    subject = Subject(parsed, Address("", parsed.author.address), [to], body_text(parsed), len(raw), clock.now())
    return parsed.message_id, fate(drafts, subject, routes[to])


def _fates(people: People) -> dict[str, Fate]:
    """What became of the mails of the rules there are now; earlier ones are forgotten."""
    found: dict[str, Fate] = {}
    with database.transaction() as session:
        for message, ticket in session.exec(select(Message, Ticket).join(Ticket, col(Ticket.id) == Message.ticket_id)):
            tags = select(Tag.name).join(TicketTag).where(TicketTag.ticket_id == ticket.id)
            asked = select(RuleAction.action).where(RuleAction.message_id == message.id).order_by(col(RuleAction.id))
            held = select(RuleHit.rule_id).where(RuleHit.message_id == message.id).order_by(col(RuleHit.id))
            assert message.message_id not in found and ticket.organisation_id == people.alice.organisation_id
            found[message.message_id] = Fate(
                mailbox_id=ticket.mailbox_id,
                assignee_id=ticket.assignee_id,
                priority=ticket.priority.value,
                status=ticket.status.value,
                trashed=ticket.deleted_at is not None,
                tags=set(session.exec(tags)),
                asked=list(session.exec(asked)),
                held=list(session.exec(held)),
            )
            message.ticket_id, message.message_id = None, ""
            session.add(message)
    return found
