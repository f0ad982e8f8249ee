"""Ids that sort by time, labels that never change."""

from datetime import UTC, datetime, timedelta

from models import Direction
from services import bodies


def test_ids_grow_with_time_and_never_repeat() -> None:
    at = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
    ids = [bodies.body_id(at) for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert max(ids) < bodies.body_id(at + timedelta(milliseconds=1))
    assert min(ids) > bodies.body_id(at - timedelta(milliseconds=1))
    assert ids[0] >> 20 == 1_795_262_400_123


def test_labels_say_whose_which_way_and_where() -> None:
    words = bodies.labels(7, Direction.OUT, 3, has_attachments=True).split()
    assert words == ["zzorg7", "zzout", "zzmbx3", "zzhasattachment"]
    assert bodies.labels(7, Direction.NOTE, None, has_attachments=False) == "zzorg7 zznote"
