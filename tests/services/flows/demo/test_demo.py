"""`--demo` as a newcomer sees it: the program starts, says how to sign in, and fills a workspace by real mail."""

import asyncio
import re
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import Message, Reception
from services import database
from services.flows.demo import Customer
from services.settings import Settings
from smtp.listener import serve
from tests.conftest import People
from tests.program import Program
from tests.smtp.conftest import CONTENT, add_alias, add_domain


async def test_mail_to_an_address_made_just_now_arrives(settings: Settings, people: People) -> None:
    """The listener may know an alias up to a second late: a customer refused in that second sends again."""
    listener = await serve(settings)
    customer = Customer(listener.ports["smtp"])
    sending = asyncio.create_task(customer.send("ann@customer.test", "support@late.test", CONTENT))
    await asyncio.sleep(0.3)
    assert not sending.done()

    def open_up(session: Session) -> None:
        domain = add_domain(session, people.alice.organisation_id, "late.test")
        add_alias(session, domain, "support", people.mailbox_id)

    await database.call(open_up)
    await sending
    await customer.leave()
    await listener.close()
    with database.reading() as session:
        assert session.exec(select(Reception.recipient)).all() == ["support@late.test"]


@pytest.mark.process
@pytest.mark.timeout(400)
def test_the_demo_fills_a_workspace_through_the_real_paths(
    database_url: str, fresh_engine: sa.Engine, tmp_path: Path
) -> None:
    under_way = sa.text(
        "SELECT (SELECT count(*) FROM reception WHERE state = 'accepted')"
        " + (SELECT count(*) FROM outbound WHERE status IN ('queued', 'sending'))"
        " + (SELECT count(*) FROM rating WHERE due_at IS NOT NULL)"
    )
    with Program(tmp_path / "data", "--demo", database_url=database_url) as program:
        deadline = time.monotonic() + 300
        while not any("the demo has sent" in line for line in list(program.lines)):
            assert time.monotonic() < deadline, "".join(program.lines)
            assert "the demo broke off" not in "".join(list(program.lines))
            time.sleep(0.1)
        while True:
            with fresh_engine.connect() as connection:
                if not connection.execute(under_way).scalar_one():
                    break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        output = "".join(program.lines)
    assert re.search(r"sign in at http://127\.0\.0\.1:\d+ as maya@kestrelbikes\.example with the password \S+", output)
    assert "a scene of the demo failed" not in output
    with fresh_engine.connect() as connection:

        def count(question: str) -> int:
            return int(connection.execute(sa.text(f"SELECT count(*) FROM {question}")).scalar_one())

        assert count("message WHERE direction = 'in'") >= 240
        assert count("message WHERE direction = 'out'") >= 100
        assert count("captured_message") == count("outbound") == count("outbound WHERE status = 'delivered'")
        assert count("message WHERE automatic <> ''") >= 20
        assert count("message WHERE has_attachments") >= 5
        assert count("reception WHERE state <> 'filed'") == 0
        for status in ("open", "waiting", "resolved", "closed", "snoozed"):
            assert count(f"ticket WHERE status = '{status}'") >= 1
        assert count("rating WHERE score IS NOT NULL") >= 5
        assert count("rating WHERE due_at IS NOT NULL") == 0
        assert count("rule_hit") >= 20
        assert count("template") >= 3
        assert count("audit_entry WHERE actor_name <> 'Maya Lindqvist'") == 0
        first, last = connection.execute(
            sa.select(sa.func.min(Message.received_at), sa.func.max(Message.received_at))
        ).one()
        assert (last - first).days >= 14
