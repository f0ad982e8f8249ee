"""One-off mail with a 2048-bit DKIM signature into smtp-sink: our queue and worker against the plain stack
(EmailMessage, dkimpy, aiosmtplib), by connections and without signing too, and our SMTP client alone against
nodemailer's pool. Medians of three."""

import asyncio
import gc
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import aiosmtplib
import dkim as dkimpy
import uvloop
from sqlmodel import Session

from models import Domain, DomainStatus, KeyState, Organisation
from services import clock, database, outbound, secrets
from services import settings as configuration
from services.domains import keys
from services.domains.keys import KeyPairs
from services.flows.delivery import Worker
from services.flows.relay import Parcel, Smarthost
from services.flows.relay.hop import Hop, Tls
from services.mail import compose, dkim
from services.mail.address import Address
from services.mail.compose import Letter
from services.settings import Settings

OURS, PLAIN, CLIENT = 2500, 150, 10_000
CONNECTIONS = 10
LINES = (1, 10, 20)
SOME, SOME_SIGNED, SOME_PLAIN = 500, 40, 200  # for each number of connections: ours, theirs with DKIM, theirs without
SIGNED, UNSIGNED = "bench.test", "unsigned.test"
KEY = dkim.rsa_key_pair()
TEXT = "Dear customer,\n\n" + "your order has left our house today.\n" * 20
HTML = (
    "<html><body><p>Dear customer,</p>" + "<p>your <b>order</b> has left our house today.</p>\n" * 20 + "</body></html>"
)
NODE = """
const nodemailer = require('nodemailer');
const [port, count] = process.argv.slice(2).map(Number);
const head = 'From: a@bench.test\\r\\nTo: b@example.org\\r\\nSubject: x\\r\\n\\r\\n';
const raw = head + 'x'.repeat(70).concat('\\r\\n').repeat(28);
const t = nodemailer.createTransport({pool: true, maxConnections: 10, maxMessages: Infinity, host: '127.0.0.1', port,
                                      ignoreTLS: true});
(async () => {
  const start = process.hrtime.bigint();
  let sent = 0;
  const one = async () => { while (sent++ < count)
    await t.sendMail({envelope: {from: 'a@bench.test', to: ['b@example.org']}, raw}); };
  await Promise.all(Array.from({length: 40}, one));
  console.log(count / (Number(process.hrtime.bigint() - start) / 1e9));
  t.close();
})();
"""


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink, which takes everything and keeps nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") or sys.exit(
        "smtp-sink is in Debian's postfix package."
    )
    process = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "500"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def prepare() -> int:
    with database.transaction() as session:
        organisation = Organisation(name="Bench", created_at=clock.now())
        session.add(organisation)
        session.flush()
        domain, other = (
            Domain(
                organisation_id=organisation.id or 0,
                name=name,
                status=DomainStatus.ACTIVE,
                verification_token="-",
                created_at=clock.now(),
            )
            for name in (SIGNED, UNSIGNED)
        )
        session.add_all([domain, other])
        session.flush()
        for key in keys.put(session, domain, KeyPairs.made(), KeyState.ACTIVE):
            key.published_at = clock.now()
        return organisation.id or 0


def letter(number: int, domain: str = SIGNED) -> Letter:
    return Letter(
        author=Address("Bench Café", f"hello@{domain}"),
        subject=f"Your order {number} has shipped – thank you",
        message_id=compose.message_id(domain),
        sent_at=clock.now(),
        text=TEXT,
        html=HTML,
        to=(Address(f"Customer Nº {number}", f"customer{number}@example.org"),),
    )


def fill(session: Session, numbers: range, organisation_id: int, domain: str = SIGNED) -> None:
    for number in numbers:
        outbound.enqueue(
            session,
            raw=compose.compose(letter(number, domain)),
            reverse_path=f"hello@{domain}",
            recipients=[f"customer{number}@example.org"],
            organisation_id=organisation_id,
        )


async def ours(port: int, organisation_id: int) -> tuple[float, float]:
    """Messages a second: the whole way from their text, queued while the worker runs; and from a full queue on."""

    async def queue_all() -> None:
        for start in range(0, OURS, 100):
            await database.call(fill, range(start, start + 100), organisation_id)

    begin = time.perf_counter()
    queueing = asyncio.create_task(queue_all())
    await drain(port, lambda: not queueing.done())
    whole = time.perf_counter() - begin
    await queue_all()
    begin = time.perf_counter()
    await drain(port, lambda: False)
    return OURS / whole, OURS / (time.perf_counter() - begin)


async def drain(port: int, more: Callable[[], bool], connections: int = 20) -> None:
    """Deliver until the queue is empty and stays so."""
    worker = Worker(Smarthost(Hop("127.0.0.1", port, "sink", Tls.NONE), connections=connections))
    while more() or await worker.process_one():
        await worker.process_one()
    await worker.settle()


async def ours_by(port: int, organisation_id: int, connections: int, domain: str) -> float:
    """Messages a second from a full queue on, over at most that many connections."""
    await database.call(fill, range(SOME), organisation_id, domain)
    begin = time.perf_counter()
    await drain(port, lambda: False, connections)
    return SOME / (time.perf_counter() - begin)


def plain_message(number: int, *, signed: bool = True) -> bytes:
    """What everybody writes: EmailMessage, signed by dkimpy."""
    made = letter(number)
    message = EmailMessage(policy=SMTP)
    message["From"] = "Bench Café <hello@bench.test>"
    message["To"] = f"Customer Nº {number} <customer{number}@example.org>"
    message["Subject"] = made.subject
    message["Date"] = compose.date(made.sent_at)
    message["Message-ID"] = made.message_id
    message.set_content(made.text)
    message.add_alternative(made.html, subtype="html")
    content = message.as_bytes()
    if not signed:
        return content
    canon = (b"relaxed", b"relaxed")
    return bytes(dkimpy.sign(content, b"mailroom", b"bench.test", KEY.private.encode(), canonicalize=canon)) + content


async def plain(port: int, count: int = PLAIN, connections: int = CONNECTIONS, *, signed: bool = True) -> float:
    """Messages a second on kept connections."""
    numbers = iter(range(count))

    async def line() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for number in numbers:
            content = plain_message(number, signed=signed)
            await client.sendmail("hello@bench.test", [f"customer{number}@example.org"], content)
        await client.quit()

    begin = time.perf_counter()
    await asyncio.gather(*(line() for _ in range(connections)))
    return count / (time.perf_counter() - begin)


def by_connections(loop: asyncio.Runner, port: int, organisation_id: int) -> None:
    for signed in (True, False):
        for lines in LINES:
            domain, count = (SIGNED, SOME_SIGNED) if signed else (UNSIGNED, SOME_PLAIN)
            turns = [
                (
                    loop.run(ours_by(port, organisation_id, lines, domain)),
                    loop.run(plain(port, count, lines, signed=signed)),
                )
                for _ in range(3)
            ]
            mine, other = (median(list(each)) for each in zip(*turns, strict=True))
            what = f"{'signed' if signed else 'unsigned'}, {lines} connection{'s' * (lines > 1)}"
            print(f"{what:28} {mine:7.0f}/s   plain stack {other:7.0f}/s   ratio {mine / other:5.1f}", flush=True)


async def client_alone(port: int) -> float:
    """Our pool with ready messages of 2 KB."""
    relay = Smarthost.from_url(f"smtp://127.0.0.1:{port}?tls=none", configuration.current())
    content = b"From: a@bench.test\r\nTo: b@example.org\r\nSubject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 28
    numbers = iter(range(CLIENT))

    async def line() -> None:
        for number in numbers:
            await relay.transmit(Parcel(number, 1, "a@bench.test", "b@example.org", "example.org", content))

    begin = time.perf_counter()
    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
    seconds = time.perf_counter() - begin
    await relay.close()
    return CLIENT / seconds


@contextmanager
def nodemailer() -> Iterator[Callable[[int], float] | None]:
    """nodemailer in a folder of its own, where npm can install it."""
    with tempfile.TemporaryDirectory() as folder:
        npm = shutil.which("npm")
        install = [npm or "npm", "install", "--no-audit", "--no-fund", "--silent", "nodemailer"]
        if npm is None or subprocess.run(install, cwd=folder, capture_output=True, check=False).returncode:
            yield None
            return
        (Path(folder) / "pool.js").write_text(NODE)

        def run(port: int) -> float:
            command = ["node", "pool.js", str(port), str(CLIENT)]
            return float(subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True).stdout)

        yield run


def median(runs: list[float]) -> float:
    return statistics.median(runs)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        configuration.use(Settings(data_dir=Path(folder), secret_key="x" * 40))
        secrets.load()
        database.connect(configuration.current().database)
        organisation_id = prepare()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)  # as the program does at start
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            rates = [(loop.run(ours(port, organisation_id)), loop.run(plain(port))) for _ in range(3)]
            by_connections(loop, port, organisation_id)
            alone = median([loop.run(client_alone(port)) for _ in range(3)])
        whole, queued, naive = (median(list(each)) for each in zip(*((*one, two) for one, two in rates), strict=True))
        print(f"whole way (compose, queue, sign, send, record)  {whole:7.0f}/s   goal 1,200/s")
        print(f"from the queue on (claim, sign, send, record)   {queued:7.0f}/s")
        print(f"EmailMessage + dkimpy + aiosmtplib              {naive:7.0f}/s")
        print(f"whole way : plain stack                         {whole / naive:7.1f}     goal 12")
        print(f"from the queue on : plain stack                 {queued / naive:7.1f}")
        with nodemailer() as pool:
            if pool is None:
                print("client alone                                  (nodemailer could not be installed; left out)")
            else:
                other = median([pool(port) for _ in range(3)])
                print(f"client alone, 2 KB, {CONNECTIONS} connections               {alone:7.0f}/s")
                print(f"nodemailer pool, the same                       {other:7.0f}/s")
                print(f"ours : nodemailer                               {alone / other:7.2f}     goal 1")
        database.disconnect()


if __name__ == "__main__":
    main()
