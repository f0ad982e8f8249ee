"""Mail for a domain whose backup we are goes on to its server, as it came."""

import pytest
from sqlmodel import select

from models import Domain, Outbound, RawMessage
from services import database
from tests.conftest import People
from tests.services.flows.inbound.conftest import add_domain, letter, received, receptions, tickets

pytestmark = pytest.mark.usefixtures("post")


@pytest.fixture(autouse=True)
def backup(people: People) -> None:
    with database.transaction() as session:
        number = add_domain(session, people.alice.organisation_id, "partner.test")
        session.get_one(Domain, number).is_backup = True


def test_every_address_is_sent_on(people: People) -> None:
    raw = letter()
    assert received(raw, "anybody@partner.test", "else@partner.test") is None
    with database.reading() as session:
        rows = session.exec(select(Outbound)).all()
        content = session.get_one(RawMessage, rows[0].raw_id).content
    assert {row.recipient for row in rows} == {"anybody@partner.test", "else@partner.test"}
    assert {(row.reverse_path, row.signing_domain) for row in rows} == {("carl@customer.test", "")}
    assert content.endswith(raw) and tickets() == []
    assert {(each.state.value, each.step) for each in receptions()} == {("filed", "relay_on")}


def test_who_is_ours_gets_it_too(people: People) -> None:
    message = received(letter(), "anybody@partner.test", "support@acme.test")
    assert message is not None and len(tickets()) == 1
    with database.reading() as session:
        assert [row.recipient for row in session.exec(select(Outbound)).all()] == ["anybody@partner.test"]
