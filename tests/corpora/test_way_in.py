"""Every real message by SMTP into the running program, then listed, opened, searched and answered by API.

RELIABILITY B13: no fault, none missing, and the raw download is what was sent, below our own trace fields.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.corpora.way_in import as_sent, measure, settle_in
from tests.figures import Figures
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


@pytest.mark.figures
@pytest.mark.timeout(1200)
def test_no_real_message_is_lost_or_breaks_a_page(program: Program, mails: list[Path], figures: Figures) -> None:
    contents = list(dict.fromkeys(as_sent(path.read_bytes()) for path in mails if path.stat().st_size < 1_000_000))
    with httpx.Client(base_url=program.url, timeout=60) as client:
        settle_in(client)
        program.wait_for("help@acme.test")
        seen = measure(client, program.ports["smtp"], contents)
    assert not seen.faults, seen.faults[:20]
    area = "Real messages by SMTP, then by every door of the API"
    for what, number in (("faults", len(seen.faults)), ("missing", seen.missing), ("differing", seen.differing)):
        figures.most(area, what, number, seen.sent, most=0, peers="stdlib's email fails on 61 of 2,144")
    assert len(seen.seconds) == seen.sent
    figures.took(area, "99th percentile of a mail through all doors", seen.p99, most=0.25)
