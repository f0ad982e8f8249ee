"""No alias points nowhere when its mailbox goes."""

import pytest
from sqlmodel import Session

from models import Alias
from services import mailboxes, notices
from services.errors import Conflict, NotFound
from tests.conftest import People
from tests.smtp.conftest import add_alias, add_domain


@pytest.fixture
def sales(people: People, session: Session) -> int:
    return mailboxes.create(session, "Sales", actor=people.alice).id or 0


@pytest.fixture
def alias(people: People, session: Session, sales: int) -> Alias:
    domain = add_domain(session, people.alice.organisation_id, "acme.test")
    return add_alias(session, domain, "sales", sales)


def test_the_chosen_mailbox_takes_over(people: People, session: Session, sales: int, alias: Alias) -> None:
    heir = mailboxes.create(session, "Shop", actor=people.alice).id
    mailboxes.remove(session, sales, heir_id=heir, actor=people.alice)
    session.refresh(alias)
    assert alias.mailbox_id == heir
    assert notices.current(session, actor=people.alice) == []


def test_else_the_domains_default_and_a_notice_says_so(
    people: People, session: Session, sales: int, alias: Alias
) -> None:
    shop = mailboxes.create(session, "Shop", actor=people.alice).id
    add_alias(session, alias.domain_id, "*", shop)
    mailboxes.remove(session, sales, actor=people.alice)
    session.refresh(alias)
    assert alias.mailbox_id == shop
    assert [each.title for each in notices.current(session, actor=people.alice)] == [
        "Mail for sales@acme.test now goes to Shop"
    ]


def test_heirs_are_ones_own_and_the_last_stays(people: People, session: Session, sales: int, alias: Alias) -> None:
    for heir in (sales, people.other_mailbox_id, 999):
        with pytest.raises(NotFound):
            mailboxes.remove(session, sales, heir_id=heir, actor=people.alice)
    mailboxes.remove(session, people.mailbox_id, actor=people.alice)
    with pytest.raises(Conflict):
        mailboxes.remove(session, sales, actor=people.alice)
