"""What servers say, and what is understood of it: `words.txt` has their sentences under the reason each means."""

from pathlib import Path

import pytest

from services.mail.bounces import kind_of, reason_of
from services.mail.bounces.reasons import judge
from services.mail.bounces.report import Mention


def sentences() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    reason = ""
    for line in (Path(__file__).parent / "words.txt").read_text().splitlines():
        if line.startswith("  "):
            found.append((reason, line.strip()))
        else:
            reason = line.rstrip(":")
    return found


def test_servers_are_understood() -> None:
    wrong = []
    for reason, words in sentences():
        mention = Mention("ann@there.example", words=words, said="in reply to RCPT TO")
        found = judge(mention).reason
        if found != reason:
            wrong.append(f"{reason}, not {found}: {words}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("words", "code", "reply", "reason", "kind"),
    [
        ("550 User unknown (in reply to RCPT TO command)", "", 550, "unknown_user", "hard"),
        ("550 User unknown (in reply to end of DATA command)", "5.0.0", 550, "filtered", "soft"),
        ("550 5.1.1 User unknown (in reply to end of DATA command)", "5.1.1", 550, "unknown_user", "hard"),
        ("550 5.1.1 Rejected: your host is blacklisted", "5.1.1", 550, "blocked", "block"),
        ("550 5.7.1 Requested action not taken", "5.7.1", 550, "policy", "block"),
        ("550 5.2.1 <ann@there.example>... User unknown", "5.2.1", 550, "filtered", "soft"),
        ("550 <ann@there.example>... User unknown", "5.0.0", 550, "unknown_user", "hard"),
        ("NXDOMAIN, asked for there.example", "4.4.3", None, "network", "transient"),
        ("there.example has a null MX", "5.1.10", 556, "domain", "hard"),
        ("550 5.2.1 Account disabled", "5.2.1", 550, "disabled", "hard"),
    ],
)
def test_codes_stages_and_words_together(words: str, code: str, reply: int | None, reason: str, kind: str) -> None:
    found = reason_of(words, code, reply)
    assert (found, kind_of(found, code, reply)) == (reason, kind)
