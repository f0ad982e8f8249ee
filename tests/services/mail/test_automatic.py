"""Which mail no person wrote, and which goes in circles; `tests/emails/automatic` has each below what it is.

A line `#### auto_reply | Notes` begins one; `person` is what nothing tells from a person's.
"""

import re
from pathlib import Path

import pytest

from services.mail import bounces
from services.mail.automatic import hops, kind, reason
from services.mail.message import Parsed, parse

PERSON = "ann@example.org"
FOLDER = Path(__file__).parent.parent.parent / "emails" / "automatic"


def forms() -> list[tuple[str, str, bytes]]:
    found: list[tuple[str, str, bytes]] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for form in re.split(r"(?m)^#### ", path.read_text())[1:]:
            head, _, raw = form.partition("\n")
            sort, _, name = head.partition(" | ")
            found.append((name, sort, raw.encode()))
    return found


@pytest.mark.parametrize(("sort", "raw"), [pytest.param(*form[1:], id=form[0]) for form in forms()])
def test_machines_are_told_from_people(sort: str, raw: bytes) -> None:
    parsed = parse(raw)
    assert (kind(parsed, parsed.header("return-path").strip("<> ")) or "person") == sort
    assert sort != "person" or not bounces.may_report(parsed)


def message(*fields: str, subject: str = "Hello") -> Parsed:
    return parse("\r\n".join(["From: Ann <ann@example.org>", f"Subject: {subject}", *fields, "", "text"]).encode())


@pytest.mark.parametrize(
    ("field", "expected", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto_reply", "Auto-Submitted: auto-replied"),
        ("Auto-Submitted: Auto-Generated (cron)", "generated", "Auto-Submitted: auto-generated"),
        ("Precedence: auto_reply", "auto_reply", "Precedence: auto_reply"),
        ("Precedence: bulk", "bulk", "Precedence: bulk"),
        ("X-Autoreply: yes", "auto_reply", "X-Autoreply"),
        ("X-Autorespond: Hello", "auto_reply", "X-Autorespond"),
        ("X-Auto-Response-Suppress: All", "generated", "X-Auto-Response-Suppress"),
        ("List-Id: <talk.example.org>", "list", "List-Id"),
        ("List-Unsubscribe: <https://example.org/u>", "bulk", "List-Unsubscribe"),
        (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=a",
            "bounce",
            "Report: delivery-status",
        ),
        ('Content-Type: multipart/report; report-type="feedback-report"', "generated", "Report: feedback-report"),
    ],
)
def test_fields_tell(field: str, expected: str, why: str) -> None:
    assert kind(message(field), PERSON) == expected
    assert reason(message(field), PERSON) == why
    assert len(why) <= 64


def test_a_person_is_a_person() -> None:
    assert reason(message("Auto-Submitted: no"), PERSON) == ""
    assert reason(message(subject="Out of office furniture"), PERSON) == ""
    assert reason(message(subject="Vacation plans"), PERSON) == ""
    assert reason(message("X-Auto-Response-Suppress: None"), PERSON) == ""


def test_an_empty_reverse_path() -> None:
    assert reason(message(), "<>") == "Empty reverse-path"
    assert kind(message(), "") == "bounce"
    assert kind(message(subject="Abwesend: Urlaub"), "") == "auto_reply"


def test_robots() -> None:
    assert kind(parse(b"From: MAILER-DAEMON@mx.example.org\r\n\r\nfailed"), "x@y.org") == "bounce"
    assert kind(message(), "postmaster@example.org") == "bounce"


def test_hops_are_counted() -> None:
    assert hops(message(*["Received: from a by b; now"] * 51)) == 51


@pytest.mark.parametrize("subject", ["[" * 500, "自動返信" * 300, "AUTO: " + "(" * 900, "a (" * 400, "auto " * 200])
def test_hostile_subjects_end(subject: str) -> None:
    assert kind(message(subject=subject), PERSON) == ""
