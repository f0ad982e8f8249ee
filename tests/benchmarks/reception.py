"""Acceptance: messages a second taken durably, against Postfix accepting to a hold queue and stock aiosmtpd with an
empty handler that stores nothing. `smtp-source` is the client of all; medians of three."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks._receivers import RECIPIENT, empty_handler, mailroom, postfix, slow_disk

RECEIVERS: dict[str, Callable[[dict[str, str]], AbstractContextManager[int]]] = {
    "mailroom": mailroom,
    "postfix": postfix,
    "empty": empty_handler,
}
TURNS = 3
SECONDS = 0.7


class Load(NamedTuple):
    size: int
    sessions: int
    kept: bool

    def __str__(self) -> str:
        return f"{self.size // 1000:4d} KB {self.sessions:3d} sessions {'kept' if self.kept else 'one each':8s}"


LOADS = [
    Load(size, sessions, kept)
    for size in (2_000, 20_000, 200_000)
    for sessions in (1, 10, 50)
    for kept in (True, False)
]
GOALS = {
    Load(2_000, 10, True): {"postfix": 2.0, "empty": 1.5},
    Load(2_000, 10, False): {"postfix": 1.4},
    Load(200_000, 10, True): {"postfix": 0.9},
}
SLOW_LOADS = [Load(2_000, 10, True), Load(2_000, 50, True)]
SLOW_GOALS = {Load(2_000, 50, True): {"postfix": 6.0}}


def send(port: int, load: Load, count: int) -> float:
    """Messages a second."""
    command = ["smtp-source", "-s", str(load.sessions), "-m", str(count), "-l", str(load.size), "-t", RECIPIENT]
    command += ["-f", "ann@customer.test", "-M", "client.test", *(["-d"] if load.kept else []), f"127.0.0.1:{port}"]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return count / (time.perf_counter() - started)


def rates(load: Load, ports: dict[str, int]) -> dict[str, float]:
    """The receivers take turns, so that what else the machine does hits all of them."""
    counts = {}
    for name, port in ports.items():
        trial = send(port, load, max(50, 2 * load.sessions))
        counts[name] = max(load.sessions * 4, int(trial * SECONDS))
    taken: dict[str, list[float]] = {name: [] for name in ports}
    for _ in range(TURNS):
        for name, port in ports.items():
            taken[name].append(send(port, load, counts[name]))
    return {name: statistics.median(values) for name, values in taken.items()}


def report(load: Load, found: dict[str, float], goals: dict[str, float]) -> bool:
    ours = found["mailroom"]
    parts = [f"{name} {rate:7.0f}/s" for name, rate in found.items()]
    reached = True
    for name, rate in found.items():
        if name == "mailroom":
            continue
        goal = goals.get(name)
        verdict = "" if goal is None else f" (goal {goal:g}: {'reached' if ours / rate >= goal else 'MISSED'})"
        reached = reached and (goal is None or ours / rate >= goal)
        parts.append(f"{ours / rate:.2f} x {name}{verdict}")
    print(f"{load}  " + "  ".join(parts), flush=True)
    return reached


Goals = dict[Load, dict[str, float]]


def compare(loads: list[Load], goals: Goals, names: list[str], environment: dict[str, str]) -> bool:
    """Whether every goal was reached."""
    with ExitStack() as running:
        ports = {name: running.enter_context(RECEIVERS[name](environment)) for name in names}
        results = [report(load, rates(load, ports), goals.get(load, {})) for load in loads]
    return all(results)


def main() -> None:
    if shutil.which("smtp-source") is None:
        sys.exit("smtp-source is not here; it comes with Debian's postfix package.")
    names = list(RECEIVERS) if shutil.which("postfix") else ["mailroom", "empty"]
    reached = compare(LOADS, GOALS, names, {})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        print("with 2 ms added to every flush:")
        slow = slow_disk(Path(folder), 2000)
        reached = compare(SLOW_LOADS, SLOW_GOALS, [name for name in names if name != "empty"], slow) and reached
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
