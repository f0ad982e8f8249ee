"""Authentication: what judging a message costs where the DNS has answered before, beside dkimpy on the same signature,
and how long a batch of 300 domains takes that nobody asked about yet."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import dkim as dkimpy

from services.flows.inbound import authenticating
from services.mail import dkim
from tests.corpora.authentication import Accepted, served
from tests.dns_server import Zone

BATCH, TURNS = 300, 7
PEER = "192.0.2.7"
GOAL = 20.0  # µs a message of a server and a domain that are known
RSA, ED25519 = dkim.rsa_key_pair(), dkim.ed25519_key_pair()
NOW = datetime.now(UTC)
HEAD = (
    "Received: from client.test (client.test [192.0.2.1])\r\n\tby mx.acme.test with ESMTP id abc;\r\n"
    "\tSat, 21 Nov 2026 10:00:00 +0000\r\nFrom: Ann <ann@{domain}>\r\nTo: help@acme.test\r\nSubject: Hello there\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@{domain}>\r\nMIME-Version: 1.0\r\n\r\n"
)


def mail(domain: str = "customer.test", *, lines: int = 60) -> bytes:
    return HEAD.format(domain=domain).encode() + b"Some words here and there.\r\n" * lines


def signed(content: bytes, *pairs: dkim.KeyPair) -> bytes:
    signers = [dkim.Signer(pair.algorithm, pair.private) for pair in pairs]
    return dkim.sign(content, domain="customer.test", signers=signers, at=int(NOW.timestamp())) + content


def publish(zone: Zone, domain: str) -> None:
    zone.set_text(domain, f"v=spf1 ip4:192.0.2.0/24 ip4:10.0.0.0/8 include:more.{domain} -all")
    zone.set_text(f"_dmarc.{domain}", "v=DMARC1; p=reject")


def cost(content: bytes, *, wandering: bool = False) -> float:
    """Microseconds a message, in batches; `wandering`: each comes by another server."""
    found = []
    for turn in range(TURNS):
        batch = [Accepted(number, content, "ann@customer.test", "mx", PEER, received_at=NOW) for number in range(BATCH)]
        for each in batch if wandering else []:
            each.peer = f"10.{turn}.{each.id // 250}.{each.id % 250}"
        found.append(seconds(lambda batch=batch: authenticating.judge(batch)) / BATCH * 1e6)
    return statistics.median(found)


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Of our own work, whatever else the machine does."""
    started = clock()
    work()
    return clock() - started


def peers(content: bytes) -> float:
    """Microseconds dkimpy takes to verify the same."""
    record = dkim.record(RSA.public).encode()
    verify: Callable[..., bool] = dkimpy.verify
    times = [seconds(lambda: verify(content, dnsfunc=lambda *_, **__: record)) for _ in range(30)]
    return statistics.median(times) * 1e6


def main() -> None:
    with served() as zone:
        publish(zone, "customer.test")
        for pair in (RSA, ED25519):
            zone.set_text(f"{pair.algorithm}._domainkey.customer.test", dkim.record(pair.public, pair.algorithm))
        known = cost(mail())
        print(f"unsigned, server and domain known     {known:8.1f} µs (goal {GOAL:g}: {_verdict(known <= GOAL)})")
        print(f"unsigned, each by another server      {cost(mail(), wandering=True):8.1f} µs")
        for name, pairs in (("RSA-2048", (RSA,)), ("Ed25519", (ED25519,)), ("both", (RSA, ED25519))):
            print(f"signed, {name:30}{cost(signed(mail(), *pairs)):8.1f} µs")
        for lines in (60, 36_000):
            content = signed(mail(lines=lines), RSA)
            ours, theirs = cost_of_one(content), peers(content)
            print(f"one of {len(content):9} bytes, RSA         {ours:8.1f} µs   dkimpy {theirs:9.1f} µs")
        for number in range(BATCH):
            publish(zone, f"d{number}.test")
        batch = [Accepted(n, mail(f"d{n}.test"), f"a@d{n}.test", "mx", PEER, received_at=NOW) for n in range(BATCH)]
        waited = seconds(lambda: authenticating.judge(batch), time.perf_counter)
        print(f"{BATCH} domains nobody asked about yet   {waited * 1e3:8.0f} ms")


def cost_of_one(content: bytes) -> float:
    one = [Accepted(0, content, "ann@customer.test", "mx", PEER, received_at=NOW)]
    return statistics.median(seconds(lambda: authenticating.judge(one)) for _ in range(TURNS)) * 1e6


def _verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "MISSED"


if __name__ == "__main__":
    main()
