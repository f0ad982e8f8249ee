"""Notices of our own, and mail that programs send."""

import pytest
from sqlmodel import select

from models import Attachment, Message, Outbound, Ticket
from services import database, replies
from services.errors import Invalid, NotFound, NotPermitted
from services.mail.compose import File
from tests.conftest import People
from tests.services.desk import Desk, body_of, mail_of


def test_a_notice_has_the_null_reverse_path(people: People) -> None:
    with database.transaction() as session:
        row_id = replies.system_mail(
            session,
            organisation_id=people.alice.organisation_id,
            to="new@x.example",
            subject="Join us",
            text="https://…",
        )
        row = session.get_one(Outbound, row_id)
    mail = mail_of(row.raw_id)
    assert row.reverse_path == "" and row.recipient == "new@x.example"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["from"].addresses[0].display_name == "Acme"
    assert body_of(mail, "plain") == "https://…\n"


def compose(desk: Desk, **options: object) -> Message:
    values = {
        "sender": "support@acme.test",
        "to": ["Nina <nina@new.example>"],
        "subject": "Hi",
        "text": "Hello",
    } | options
    with database.transaction() as session:
        return replies.compose_new(session, actor=desk.people.alice, **values)  # type: ignore[arg-type]


def test_a_program_begins_a_conversation(desk: Desk) -> None:
    file = File("a.pdf", "application/pdf", b"%PDF")
    message = compose(desk, html="<p>Hello</p>", cc=["c@new.example"], bcc=["b@new.example"], attachments=[file])
    mail = mail_of(message.raw_id)
    assert str(mail["to"]) == "Nina <nina@new.example>" and str(mail["cc"]) == "c@new.example"
    assert "b@new.example" not in mail.as_string()
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.pdf"]
    with database.reading() as session:
        assert session.get_one(Ticket, message.ticket_id).correspondent == "nina@new.example"
        assert session.exec(select(Attachment)).one().message_id == message.id
        assert len(session.exec(select(Outbound)).all()) == 3


@pytest.mark.parametrize("reference", ["id", "<q2@customer.example>", "q2@customer.example"])
def test_a_program_answers(desk: Desk, reference: str) -> None:
    message = compose(desk, in_reply_to=desk.question_id if reference == "id" else reference)
    assert message.ticket_id == desk.ticket_id
    assert mail_of(message.raw_id)["in-reply-to"] == "<q2@customer.example>"


def test_an_answer_to_what_we_never_saw_still_threads_there(desk: Desk) -> None:
    mail = mail_of(compose(desk, in_reply_to="<elsewhere@x.example>").raw_id)
    assert mail["in-reply-to"] == mail["references"] == "<elsewhere@x.example>"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"sender": "ceo@bank.example"}, "from"),
        ({"sender": ""}, "from"),
        ({"sender": "support@acme.test, x@y.z"}, "from"),
        ({"to": ["nobody"]}, "to"),
        ({"to": []}, "to"),
        ({"cc": ["a@b.c, d@e.f"]}, "cc"),
    ],
)
def test_refused_naming_the_field(desk: Desk, options: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        compose(desk, **options)
    assert refused.value.field == field


@pytest.mark.parametrize("foreign", [{"alias_id": 999}, {"in_reply_to": 999}])
def test_what_is_not_theirs_is_absent(desk: Desk, foreign: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        compose(desk, **foreign)


def test_others_may_not_use_our_address(desk: Desk) -> None:
    for actor, error in ((desk.people.charlie, Invalid), (desk.people.olga, NotPermitted)):
        with pytest.raises(error), database.transaction() as session:
            replies.compose_new(session, sender="support@acme.test", to=["a@b.c"], subject="x", text="x", actor=actor)
