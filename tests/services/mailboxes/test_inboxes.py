"""Shared inboxes of one organisation."""

import pytest
from sqlmodel import Session

from services import errors, mailboxes
from tests.conftest import People


def test_create_rename_and_list(people: People, session: Session) -> None:
    sales = mailboxes.create(session, "  Sales   team ", actor=people.alice)
    assert [box.name for box in mailboxes.all(session, actor=people.bob)] == ["Support", "Sales team"]
    changed = mailboxes.update(
        session, sales.id or 0, name="Sales", reopen_days=7, signature_html="<p>x</p>", actor=people.alice
    )
    assert (changed.name, changed.reopen_days, changed.signature_html) == ("Sales", 7, "<p>x</p>")
    assert mailboxes.get(session, sales.id or 0, actor=people.olga).name == "Sales"


def test_what_cannot_be(people: People, session: Session) -> None:
    with pytest.raises(errors.Conflict):
        mailboxes.create(session, "Support", actor=people.alice)
    with pytest.raises(errors.Invalid):
        mailboxes.create(session, " ", actor=people.alice)
    with pytest.raises(errors.Invalid) as refused:
        mailboxes.update(session, people.mailbox_id, reopen_days=-1, actor=people.alice)
    assert refused.value.field == "reopen_days"


def test_a_foreign_mailbox_is_absent_and_agents_change_none(people: People, session: Session) -> None:
    with pytest.raises(errors.NotFound):
        mailboxes.update(session, people.other_mailbox_id, name="Ours", actor=people.alice)
    with pytest.raises(errors.NotPermitted):
        mailboxes.create(session, "Mine", actor=people.bob)
    assert [box.id for box in mailboxes.all(session, actor=people.charlie)] == [people.other_mailbox_id]


def test_a_signature_is_kept_fit_to_send(people: People, session: Session) -> None:
    typed = '<p>Regards<br><a href="https://acme.example">Acme</a></p><script>alert(1)</script><img src=x onerror=y()>'
    box = mailboxes.update(session, people.mailbox_id, signature_html=typed, actor=people.alice)
    assert "Regards<br>" in box.signature_html and 'href="https://acme.example"' in box.signature_html
    assert "script" not in box.signature_html and "onerror" not in box.signature_html
    again = mailboxes.update(session, people.mailbox_id, signature_html=box.signature_html, actor=people.alice)
    assert again.signature_html == box.signature_html
    assert mailboxes.update(session, people.mailbox_id, signature_html="", actor=people.alice).signature_html == ""
