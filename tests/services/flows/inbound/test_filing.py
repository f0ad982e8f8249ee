"""From an accepted message to a ticket."""

import pytest

from models import ReceptionState, TicketStatus
from services import database
from services import tickets as tickets_service
from services.tickets import View
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, letter, received, receptions, send, ticket_of, tickets

pytestmark = pytest.mark.usefixtures("post")


def test_a_message_opens_a_ticket_in_the_inbox(people: People) -> None:
    message = received(letter("Printer on fire", "Smoke everywhere."))
    ticket = ticket_of(message)
    assert (ticket.number, ticket.subject, ticket.status) == (1, "Printer on fire", TicketStatus.OPEN)
    assert ticket.assignee_id is None and ticket.correspondent == "carl@customer.test"
    with database.reading() as session:
        rows = tickets_service.listed(session, view=View.parse("inbox"), actor=people.bob)
        assert [(row.subject, row.unread, row.snippet) for row in rows] == [
            ("Printer on fire", True, "Smoke everywhere.")
        ]
        assert tickets_service.listed(session, view=View.parse("inbox"), actor=people.charlie) == []
        conversation = tickets_service.get(session, ticket.id or 0, actor=people.bob)
    assert [entry.text.strip() for entry in conversation.entries] == ["Smoke everywhere."]
    assert "Addressed to support@acme.test." in [line["reason"] for line in conversation.entries[0].trace]
    [reception] = receptions()
    assert (reception.state, reception.step, reception.reason) == (ReceptionState.FILED, "notify", "It opened #1.")


def test_numbers_count_up_within_each_organisation() -> None:
    for number in range(3):
        send(letter(f"Acme {number}"))
    send(letter("Other"), "hello@other.test")
    file_all()
    assert sorted((each.organisation_id, each.number) for each in tickets()) == [(1, 1), (1, 2), (1, 3), (2, 1)]
