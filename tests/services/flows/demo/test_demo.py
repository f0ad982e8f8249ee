"""`--demo` as a newcomer sees it: the program starts, says how to sign in, and fills a workspace by real mail."""

import re
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import Message
from tests.program import Program


@pytest.mark.process
def test_the_demo_fills_a_workspace_through_the_real_paths(
    database_url: str, fresh_engine: sa.Engine, tmp_path: Path
) -> None:
    with Program(tmp_path / "data", "--demo", database_url=database_url) as program:
        deadline = time.monotonic() + 90
        while not any("the demo has sent" in line for line in list(program.lines)):
            assert time.monotonic() < deadline, "".join(program.lines)
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
        first, last = connection.execute(
            sa.select(sa.func.min(Message.received_at), sa.func.max(Message.received_at))
        ).one()
        assert (last - first).days >= 14
