"""Every real message by SMTP into the running program, then listed, opened, searched and answered by API.

RELIABILITY B13: no fault, none missing, and the raw download is what was sent, below our own trace fields.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.corpora.way_in import as_sent, measure, settle_in
from tests.program import Program

pytestmark = pytest.mark.process


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    with Program(
        tmp_path / "data",
        database_url=database_url,
        secret_key="a key for tests, thirty-two characters long",
        rate_limit_per_minute="1000000",
        rate_limit_per_day="1000000",
    ) as program:
        yield program


@pytest.mark.timeout(600)
def test_no_real_message_is_lost_or_breaks_a_page(program: Program, mails: list[Path]) -> None:
    contents = list(dict.fromkeys(as_sent(path.read_bytes()) for path in mails if path.stat().st_size < 1_000_000))
    with httpx.Client(base_url=program.url, timeout=30) as client:
        settle_in(client)
        figures = measure(client, program.ports["smtp"], contents)
    assert not figures.faults, figures.faults[:20]
    assert (figures.missing, figures.differing) == (0, 0), "messages do not come back as they were sent"
    assert len(figures.seconds) == figures.sent and figures.p99 > 0
