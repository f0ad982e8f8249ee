"""`--demo` as a newcomer sees it: the program starts, says how to sign in, and fills a workspace by real mail."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import Message

ROOT = Path(__file__).parent.parent.parent.parent.parent


@pytest.fixture
def output(database_url: str, tmp_path: Path) -> Iterator[str]:
    """What the program printed until the demo was over."""
    environment = os.environ | {
        "MAILROOM_DATA_DIR": str(tmp_path / "data"),
        "MAILROOM_DATABASE_URL": database_url,
        "MAILROOM_PORT": "0",
        "MAILROOM_SMTP_PORT": "0",
        "MAILROOM_SUBMISSION_PORT": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "main.py", "--demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if "the demo has sent" in line:
            break
    yield "".join(lines)
    process.terminate()
    assert process.wait(20) is not None


@pytest.mark.process
def test_the_demo_fills_a_workspace_through_the_real_paths(output: str, fresh_engine: sa.Engine) -> None:
    assert re.search(r"sign in at http://127\.0\.0\.1:\d+ as maya@kestrelbikes\.example with the password \S+", output)
    assert "a scene of the demo failed" not in output
    with fresh_engine.connect() as connection:

        def count(question: str) -> int:
            return int(connection.execute(sa.text(f"SELECT count(*) FROM {question}")).scalar_one())

        assert count("message WHERE direction = 'in'") >= 240
        assert count("message WHERE direction = 'out'") >= 100
        assert count("message WHERE automatic <> ''") >= 20
        assert count("message WHERE has_attachments") >= 5
        assert count("reception WHERE state = 'failed'") == 0
        for status in ("open", "waiting", "resolved", "closed", "snoozed"):
            assert count(f"ticket WHERE status = '{status}'") >= 1
        first, last = connection.execute(
            sa.select(sa.func.min(Message.received_at), sa.func.max(Message.received_at))
        ).one()
        assert (last - first).days >= 14
