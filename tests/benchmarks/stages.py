"""The stages of the way in, each alone: messages a second on one core, over mail of 2 KB that is signed and over real
mail where the corpora are; and what one message of 25 MB costs, in seconds and in memory.

Processor time is counted, so that neither the disk nor what else the machine does is in it. Median of the turns.
"""

import gc
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import encodebytes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import select

from models import Message, MessageBody
from services import bodies, clock, database, mailboxes, reception, secrets
from services import settings as configuration
from services.database import bulk
from services.flows import inbound
from services.flows.inbound import authenticating, queue
from services.flows.inbound.desk import Desk
from services.flows.inbound.filing import file
from services.flows.inbound.steps import run
from services.mail import dkim
from services.reception import Envelope
from services.settings import Settings
from tests import dns_server
from tests.benchmarks._receivers import RECIPIENT, prepare
from tests.dns_server import Zone

BATCH, TURNS = 300, 9
LARGE = 25_000_000
STAGES = ("parse", "authenticate", "thread", "file", "index")
SECONDS_GOAL, MEMORY_GOAL = 5.0, 250  # of the large message: seconds, MB
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
KEY = dkim.rsa_key_pair()
TEXT = "Hello,\r\n\r\n" + "the parcel came, and the second box in it was open when I got it.\r\n" * 12
HTML = "<p>Hello,</p>" + "<p>the <b>parcel</b> came, and the second box in it was open.</p>\r\n" * 8
Rows = list[tuple[int, Envelope]]


def generated(number: int) -> bytes:
    """2 KB of text and HTML, every third an answer to the one before, signed as everybody's is today."""
    answer = f"In-Reply-To: <{number - 1}@customer.test>\r\n" if number % 3 else ""
    content = (
        f"From: Ann Customer <ann{number % 40}@customer.test>\r\nTo: {RECIPIENT}\r\n"
        f"Subject: My parcel {number // 3}\r\n{answer}Message-ID: <{number}@customer.test>\r\n"
        "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{HTML}\r\n--b--\r\n"
    ).encode()
    signers = [dkim.Signer("s", KEY.private)]
    return dkim.sign(content, domain="customer.test", signers=signers, at=int(clock.now().timestamp())) + content


def real() -> list[bytes]:
    """Mail of people and newsletters, each time as other messages."""
    paths = [path for name in ("ham-spam", "newsletters") for path in sorted((CORPORA / name).rglob("*.eml"))]
    contents = [path.read_bytes() for path in paths]
    ids = re.compile(rb"^(message-id:\s*<)", re.IGNORECASE | re.MULTILINE)
    return [ids.sub(rb"\g<1>%d." % number, each, count=1) for number in range(TURNS) for each in contents]


@contextmanager
def house() -> Iterator[Zone]:
    """An empty database with one address, and a DNS that knows the customers' domain."""
    with tempfile.TemporaryDirectory() as folder, dns_server.serving() as zone:
        url = f"sqlite:///{folder}/mailroom.db"
        prepare(url)
        zone.ttl = 3600
        zone.set_text("customer.test", "v=spf1 ip4:192.0.2.0/24 -all")
        zone.set_text("_dmarc.customer.test", "v=DMARC1; p=reject")
        zone.set_text("s._domainkey.customer.test", dkim.record(KEY.public))
        settings = Settings(data_dir=Path(folder), secret_key="x" * 40, dns_nameservers=zone.nameservers)
        configuration.use(settings)
        secrets.load()
        database.connect(url)
        yield zone
        database.disconnect()


def accept(contents: Sequence[bytes]) -> None:
    envelopes = [
        Envelope("ann@customer.test", (RECIPIENT,), each, "mx.customer.test", "192.0.2.7", "ESMTP") for each in contents
    ]
    with database.transaction() as session:
        mailboxes.touch(session)
        reception.store(session.connection(), envelopes)


def turn(contents: Sequence[bytes]) -> dict[str, float]:
    """Seconds of each stage over one batch, as `inbound.process_one` goes through them."""
    accept(contents)
    spent: dict[str, float] = {}
    with database.reading() as session:
        raws = queue.due(session, excluding=set())
    with timed(spent, "authenticate"):
        judged = authenticating.judge(raws)
    with database.reading() as session:
        letters = [letter for raw in raws for letter in queue.letters_of(session, raw)]
        for letter in letters:
            letter.authentication = judged[letter.raw_id]
        with timed(spent, "parse"):
            run(inbound.UNDERSTAND, Desk(session), letters)
    split = inbound.FILE.index(file)
    with timed(spent, "all of it"), database.transaction() as session:
        queue.claim(session, raws)
        desk = Desk(session)
        with timed(spent, "thread"):
            desk.look_up(letters)
            run(inbound.FILE[:split], desk, letters)
        run(inbound.FILE[split:], desk, letters)
        desk.write(letters)
    spent["index"] = index(len(raws))
    spent["file"] = max(spent.pop("all of it") - spent["thread"] - spent["index"], 1e-9)
    assert len(raws) == len(contents), "a turn is one batch"
    return spent


def index(count: int) -> float:
    """Seconds for making what was filed last searchable: the same bodies written once more, and nothing else."""
    with database.transaction() as session:
        newest = select(MessageBody).order_by(MessageBody.id.desc()).limit(count)  # type: ignore[union-attr]
        rows = [each.model_dump() | {"id": bodies.body_id(clock.now())} for each in session.exec(newest)]
        spent: dict[str, float] = {}
        with timed(spent, "index"):
            bulk.insert(session.connection(), MessageBody.__table__, rows)  # type: ignore[attr-defined]
        session.rollback()
    return spent["index"]


@contextmanager
def timed(spent: dict[str, float], stage: str) -> Iterator[None]:
    began = time.process_time()
    yield
    spent[stage] = time.process_time() - began


def measure(what: str, contents: Sequence[bytes]) -> None:
    """In batches; the first turn fills the caches and is not counted."""
    found: dict[str, list[float]] = defaultdict(list)
    with house():
        gc.freeze()
        for start in range(0, len(contents) - BATCH + 1, BATCH):
            batch = contents[start : start + BATCH]
            for stage, seconds in turn(batch).items():
                found[stage].append(seconds / len(batch))
    costs = {stage: statistics.median(found[stage][1:]) for stage in STAGES}
    print(f"\n{what}")
    for stage, cost in costs.items():
        print(f"  {stage:14} {1 / cost:9,.0f}/s a core   {cost * 1e6:8.1f} µs")
    total = sum(costs.values())
    print(f"  {'all together':14} {1 / total:9,.0f}/s a core   {total * 1e6:8.1f} µs", flush=True)


def large() -> None:
    """One message of 25 MB through the whole way; run in a process of its own, whose memory nobody else has filled."""
    head = (
        f"From: ann@customer.test\r\nTo: {RECIPIENT}\r\nSubject: All of it\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n'
        "--b\r\nContent-Type: application/pdf; name=all.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode()
    with house():
        accept([generated(0)])
        inbound.process_one()
        encoded = encodebytes(b"0123456789abcdef" * (LARGE * 3 // 4 // 16)).replace(b"\n", b"\r\n")
        accept([head + encoded[: LARGE - len(head) - 10] + b"\r\n--b--\r\n"])
        del encoded
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        before, began = _memory("VmRSS"), time.perf_counter()
        while inbound.process_one():
            pass
        seconds, grown = time.perf_counter() - began, _memory("VmHWM") - before
        with database.reading() as session:
            assert session.exec(select(Message).where(Message.subject == "All of it")).one().has_attachments
    verdict = "reached" if seconds < SECONDS_GOAL and grown < MEMORY_GOAL else "MISSED"
    print(f"\none message of {LARGE / 1e6:.0f} MB until filed: {seconds:.2f} s, {grown:.0f} MB more memory at its peak"
          f" (goal {SECONDS_GOAL:g} s, {MEMORY_GOAL} MB: {verdict})")  # fmt: skip


def _memory(field: str) -> float:
    """MB, of this process, as Linux counts it: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def main() -> None:
    count = BATCH * TURNS
    measure("2 KB, text and HTML, RSA signature", [generated(number) for number in range(count)])
    mails = real()
    if mails:
        size = statistics.mean(map(len, mails)) / 1000
        measure(f"{len(mails) // TURNS:,} real messages of the corpora, {size:.0f} KB on average", mails)
    else:
        print("real messages: the corpora are not here; left out")
    frugal = os.environ | {"MALLOC_MMAP_THRESHOLD_": "1000000"}  # what was freed before is not kept, to be used unseen
    program = "from tests.benchmarks.stages import large; large()"
    subprocess.run([sys.executable, "-c", program], env=frugal, check=True)


if __name__ == "__main__":
    main()
