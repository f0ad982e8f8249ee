"""What somebody is writing."""

import pytest

from models import DraftKind
from services import database, drafts, tickets
from services.drafts import Writing
from services.errors import Conflict, Invalid, NotFound
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received, ticket_of
from tests.services.tickets.made import ticket

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")


def test_an_answer_begins_with_the_right_people_and_subject(people: People) -> None:
    copied = letter("Quote", Cc="Dora <dora@customer.test>, sales@acme.test, support+t1.x@acme.test")
    ticket_id = ticket_of(received(copied)).id or 0
    with database.transaction() as session:
        reply = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob)
        everybody = drafts.start(session, DraftKind.REPLY_ALL, ticket_id=ticket_id, actor=people.bob)
        forward = drafts.start(session, DraftKind.FORWARD, ticket_id=ticket_id, actor=people.bob)
    assert [each["address"] for each in reply.to] == ["carl@customer.test"] and reply.cc == []
    assert reply.subject == "Re: Quote" and reply.alias_id and reply.in_reply_to_id == reply.seen_message_id
    assert [each["address"] for each in everybody.cc] == ["dora@customer.test"]
    assert forward.subject == "Fwd: Quote" and forward.to == []


def test_a_prefix_is_not_piled_up(people: People) -> None:
    ticket_id = ticket("AW: Angebot")
    with database.transaction() as session:
        assert drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob).subject == "AW: Angebot"


def test_reply_to_is_obeyed(people: People) -> None:
    ticket_id = ticket("Form", Reply_To="Visitor <visitor@else.test>")
    with database.transaction() as session:
        draft = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob)
    assert draft.to == [{"name": "Visitor", "address": "visitor@else.test"}]


def test_what_is_typed_is_kept_and_never_overwritten_unseen(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        draft = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob)
        version = draft.version
        saved = drafts.save(session, draft.id or 0, Writing(html="<p>One</p>"), version=version, actor=people.bob)
        assert saved.version == version + 1
    with database.transaction() as session, pytest.raises(Conflict) as refused:
        drafts.save(session, draft.id or 0, Writing(html="<p>Two</p>"), version=version, actor=people.bob)
    assert refused.value.code == "draft_changed"
    with database.transaction() as session:
        again = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob)
        assert (again.id, again.html) == (draft.id, "<p>One</p>")
        assert [each.id for each in tickets.get(session, ticket_id, actor=people.olga).drafts] == [draft.id]
        with pytest.raises(NotFound):
            drafts.get(session, draft.id or 0, actor=people.charlie)
        drafts.discard(session, draft.id or 0, actor=people.bob)
    with database.reading() as session, pytest.raises(NotFound):
        drafts.get(session, draft.id or 0, actor=people.bob)


def test_files_come_and_go_within_limits(people: People) -> None:
    with database.transaction() as session:
        draft = drafts.start(session, DraftKind.NEW, actor=people.bob)
        file = {"filename": "../a\x00b.txt", "content_type": "text/plain"}
        kept = drafts.attach(session, draft.id or 0, content=b"abc", actor=people.bob, **file)
        assert kept.filename == ".._a_b.txt" and kept.size == 3
        with pytest.raises(Invalid):
            drafts.attach(session, draft.id or 0, content=bytes(drafts.MAX_FILE + 1), actor=people.bob, **file)
        drafts.detach(session, kept.id or 0, actor=people.bob)
        assert drafts.files(session, draft.id or 0, actor=people.bob) == []


def test_recipients_are_completed_from_correspondents(people: People) -> None:
    ticket(author="Zoë Ångström <zoe@north.test>")
    with database.reading() as session:
        for typed in ("zoe", "zo", "zoe@n"):
            assert [each["address"] for each in drafts.completions(session, typed, actor=people.bob)] == [
                "zoe@north.test"
            ]
        assert drafts.completions(session, "%", actor=people.bob) == []
        assert drafts.completions(session, "zoe", actor=people.charlie) == []


def test_files_go_on_to_the_draft_written_instead(people: People) -> None:
    number = ticket()
    with database.transaction() as session:
        first = drafts.start(session, DraftKind.REPLY, ticket_id=number, actor=people.bob).id or 0
        second = drafts.start(session, DraftKind.REPLY_ALL, ticket_id=number, actor=people.bob).id or 0
        drafts.attach(session, first, filename="a.txt", content_type="text/plain", content=b"x", actor=people.bob)
        drafts.hand_on(session, first, second, actor=people.bob)
        assert [file.filename for file in drafts.files(session, second, actor=people.bob)] == ["a.txt"]
        with pytest.raises(NotFound):
            drafts.get(session, first, actor=people.bob)
