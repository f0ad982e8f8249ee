"""The noisy neighbour: what a tenant notices of another who keeps 200 connections and sends 50 messages a second past
a hundred rules full of expressions, mail of ten thousand parts among them, while 500 more connections never finish."""

import asyncio
import contextlib
import itertools
import multiprocessing
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.program import Program

CONNECTIONS, RATE, LORIS, RULES, PARTS = 200, 50, 500, 100, 10_000
PER_ADDRESS = 40  # of the neighbour's machines, below what one address may open
TURNS, SECONDS, WARM, PAUSE = 3, 5, 4, 0.05
RATIO, GROWTH = 2.0, 200  # goals: p95 beside the idle one, megabytes
PASSWORD = "correct horse battery staple"
PATTERN = r"(?i)\b(?:inv[o0]ice|pay(?:ment|ed)?|order)[\s#:.-]*(?:no\.?|nr)?\s*\d{{{},}}[a-z]?\b.*(?:over)?due"


@dataclass
class Tenant:
    """An organisation with an address that receives."""

    program: Program
    name: str
    token: str = ""
    refused: int = 0
    times: dict[str, list[float]] = field(default_factory=lambda: {"accept": [], "API": [], "page": []})

    @property
    def address(self) -> str:
        return f"support@{self.name}.test"

    def found(self) -> None:
        body = {"name": "Owner", "email": f"owner@{self.name}.test", "password": PASSWORD, "organisation": self.name}
        self.token = self._post("/api/auth/signup", **body)["token"]
        domain = self._post("/api/domains", domain=f"{self.name}.test")["id"]
        self._post("/api/aliases", domainId=domain, localPart="support")
        self.program.wait_for(self.address)

    def add_rules(self) -> None:
        for number in range(RULES):
            condition = {"field": "body", "operator": "matches", "value": PATTERN.format(number % 9 + 1)}
            action = {"type": "tag", "value": "late"}
            self._post("/api/rules", name=f"Rule {number}", conditions=[condition], actions=[action])

    def _post(self, path: str, **body: object) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = httpx.post(self.program.url + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    def received(self) -> int:
        """How many messages were filed so far."""
        headers = {"Authorization": f"Bearer {self.token}"}
        found = httpx.get(f"{self.program.url}/api/emails", params={"limit": 1}, headers=headers, timeout=60)
        return int(found.json()["total"])

    def measure(self, seconds: float) -> dict[str, list[float]]:
        """How long each sort of request took, in seconds."""
        until = time.monotonic() + seconds
        self.times = {name: [] for name in self.times}
        with httpx.Client(base_url=self.program.url, timeout=60) as browser:
            browser.post("/login", data={"email": f"owner@{self.name}.test", "password": PASSWORD})
            headers = {"Authorization": f"Bearer {self.token}"}
            while time.monotonic() < until:
                self._timed("accept", self._send)
                self._timed("API", lambda: browser.get("/api/emails/tickets", headers=headers).status_code == 200)
                self._timed("page", lambda: browser.get("/domains").status_code == 200)
                time.sleep(PAUSE)
        return self.times

    def _timed(self, name: str, work: Callable[[], bool]) -> None:
        started = time.perf_counter()
        try:
            self.refused += not work()
        except (smtplib.SMTPException, OSError, httpx.HTTPError):
            self.refused += 1
        self.times[name].append(time.perf_counter() - started)

    def _send(self) -> bool:
        with smtplib.SMTP("127.0.0.1", self.program.ports["smtp"], timeout=60) as client:
            return not client.sendmail("ann@customer.test", [self.address], b"Subject: Hello\r\n\r\nHello\r\n")


def neighbour(port: int, recipient: str) -> None:
    """All the noise, in a process of its own until it is ended."""
    asyncio.run(_make_noise(port, recipient))


async def _make_noise(port: int, recipient: str) -> None:
    addresses = (f"127.0.{1 + number // 250}.{1 + number % 250}" for number in itertools.count())
    machines = [address for address in itertools.islice(addresses, CONNECTIONS + LORIS) for _ in range(PER_ADDRESS)]
    letters = itertools.cycle([_letter(recipient)] * (RATE * 4) + [_parts(recipient)])
    tasks = [_loris(port, machines[CONNECTIONS + number]) for number in range(LORIS)]
    tasks += [_sender(port, machines[number], recipient, letters, number) for number in range(CONNECTIONS)]
    await asyncio.gather(*tasks, return_exceptions=True)


async def _sender(port: int, address: str, recipient: str, letters: "itertools.cycle[bytes]", number: int) -> None:
    """One connection kept open; together they send RATE messages a second."""
    every = CONNECTIONS / RATE
    await asyncio.sleep(number / RATE)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    await reader.readline()
    for command in itertools.chain(["HELO noisy.test"], itertools.cycle(["MAIL", "RCPT", "DATA", "END"])):
        words = {"MAIL": "MAIL FROM:<loud@noisy.test>", "RCPT": f"RCPT TO:<{recipient}>"}.get(command, command)
        writer.write(next(letters) if command == "END" else f"{words}\r\n".encode())
        await writer.drain()
        await reader.readline()
        if command == "END":
            await asyncio.sleep(every)


async def _loris(port: int, address: str) -> None:
    """A byte a second, for ever; ended, it comes again."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            for byte in itertools.cycle(b"EHLO slow"):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
        await asyncio.sleep(1)


def _letter(recipient: str) -> bytes:
    text = "What is due: " + "invoice no. 12345678 of the order 99 is not paid and " * 60  # no rule holds, all look
    return f"To: {recipient}\r\nSubject: Your invoice\r\n\r\n{text}\r\n.\r\n".encode()


def _parts(recipient: str) -> bytes:
    head = (
        f"To: {recipient}\r\nSubject: Parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    return head.encode() + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * PARTS + b"--b--\r\n.\r\n"


def percentiles(turns: list[dict[str, list[float]]]) -> dict[str, float]:
    """The 95th of each over all turns, in milliseconds."""
    together = {name: list(itertools.chain(*(turn[name] for turn in turns))) for name in turns[0]}
    return {name: statistics.quantiles(found, n=20)[-1] * 1000 for name, found in together.items()}


@contextlib.contextmanager
def noise(tenant: Tenant) -> Iterator[None]:
    arguments = (tenant.program.ports["smtp"], tenant.address)
    process = multiprocessing.get_context("spawn").Process(target=neighbour, args=arguments)
    process.start()
    time.sleep(WARM)  # everybody is connected
    yield
    process.terminate()
    process.join()


def report(idle: dict[str, float], busy: dict[str, float], memory: tuple[int, int], refused: int) -> bool:
    """Whether every goal was reached."""
    reached = True
    for name, before in idle.items():
        ratio = busy[name] / before
        reached &= ratio <= RATIO
        words = f"{name:7s} p95 idle {before:6.1f} ms, beside the neighbour {busy[name]:6.1f} ms: {ratio:.2f} x"
        print(f"{words} (goal {RATIO:g}: {'reached' if ratio <= RATIO else 'MISSED'})")
    growth = memory[1] - memory[0]
    verdict = "reached" if growth <= GROWTH else "MISSED"
    print(f"memory  {memory[0]} MB, then {memory[1]} MB: +{growth} MB (goal {GROWTH}: {verdict})")
    print(f"refused {refused} of the quiet tenant's requests (goal 0)")
    return reached and growth <= GROWTH and not refused


def main() -> None:
    limits = {"rate_limit_per_minute": "1000000", "rate_limit_per_day": "1000000"}
    with tempfile.TemporaryDirectory() as folder, Program(Path(folder), **limits) as program:
        noisy, quiet = Tenant(program, "noisy"), Tenant(program, "quiet")
        noisy.found()
        noisy.add_rules()
        quiet.found()
        quiet.measure(3)  # warm
        quiet.refused = 0
        idle, busy, before, received = [], [], program.memory(), 0
        for _ in range(TURNS):  # in turns, so that what else the machine does hits both
            idle.append(quiet.measure(SECONDS))
            with noise(noisy):
                at_first = noisy.received()
                busy.append(quiet.measure(SECONDS))
                received += noisy.received() - at_first
        print(f"the neighbour had {received / SECONDS / TURNS:.0f} messages a second filed meanwhile")
        reached = report(percentiles(idle), percentiles(busy), (before, program.memory()), quiet.refused)
    sys.exit(0 if reached else 1)
