"""What is exported is Sieve, by the word of Debian's compiler, and does with mail what the rules do."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from services import rules
from services.rules import Act, Choices, Condition, Draft, sieve
from tests.conftest import People
from tests.services.rules import oracle

SALES = Choices(mailboxes={3: 'Sales "EU" ${x}'}, users={7: "Bob"})
needs_sievec = pytest.mark.skipif(shutil.which("sievec") is None, reason="needs Debian's dovecot-sieve")


def compiles(text: str, folder: Path) -> None:
    path = folder / "rules.sieve"
    path.write_text(text)
    command = ["sievec", "-x", "+body +mime +mailbox +imap4flags", str(path), str(folder / "rules.svbin")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\n{text}"


def outcome(text: str, message: str) -> str:
    """What Dovecot would do with a message; it never works as root."""
    user, group = ("nobody", "nogroup") if os.getuid() == 0 else (str(os.getuid()), str(os.getgid()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        said = f"mail_location = maildir:{folder}/mail\nmail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 1\n"
        (folder / "conf").write_text(f"protocols =\nssl = no\n{said}")
        (folder / "rules.sieve").write_text(text)
        (folder / "message").write_text(message)
        command = ["sieve-test", "-c", "conf", "-a", "support@acme.test", "rules.sieve", "message"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


_OF_OUR_OWN = ("“language", "“contact", "“company", "“verdict", "“spf", "“dkim", "“dmarc")


@needs_sievec
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(oracle.drafts, max_size=40))
def test_whatever_is_written_compiles(tmp_path: Path, drafts: list[Draft]) -> None:
    compiles(sieve.script(drafts, SALES).text, tmp_path)


@needs_sievec
def test_every_field_and_operator_compiles_or_is_named(tmp_path: Path) -> None:
    samples = {"text": 'a "b" \\ ${c}', "address": "ann@a.test", "size": 9, "time": "09:00", "day": "mon", "flag": True}
    drafts = []
    for field in rules.FIELDS.values():
        for name in field.operators:
            sample = field.choices[0] if field.choices else samples[field.kind]
            value = [sample, "@b.test"] if rules.OPERATORS[name].takes is rules.Takes.LIST else sample
            if name == "matches":
                value = "a+"
            elif field.kind in ("day", "result") and isinstance(value, list):
                value = ["mon", "sun"] if field.kind == "day" else list(field.choices[:2])
            condition = rules.check_condition(Condition(field.name, name, value, name="X-Shop"))
            drafts.append(Draft(f"{field.name} {name}", (condition,), (Act("move", {"mailbox_id": 3}), Act("stop"))))
    made = sieve.script(drafts, SALES)
    compiles(made.text, tmp_path)
    assert {each.split("”")[0].strip("“").split(" ")[-1] for each in made.left_out} == {
        "matches", "is", "starts", "ends", "in", "contains", "exists"
    }  # fmt: skip
    assert all(each.startswith(("“body", "“automatic", *_OF_OUR_OWN)) or " matches”" in each for each in made.left_out)


@needs_sievec
def test_the_last_move_wins_and_stop_stops() -> None:
    def moved(to: int, *more: Act) -> tuple[Act, ...]:
        return (Act("move", {"mailbox_id": to}), *more)

    boxes = Choices(mailboxes={1: "Billing", 2: "Urgent"})
    drafts = [
        Draft("one", (Condition("subject", "contains", "invoice"),), (*moved(1), Act("tag", {"value": "Big deal"}))),
        Draft("two", (Condition("from", "in", ["@vip.test"]),), moved(2, Act("stop"))),
        Draft("three", (), moved(1)),
    ]
    text = sieve.script(drafts, boxes).text
    said = outcome(text, "From: a@vip.test\nSubject: An Invoice\n\nx\n")
    assert "folder: Urgent" in said and "Billing" not in said and "Big_deal" in said
    assert "folder: Billing" in outcome(text, "From: a@b.test\nSubject: An Invoice\n\nx\n")


@needs_sievec
def test_what_is_rejected_goes_nowhere_else() -> None:
    words = Act("reject", {"value": 'No "offers" for ${money},\nthank you'})
    drafts = [
        Draft("first", (), (Act("tag", {"value": "x"}), Act("move", {"mailbox_id": 3}))),
        Draft("offers", (Condition("subject", "contains", "offer"),), (words,)),
        Draft("last", (), (Act("spam"),)),
    ]
    text = sieve.script(drafts, SALES).text
    said = outcome(text, "From: a@b.test\nSubject: An offer\n\nx\n")
    assert 'No "offers" for ${money}, thank you' in said and "folder:" not in said
    assert "folder: Junk" in outcome(text, "From: a@b.test\nSubject: Hello\n\nx\n")
    assert '"reject"' not in sieve.script(drafts[:1], SALES).text


def test_what_sieve_cannot_say_is_named() -> None:
    drafts = [
        Draft("Bob", (), (Act("assign", {"user_id": 7}), Act("tag", {"value": "x"}))),
        Draft("Robots", (Condition("automatic", "is", True),), (Act("spam"),)),
        Draft("Loud", (), (Act("priority", {"value": "high"}),)),
    ]
    made = sieve.script(drafts, SALES)
    assert made.left_out == (
        "“Bob”: Sieve cannot assign to Bob.",
        "“Robots” as a whole: Sieve cannot ask whether a message is automatic.",
        "“Loud” as a whole: Sieve cannot set the priority to high.",
    )
    assert 'addflag "x";' in made.text and "# Not in this script: “Bob”" in made.text


def test_only_what_is_active(people: People, session: Session) -> None:
    rules.add(session, Draft("on", (), (Act("spam"),)), actor=people.alice)
    rules.add(session, Draft("off", (), (Act("spam"),), active=False), actor=people.alice)
    rules.add(session, Draft("counting", (), (Act("spam"),), shadow=True), actor=people.alice)
    text = rules.sieve_script(session, actor=people.olga).text
    assert "# on" in text and "# off" not in text and "# counting" not in text
