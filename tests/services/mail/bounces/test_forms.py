"""Reports in the forms of many servers and languages: `tests/emails/bounces` has each below what it means.

A line `#### failure ann@there.example hard unknown_user | qmail` begins one: what a careful reader takes from it, and
what it is. As collectors of reports do, we take a server that names no stage of the conversation to have had the
recipient accepted: `filtered`.
"""

import re
from pathlib import Path

import pytest

from services.mail import bounces
from services.mail.message import parse

FOLDER = Path(__file__).parent.parent.parent.parent / "emails" / "bounces"


def forms() -> list[tuple[str, str, bytes]]:
    found: list[tuple[str, str, bytes]] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for form in re.split(r"(?m)^#### ", path.read_text())[1:]:
            head, _, raw = form.partition("\n")
            meaning, _, name = head.partition(" | ")
            found.append((name, meaning, raw.encode()))
    return found


@pytest.mark.parametrize(("meaning", "raw"), [pytest.param(*form[1:], id=form[0]) for form in forms()])
def test_forms(meaning: str, raw: bytes) -> None:
    parsed = parse(raw)
    report = bounces.read(raw, parsed, parsed.header("return-path").strip("<> "))
    affected = report.affected if report else ()
    told = ", ".join(sorted(f"{each.address} {each.kind} {each.reason}" for each in affected))
    assert f"{report.sort if report else 'none'} {told}".strip() == meaning
