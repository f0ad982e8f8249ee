"""From the door to the row in the inbox: messages a second accepted, threaded, filed and searchable, against Postfix
until delivered to a maildir; and how long after its 250 a message can be seen, at a hundred a second.

Both get the same 2 KB messages from the same client over ten kept connections, and a turn ends when its last message
is where it belongs. Ours is one program, which takes mail in one process and files it in another, with every step,
index and durability of the product. Postfix runs as Debian configures its services and its queue manager, without
chroot and without looking up names; it delivers through one alias into one maildir. They take turns, each first in
every other one, after a warm-up that is not counted: the ratio is the median of those of the turns, so that what else
the machine does in a turn hits both.
"""

import os
import pwd
import shutil
import smtplib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks._receivers import RECIPIENT, postfix, prepare, running

MESSAGES = 5_000
WARM_UP = 1_000
TURNS = 5
GOAL = 2.5
RATE, SECONDS, LAG_GOAL = 100, 8, 1.0
Receiver = tuple[int, Callable[[], int]]  # its port, and how many messages are where they belong


def send(port: int, count: int) -> None:
    command = ["smtp-source", "-s", "10", "-m", str(count), "-l", "2000", "-d", "-t", RECIPIENT]
    command += ["-f", "ann@customer.test", "-M", "client.test", f"127.0.0.1:{port}"]
    subprocess.run(command, check=True, capture_output=True)


def rate(port: int, count: int, finished: Callable[[], int]) -> float:
    """Messages a second from the first connection until the last one is where it belongs."""
    before, started = finished(), time.perf_counter()
    send(port, count)
    while finished() < before + count:
        if time.perf_counter() - started > 120:
            raise RuntimeError(f"only {finished() - before} of {count} arrived")
        time.sleep(0.01)
    return count / (time.perf_counter() - started)


@contextmanager
def ours() -> Iterator[Receiver]:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/mailroom.db"
        prepare(f"sqlite:///{path}")
        environment = {"MAILROOM_DATA_DIR": folder, "MAILROOM_ROLES": "smtp,worker", "MAILROOM_PORT": "0"}
        environment |= {"MAILROOM_SMTP_PORT": "0", "MAILROOM_SUBMISSION_PORT": "0"}
        environment |= {"MAILROOM_MAX_CONNECTIONS_PER_ADDRESS": "1000"}
        with running([sys.executable, "main.py"], environment) as port:
            reader = sqlite3.connect(path, check_same_thread=False)
            yield port, lambda: int(reader.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])


@contextmanager
def maildir() -> Iterator[Receiver]:
    """Postfix with one alias to one maildir."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        (home / "box").mkdir()
        shutil.chown(home / "box", owner.pw_uid, owner.pw_gid)
        overrides = (
            "smtpd_client_restrictions =\nmydestination =\nvirtual_mailbox_domains = bench.test\n"
            f"virtual_alias_maps = inline:{{{RECIPIENT}=box@bench.test}}\nvirtual_mailbox_base = {home}\n"
            f"virtual_mailbox_maps = static:box/\nvirtual_minimum_uid = 1\nvirtual_uid_maps = static:{owner.pw_uid}\n"
            f"virtual_gid_maps = static:{owner.pw_gid}\nvirtual_mailbox_limit = 0\n"
        )
        with postfix({}, overrides) as port:
            arrived = home / "box" / "new"
            yield port, lambda: len(os.listdir(arrived)) if arrived.exists() else 0


def lag(port: int, finished: Callable[[], int]) -> float:
    """95th percentile of the seconds between a 250 and the message being there, at RATE a second."""
    accepted: list[float] = []
    seen: list[float] = []
    first, total = finished(), RATE * SECONDS

    def watch() -> None:
        deadline = time.perf_counter() + SECONDS + 30
        while len(seen) < total and time.perf_counter() < deadline:
            count = finished() - first
            seen.extend([time.perf_counter()] * (count - len(seen)))
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with smtplib.SMTP("127.0.0.1", port) as client:
        started = time.perf_counter()
        for number in range(total):
            time.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            text = (
                f"From: c{number}@customer.test\r\nSubject: Lag {number}\r\nMessage-ID: <lag{number}@customer.test>\r\n"
            )
            client.sendmail("ann@customer.test", [RECIPIENT], f"{text}\r\n{'Some words. ' * 100}\r\n")
            accepted.append(time.perf_counter())
    watcher.join()
    waited = sorted(there - taken for taken, there in zip(accepted, seen, strict=False))
    return waited[int(0.95 * len(waited))] if len(waited) == total else float("inf")


def in_turns(receivers: Sequence[Receiver]) -> list[list[float]]:
    """The rates of each receiver, turn by turn."""
    rates: list[list[float]] = [[] for _ in receivers]
    for port, finished in receivers:
        rate(port, WARM_UP, finished)
    for turn in range(TURNS):
        places = range(len(receivers)) if turn % 2 else reversed(range(len(receivers)))
        for place in places:
            rates[place].append(rate(receivers[place][0], MESSAGES, receivers[place][1]))
    return rates


def show(what: str, rates: list[float], verdict: str = "") -> None:
    print(f"{what:38} {statistics.median(rates):7.0f}/s ({min(rates):.0f} to {max(rates):.0f})  {verdict}", flush=True)


def main() -> None:
    with ours() as mine, ExitStack() as running_too:
        port, finished = mine
        theirs = [running_too.enter_context(maildir())] if shutil.which("postfix") else []
        here, *there = in_turns([mine, *theirs])
        running_too.close()
        show("accepted, threaded, filed, searchable", here)
        for rates in there:
            ratios = [one / other for one, other in zip(here, rates, strict=True)]
            ratio = statistics.median(ratios)
            verdict = "reached" if ratio >= GOAL else "MISSED"
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            show("Postfix until in a maildir", rates, f"{ratio:.2f} x ({spread}; goal {GOAL}: {verdict})")
        waited = lag(port, finished)
        verdict = "reached" if waited < LAG_GOAL else "MISSED"
        print(f"from 250 to the inbox at {RATE}/s, p95  {waited * 1000:7.0f} ms (goal {LAG_GOAL:g} s: {verdict})")


if __name__ == "__main__":
    main()
