"""The whole program as its own process, as a newcomer or systemd would start it; for process tests and benchmarks."""

import os
import smtplib
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType

import psutil

ROOT = Path(__file__).parent.parent


class Program:
    """`main.py` on free ports over `data_dir`; usable as a context. `ports` has http, smtp, submission."""

    def __init__(self, data_dir: Path, *arguments: str, wrap: tuple[str, ...] = (), **environment: str) -> None:
        self.command = [*wrap, sys.executable, "main.py", *arguments]
        self.environment = os.environ | {
            "MAILROOM_DATA_DIR": str(data_dir),
            "MAILROOM_PORT": "0",
            "MAILROOM_SMTP_PORT": "0",
            "MAILROOM_SUBMISSION_PORT": "0",
            **{f"MAILROOM_{name.upper()}": value for name, value in environment.items()},
        }
        self.ports: dict[str, int] = {}
        self.lines: deque[str] = deque(maxlen=2000)

    def start(self) -> "Program":
        """Start and wait until everything listens. Raises RuntimeError with what it printed when it does not."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("listening "):
                pairs = (word.split("=") for word in line.split()[1:])
                self.ports = {name: int(port) for name, port in pairs}
                threading.Thread(target=self._drain, daemon=True).start()
                return self
        raise RuntimeError("the program did not start:\n" + "".join(self.lines))

    def _drain(self) -> None:
        assert self.process.stdout
        self.lines.extend(self.process.stdout)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def wait_for(self, address: str, seconds: float = 60) -> None:
        """Until the listener takes mail for `address`: it may know a new alias up to a second late."""
        deadline = time.monotonic() + seconds
        while True:
            with smtplib.SMTP("127.0.0.1", self.ports["smtp"], timeout=60) as client:
                client.ehlo()
                client.mail("")
                code, reply = client.rcpt(address)
            if code == 250:
                return
            assert time.monotonic() < deadline, reply
            time.sleep(0.05)

    def stop(self, timeout: float = 60) -> int:
        """SIGTERM, and its exit code."""
        self.process.terminate()
        return self.process.wait(timeout)

    def kill(self) -> None:
        """All of its processes at once, as when the machine dies."""
        for each in self._processes():
            each.kill()
        self.process.wait()

    def memory(self) -> float:
        """Megabytes that its processes take, what they share counted once."""
        return sum(each.memory_full_info().pss for each in self._processes()) / 1e6

    def _processes(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [*first.children(recursive=True), first]

    def __enter__(self) -> "Program":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()
