"""A name of its own for each process over a folder, and the same one after a restart."""

from pathlib import Path

from services import slots


def test_the_same_name_after_a_restart(tmp_path: Path) -> None:
    first = slots.take(tmp_path / "new", "delivery")
    first.give_back()
    assert slots.take(tmp_path / "new", "delivery").name == first.name


def test_two_at_a_time_have_two_names(tmp_path: Path) -> None:
    one, other = slots.take(tmp_path, "delivery"), slots.take(tmp_path, "delivery")
    assert one.name != other.name
    one.give_back()
    assert slots.take(tmp_path, "delivery").name == one.name


def test_kinds_do_not_meet(tmp_path: Path) -> None:
    slots.take(tmp_path, "executor").give_back()
    assert slots.take(tmp_path, "delivery").name.startswith("delivery-")
