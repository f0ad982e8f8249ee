"""What mailboxes hold is exact whoever counts at the same time, and people hear of it before one is full."""

from concurrent.futures import ThreadPoolExecutor

from models import Mailbox, NoticeLevel
from services import database, mailboxes, notices, quotas
from tests.conftest import People

MB = 1 << 20


def use(mailbox_id: int, messages: int, size: int) -> set[int]:
    with database.transaction() as session:
        return quotas.use(session, {mailbox_id: (messages, size)})


def test_nobody_loses_anothers_addition(people: People) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda size: use(people.mailbox_id, 1, size), range(1, 41)))
    with database.reading() as session:
        box = session.get_one(Mailbox, people.mailbox_id)
        assert (box.used_messages, box.used_bytes) == (40, 820)


def test_notices_at_80_95_and_100_per_cent_and_again_below(people: People) -> None:
    with database.transaction() as session:
        mailboxes.update(session, people.mailbox_id, quota=1, actor=people.alice)

    def shown() -> list[tuple[str, NoticeLevel]]:
        with database.reading() as session:
            return [(each.title, each.level) for each in notices.current(session, actor=people.alice)]

    assert not use(people.mailbox_id, 1, MB * 79 // 100) and shown() == []
    assert not use(people.mailbox_id, 1, MB * 2 // 100)
    assert shown() == [("The mailbox Support is more than 80 % full", NoticeLevel.WARNING)]
    assert not use(people.mailbox_id, 1, MB * 15 // 100)
    assert shown() == [("The mailbox Support is more than 95 % full", NoticeLevel.WARNING)]
    assert use(people.mailbox_id, 1, MB * 5 // 100)
    assert shown() == [("The mailbox Support is full", NoticeLevel.ERROR)]
    assert use(people.mailbox_id, -1, -MB // 2) and shown() == []


def test_a_smaller_quota_is_noted_at_once_and_none_ends_it(people: People) -> None:
    use(people.mailbox_id, 1, 9 * MB)
    with database.transaction() as session:
        mailboxes.update(session, people.mailbox_id, quota=10, actor=people.alice)
        assert len(notices.current(session, actor=people.alice)) == 1
        mailboxes.update(session, people.mailbox_id, quota=None, actor=people.alice)
        assert notices.current(session, actor=people.alice) == []
