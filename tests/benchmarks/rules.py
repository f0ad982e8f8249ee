"""Rules: what deciding costs a message for 50, 1,000 and 5,000 rules, beside a plain loop and beside Dovecot's Sieve
(C, compiled) with the same rules. 40 % ask for an address, 20 % for a domain, 40 % for a word in the subject."""

import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.mail.message import parse
from services.rules import Act, Choices, Condition, Draft, Subject, sieve
from services.rules.conditions import Question, question
from services.rules.engine import Matcher, ready
from services.rules.reading import Reading

COUNTS = (50, 1_000, 5_000)
MESSAGES, TURNS = 1_000, 5
GROWTH_GOAL, LOOP_GOAL, SIEVE_GOAL = 3.0, 20.0, 200.0
SIEVED = (20, 220)  # messages: the slope between leaves out what a start costs
WORDS = [f"word{number:05}" for number in range(20_000)]


def drafts(count: int) -> list[Draft]:
    random.seed(count)
    made = []
    for number in range(count):
        kind = number % 5
        if kind < 2:
            condition = Condition("from", "is", f"person{number}@firm{number % 900}.test")
        elif kind == 2:
            condition = Condition("from", "ends", f"@house{number}.test")
        else:
            condition = Condition("subject", "contains", WORDS[number])
        made.append(Draft(f"rule {number}", (condition,), (Act("tag", {"value": f"t{number % 20}"}),)))
    return made


def mails() -> list[bytes]:
    """Half of them are held by a rule or two, whatever the number of rules."""
    random.seed(7)
    made = []
    for number in range(MESSAGES):
        author = f"person{number % 50}@firm{number % 50}.test" if number % 2 else f"a{number}@elsewhere.test"
        subject = " ".join(random.choices(WORDS[10_000:], k=6) + ([WORDS[number % 50]] if number % 3 else []))
        body = "".join(f"{' '.join(random.choices(WORDS, k=10))}\r\n" for _ in range(20))
        made.append(f"From: Ann <{author}>\r\nTo: us@here.test\r\nSubject: {subject}\r\n\r\n{body}".encode())
    return made


def subjects() -> list[Subject]:
    read = [(content, parse(content)) for content in mails()]
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return [Subject(each, each.author, ("us@here.test",), each.text, len(raw), at) for raw, each in read]


def cost(decide: Callable[[Subject], object], messages: Sequence[Subject]) -> float:
    """Microseconds a message, the best of some turns."""
    turns = []
    for _ in range(TURNS):
        started = time.perf_counter()
        for message in messages:
            decide(message)
        turns.append((time.perf_counter() - started) / len(messages) * 1e6)
    return min(turns)


def loop(questions: Sequence[Question]) -> Callable[[Subject], object]:
    """Every rule is asked of every message; only the reading of fields is shared."""

    def decide(subject: Subject) -> list[Question]:
        reading = Reading(subject)
        return [each for each in questions if each.holds(reading)]

    return decide


def sieved(rules: Sequence[Draft]) -> float:
    """Microseconds a message in sieve-filter, its script compiled before."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "mail").mkdir()
        (home / "rules.sieve").write_text(sieve.script(rules, Choices()).text)
        user, group = ("nobody", "nogroup") if os.getuid() == 0 else (str(os.getuid()), str(os.getgid()))
        conf = f"mail_location = maildir:{home}/mail\nmail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 1\n"
        (home / "conf").write_text(f"protocols =\nssl = no\n{conf}")
        messages = mails()[: max(SIEVED)]
        for size in SIEVED:
            for part in ("new", "cur", "tmp"):
                (home / "mail" / f".s{size}" / part).mkdir(parents=True)
            for number, content in enumerate(messages[:size]):
                (home / "mail" / f".s{size}" / "cur" / f"{number}.m:2,").write_bytes(content)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody:nogroup", name], check=True)
        subprocess.run(["sievec", "rules.sieve"], cwd=home, check=True)
        took = {size: statistics.median(_filter(home, size) for _ in range(3)) for size in SIEVED}
    few, many = SIEVED
    return (took[many] - took[few]) / (many - few) * 1e6


def _filter(home: Path, size: int) -> float:
    started = time.perf_counter()
    command = ["sieve-filter", "-c", str(home / "conf"), "rules.sieve", f"s{size}"]
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    messages = subjects()
    ours: dict[int, float] = {}
    naive: dict[int, float] = {}
    theirs: dict[int, float] = {}
    print("rules   matcher   plain loop   Dovecot's Sieve   (µs a message)")
    for count in COUNTS:
        made = drafts(count)
        ours[count] = cost(Matcher(ready(number, draft) for number, draft in enumerate(made)).decide, messages)
        naive[count] = cost(loop([question(draft.conditions[0]) for draft in made]), messages[:100])
        theirs[count] = sieved(made) if shutil.which("sieve-filter") else float("nan")
        print(f"{count:5}   {ours[count]:7.1f}   {naive[count]:10.0f}   {theirs[count]:15.0f}")
    _verdict("5,000 rules cost as much as 50", ours[5_000] / ours[50], ours[5_000] / ours[50] <= GROWTH_GOAL)
    _verdict("a plain loop over 1,000", naive[1_000] / ours[1_000], naive[1_000] / ours[1_000] >= LOOP_GOAL)
    _verdict("Dovecot's Sieve with 1,000", theirs[1_000] / ours[1_000], theirs[1_000] / ours[1_000] >= SIEVE_GOAL)


def _verdict(what: str, ratio: float, reached: bool) -> None:
    print(f"{what:32} {ratio:7.2f} x ({'reached' if reached else 'MISSED'})")


if __name__ == "__main__":
    main()
