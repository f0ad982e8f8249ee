"""Every message taken is named in the log, however many one commit answered."""

import asyncio

import pytest

from smtp.journal import Journal, log


async def test_lines_of_one_turn_are_one_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    journal = Journal()
    journal.add("one")
    journal.add("two")
    await asyncio.sleep(0)
    journal.add("three")
    await asyncio.sleep(0)
    ours = [record.getMessage() for record in caplog.records if record.name == log.name]
    assert ours == ["one\ntwo", "three"]
