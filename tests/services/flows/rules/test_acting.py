"""What rules do with mail, from the door to what a user sees: tickets, traces, answers; and what fails."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import (
    ActionStatus,
    Contact,
    Direction,
    Integration,
    IntegrationType,
    Mailbox,
    Message,
    Notice,
    Outbound,
    Priority,
    RawMessage,
    Rule,
    RuleAction,
    RuleHit,
    TicketStatus,
    User,
    WebhookDelivery,
)
from services import clock, database, rules, secrets, templates, tickets
from services.errors import NotFound
from services.flows import rules as flow
from services.flows.rules.acting import WAITS
from services.rules import Act, Condition, Draft
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, letter, post, received, send, ticket_of
from tests.services.flows.inbound.conftest import tickets as all_tickets

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")
INVOICES = (Condition("subject", "contains", "invoice"),)


def rule(people: People, *actions: Act, conditions: tuple[Condition, ...] = INVOICES, **options: object) -> int:
    draft = Draft(str(options.pop("name", "Invoices")), conditions, actions, **options)  # type: ignore[arg-type]
    with database.transaction() as session:
        return rules.add(session, draft, actor=people.alice).id or 0


def act_all(most: int = 20) -> None:
    for _ in range(most):
        if not flow.act():
            return
    raise AssertionError("it does not end")


def traced(message: Message | None) -> list[str]:
    assert message is not None
    with database.reading() as session:
        trace = session.get_one(Message, message.id).trace
    return [each["reason"] for each in trace if each["step"] in ("run_actions", "decide_rules")]


def actions() -> list[RuleAction]:
    with database.reading() as session:
        return list(session.exec(select(RuleAction).order_by(col(RuleAction.id))))


def test_a_ticket_is_changed_as_it_is_opened(people: People) -> None:
    with database.transaction() as session:
        box = Mailbox(organisation_id=people.alice.organisation_id, name="Billing", created_at=clock.now())
        session.add(box)
        session.flush()
    made = rule(
        people,
        Act("assign", {"user_id": people.bob.user_id}),
        Act("tag", {"value": "Billing"}),
        Act("priority", {"value": "high"}),
        Act("move", {"mailbox_id": box.id}),
    )
    message = received(letter("Your INVOICE"))
    ticket = ticket_of(message)
    assert (ticket.assignee_id, ticket.priority, ticket.mailbox_id) == (people.bob.user_id, Priority.HIGH, box.id)
    with database.reading() as session:
        seen = tickets.get(session, ticket.id or 0, actor=people.alice)
        kept = session.get_one(Rule, made)
    assert [tag.name for tag in seen.tags] == ["billing"]
    assert {each.kind for each in seen.activity} == {"assigned", "tagged", "priority"}
    assert traced(message) == [
        "Rule “Invoices”: subject contains “invoice” → assigned to Bob, tagged Billing, priority set to high, "
        "moved to Billing."
    ]
    assert (kept.hit_count, kept.last_hit_at) == (1, message.received_at if message else None)
    assert ticket_of(received(letter("Hello"))).assignee_id is None


def test_an_answer_stays_with_its_owner(people: People) -> None:
    first = received(letter("Hello", message_id="<first@customer.test>"))
    with database.transaction() as session:
        tickets.assign(session, ticket_of(first).id or 0, people.alice.user_id, actor=people.alice)
    rule(people, Act("assign", {"user_id": people.bob.user_id}), Act("tag", {"value": "x"}), conditions=())
    for _ in range(2):
        answer = received(letter("Re: Hello", in_reply_to="<first@customer.test>"))
    assert ticket_of(answer).id == ticket_of(first).id and ticket_of(answer).assignee_id == people.alice.user_id
    assert traced(answer) == ["Rule “Invoices”: every message → left with its owner, tagged x."]
    with database.reading() as session:
        seen = tickets.get(session, ticket_of(first).id or 0, actor=people.alice)
    assert [each.kind for each in seen.activity].count("tagged") == 1


def test_in_turn_and_past_those_who_are_away(people: People) -> None:
    with database.transaction() as session:
        session.get_one(User, people.alice.user_id).is_away = True
        ben = User(**session.get_one(User, people.bob.user_id).model_dump(exclude={"id", "email"}), email="ben@x.test")
        session.add(ben)
        session.flush()
    users = [people.alice.user_id, people.bob.user_id, ben.id]
    rule(people, Act("round_robin", {"user_ids": users}), conditions=())
    for number in range(4):
        send(letter(f"Question {number}"))
    file_all()
    assert [each.assignee_id for each in all_tickets()] == [people.bob.user_id, ben.id] * 2
    with database.transaction() as session:
        for user_id in users:
            session.get_one(User, user_id).is_away = True
    message = received(letter("Nobody is here"))
    assert ticket_of(message).assignee_id is None
    assert traced(message) == ["Rule “Invoices”: every message → assigned to nobody: none of them is free."]


def test_counting_changes_nothing(people: People) -> None:
    made = rule(people, Act("assign", {"user_id": people.bob.user_id}), shadow=True, stop=True)
    rule(people, Act("tag", {"value": "seen"}), name="Later")
    at = clock.now()
    with clock.stopped(at):
        message = received(letter("invoice"))
    assert ticket_of(message).assignee_id is None
    assert traced(message) == [
        "Rule “Invoices”: subject contains “invoice” → it only counts; it would assign to Bob.",
        "Rule “Later”: subject contains “invoice” → tagged seen.",
    ]
    with clock.stopped(at), database.reading() as session:
        kept = session.get_one(Rule, made)
        assert (kept.hit_count, kept.shadow_count) == (0, 1)
        found = rules.statistics(session, made, actor=people.alice)
        assert (found.days[-1].hits, found.days[-1].shadow) == (0, 1)
        assert rules.hits(session, made, actor=people.alice)[0].reasons == ("subject contains “invoice”",)


@pytest.mark.parametrize(("act", "status", "trashed"), [("spam", TicketStatus.SPAM, False), ("discard", "open", True)])
def test_what_is_discarded_stands_apart(people: People, act: str, status: str, trashed: bool) -> None:
    first = received(letter("Hello", message_id="<first@customer.test>"))
    rule(people, Act(act), conditions=(Condition("from", "in", ["@customer.test"]),))
    message = received(letter("Re: Hello", in_reply_to="<first@customer.test>"))
    ticket = ticket_of(message)
    assert ticket.id != ticket_of(first).id and ticket_of(first).deleted_at is None
    assert ticket.status == status and (ticket.deleted_at is not None) is trashed


def test_mail_is_told_apart_by_its_language(people: People) -> None:
    rule(people, Act("tag", {"value": "deutsch"}), conditions=(Condition("language", "in", ["de"]),))
    assert traced(received(letter("4711", "Where is my invoice?"))) == []
    assert traced(received(letter("4711", "Wo ist meine Rechnung?")))[0].endswith(
        "language is one of German → tagged deutsch."
    )


def test_who_wrote_before_is_known_and_their_company_too(people: People) -> None:
    rule(people, Act("tag", {"value": "new"}), conditions=(Condition("contact", "is", False),), name="New")
    rule(people, Act("tag", {"value": "vip"}), conditions=(Condition("company", "contains", "big"),), name="Big")
    assert traced(received(letter("One"))) == ["Rule “New”: is not from a contact → tagged new."]
    with database.transaction() as session:
        (contact,) = session.exec(select(Contact)).all()
        contact.company = "Big Lamps Ltd"
        session.add(contact)
    second = received(letter("Two"))
    assert traced(second) == ["Rule “Big”: company contains “big” → tagged vip."]
    assert traced(received(letter("Three", author="Eve <eve@elsewhere.test>"))) != traced(second)
    with database.reading() as session:
        first, other, third = session.exec(select(Message).order_by(col(Message.id))).all()
        subjects = rules.stored.subjects(session, people.alice.organisation_id, [first, other, third])
    assert [each.company for each in subjects] == [None, "Big Lamps Ltd", None]


REJECT = Act("reject", {"value": "We buy nothing\nby mail."})


def test_who_is_rejected_is_told_why_once(people: People) -> None:
    rule(people, REJECT)
    rule(people, REJECT, name="Once more")
    message = received(letter("invoice"))
    assert ticket_of(message).deleted_at is not None
    assert [each.split(" → ")[1] for each in traced(message)] == [
        "rejected with “We buy nothing by mail.”.",
        "rejected already.",
    ]
    with database.reading() as session:
        (row,) = session.exec(select(Outbound)).all()
        assert (row.recipient, row.reverse_path) == ("carl@customer.test", "")
        notice = session.get_one(RawMessage, row.raw_id).content
    assert b"550 5.7.1 We buy nothing by mail." in notice and b"Auto-Submitted: auto-replied" in notice


@pytest.mark.parametrize(("fields", "reverse_path"), [({}, ""), ({"Auto_Submitted": "auto-generated"}, "carl@x.test")])
def test_a_machine_that_is_rejected_is_told_nothing(people: People, fields: dict[str, str], reverse_path: str) -> None:
    rule(people, REJECT)
    message = received(letter("invoice", **fields), reverse_path=reverse_path)
    assert ticket_of(message).deleted_at is not None
    assert "nobody was told" in traced(message)[0]
    with database.reading() as session:
        assert session.exec(select(Outbound)).all() == []


def test_status_and_stop(people: People) -> None:
    rule(people, Act("status", {"value": "closed"}), Act("stop"))
    rule(people, Act("priority", {"value": "urgent"}), name="Never")
    message = received(letter("invoice"))
    assert ticket_of(message).status is TicketStatus.CLOSED and ticket_of(message).resolved_at is not None
    assert ticket_of(message).priority is Priority.NORMAL


def test_changes_are_seen_by_the_next_mail(people: People) -> None:
    made = rule(people, Act("priority", {"value": "high"}))
    assert ticket_of(received(letter("invoice 1"))).priority is Priority.HIGH
    with database.transaction() as session:
        rules.update(session, made, actions=(Act("priority", {"value": "low"}),), actor=people.alice)
    assert ticket_of(received(letter("invoice 2"))).priority is Priority.LOW
    with database.transaction() as session:
        rules.update(session, made, active=False, actor=people.alice)
    assert ticket_of(received(letter("invoice 3"))).priority is Priority.NORMAL


def test_rules_are_their_organisations_own(people: People) -> None:
    rule(people, Act("priority", {"value": "high"}), conditions=())
    assert ticket_of(received(letter("invoice"), "hello@other.test")).priority is Priority.NORMAL


def test_the_time_of_day_is_the_mailboxs(people: People) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, people.mailbox_id).timezone = "Asia/Kolkata"
    asked = clock.now().replace(hour=20, minute=0)  # 01:30 there, the day after
    rule(people, Act("tag", {"value": "night"}), conditions=(Condition("time_of_day", "before", "06:00"),))
    with clock.stopped(asked):
        assert traced(received(letter("Hello"))) != []


def test_a_note_and_a_message_to_a_channel(people: People) -> None:
    with database.transaction() as session:
        channel = Integration(
            organisation_id=people.alice.organisation_id,
            type=IntegrationType.SLACK,
            name="#billing",
            url=secrets.seal("https://hooks.example.com/x"),
            created_at=clock.now(),
        )
        session.add(channel)
        session.flush()
    rule(people, Act("note", {"value": "Check the sum."}), Act("notify", {"integration_id": channel.id}))
    message = received(letter("invoice"))
    assert traced(message)[0].endswith("→ asked to add the note “Check the sum.”, asked to notify #billing.")
    act_all()
    assert traced(message)[1:] == ["Rule “Invoices”: note added.", "Rule “Invoices”: #billing notified."]
    with database.reading() as session:
        note = session.exec(select(Message).where(Message.direction == Direction.NOTE)).one()
        told = session.exec(select(WebhookDelivery)).one()
    assert (note.author_name, note.snippet) == ("Rule “Invoices”", "Check the sum.")
    assert told.integration_id == channel.id and "invoice" in told.payload


def template(people: People, text: str = "Hello {{ first_name | default: 'there' }}, thank you.") -> int:
    with database.transaction() as session:
        made = templates.create(session, name="Thanks", subject="We got it", text=text, actor=people.alice)
        return made.id or 0


def answers() -> list[bytes]:
    with database.reading() as session:
        query = select(RawMessage.content).join(Outbound).order_by(col(Outbound.id))
        return list(session.exec(query))


def test_an_answer_says_that_it_is_automatic_and_comes_once_a_day(people: People) -> None:
    rule(people, Act("reply", {"template_id": template(people)}), conditions=())
    first = received(letter("Hello", author="Carl Cole <carl@customer.test>"))
    act_all()
    (raw,) = answers()
    assert b"Auto-Submitted: auto-replied" in raw and b"Subject: We got it" in raw and b"In-Reply-To: <" in raw
    assert b"Hello Carl, thank you." in raw and b"To: Carl Cole <carl@customer.test>" in raw
    with database.reading() as session:
        assert session.exec(select(Outbound.reverse_path)).one() == ""  # RFC 3834 3.3
    assert ticket_of(first).status is TicketStatus.OPEN and ticket_of(first).first_response_at is None
    again = received(letter("Another"))
    act_all()
    assert len(answers()) == 1
    why = "carl@customer.test was answered automatically less than a day ago."
    assert traced(again)[-1] == f"Rule “Invoices”: not answered with “Thanks”: {why}"
    with clock.ahead(timedelta(days=1, minutes=1)):
        received(letter("The day after"))
        act_all()
    assert len(answers()) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<a.b>"},
        {"author": "MAILER-DAEMON@customer.test"},
        {"author": "sales@acme.test"},
        {"Reply_To": "support@acme.test"},
    ],
)
def test_machines_and_we_ourselves_are_never_answered(people: People, fields: dict[str, str]) -> None:
    rule(people, Act("reply", {"template_id": template(people)}), conditions=())
    message = received(letter("Hello", **fields))
    act_all()
    assert answers() == [] and "not answered" in traced(message)[-1]


def test_forwarding_leaves_the_content_untouched(people: People) -> None:
    rule(people, Act("forward", {"to": "books@tax.test"}))
    message = received(letter("invoice"))
    act_all()
    with database.reading() as session:
        out = session.exec(select(Outbound)).one()
        assert out.raw_id == session.get_one(Message, message.id if message else 0).raw_id
    assert out.recipient == "books@tax.test" and out.reverse_path.endswith("@acme.test")
    assert traced(message)[-1] == "Rule “Invoices”: forwarded to books@tax.test."


def test_what_came_back_is_not_forwarded_again(people: People) -> None:
    rule(people, Act("forward", {"to": "books@tax.test"}))
    message = received(letter("invoice", Delivered_To="support@acme.test"))
    act_all()
    assert answers() == [] and "not forwarded" in traced(message)[-1]


def test_what_fails_is_tried_again_and_then_reported(people: People) -> None:
    rule(people, Act("reply", {"template_id": template(people, "Dear {{ title_of_nobility }}")}))
    message = received(letter("invoice"))
    assert ticket_of(message).id
    act_all()
    (asked,) = actions()
    assert asked.status is ActionStatus.PENDING and asked.attempts == 1 and asked.due_at > clock.now()
    for number in range(len(WAITS)):
        with clock.ahead(timedelta(days=number + 1)):
            act_all()
    (asked,) = actions()
    assert asked.status is ActionStatus.FAILED and "title_of_nobility" in asked.error
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
    assert notice.title == "Rule “Invoices” could not reply with “Thanks”" and notice.closed_at is None
    assert "could not reply" in traced(message)[-1]


def test_what_is_repaired_meanwhile_is_done(people: People) -> None:
    template_id = template(people, "Dear {{ title_of_nobility }}")
    rule(people, Act("reply", {"template_id": template_id}))
    received(letter("invoice"))
    act_all()
    with database.transaction() as session:
        templates.update(session, template_id, text="Dear reader", actor=people.alice)
    with clock.ahead(WAITS[0] + timedelta(seconds=1)):
        act_all()
    assert [each.status for each in actions()] == [ActionStatus.DONE] and b"Dear reader" in answers()[0]


def test_what_was_given_up_is_listed_tried_again_and_forgotten(people: People) -> None:
    with database.transaction() as session:
        channel = Integration(
            organisation_id=people.alice.organisation_id,
            type=IntegrationType.SLACK,
            name="#billing",
            url=secrets.seal("https://hooks.example.com/x"),
            active=False,
            created_at=clock.now(),
        )
        session.add(channel)
        session.flush()
    rule(people, Act("notify", {"integration_id": channel.id}))
    received(letter("invoice"))
    for number in range(len(WAITS) + 1):
        with clock.ahead(timedelta(days=number)):
            act_all()
    with database.transaction() as session:
        (failed,) = rules.failures(session, actor=people.alice)
        assert (failed.meant, failed.subject) == ("notify #billing", "invoice") and "switched off" in failed.error
        session.get_one(Integration, channel.id).active = True
        with pytest.raises(NotFound):
            rules.retry(session, failed.id, actor=people.charlie)
        rules.retry(session, failed.id, actor=people.alice)
    act_all()
    with database.transaction() as session:
        assert rules.failures(session, actor=people.alice) == []
        assert session.exec(select(Notice)).one().closed_at is not None
        assert not rules.forget_old(session)
    with clock.ahead(timedelta(days=100)), database.transaction() as session:
        assert rules.forget_old(session) and not rules.forget_old(session)
        assert session.exec(select(RuleHit)).all() == [] == session.exec(select(RuleAction)).all()


def test_a_member_who_left_is_reported(people: People) -> None:
    rule(people, Act("assign", {"user_id": people.bob.user_id}))
    with database.transaction() as session:
        session.get_one(User, people.bob.user_id).status = "removed"  # type: ignore[assignment]
    message = received(letter("invoice"))
    assert ticket_of(message).assignee_id is None
    assert "could not assign to somebody who left" in traced(message)[0]
    with database.reading() as session:
        assert session.exec(select(Notice)).one().text == "They do not work here any more."


async def test_expressions_never_hold_up_the_loop(people: People) -> None:
    """B10: the worst expressions there are, on a body made for them: the loop goes on, the mail is filed."""
    for number in range(30):
        worst = Condition("body", "matches", f"[ab]a[ab]{{9{number:02}}}d")
        rule(people, Act("tag", {"value": "never"}), conditions=(worst,), name=f"worst {number}")
    send(letter("Hello", "ab" * 30_000))
    filing = asyncio.get_running_loop().run_in_executor(None, file_all)
    turns = 0
    while not filing.done():
        await asyncio.sleep(0.001)
        turns += 1
    await filing
    (ticket,) = all_tickets()
    assert turns > 10 and ticket.message_count == 1
    with database.reading() as session:
        message = session.exec(select(Message)).one()
        assert session.exec(select(Notice)).one().title == "The expressions of your rules take too long"
    assert traced(message) == ["The expressions of rules took too long; rules with further ones were not looked at."]
