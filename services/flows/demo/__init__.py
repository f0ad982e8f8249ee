"""`--demo`: fill a workspace by sending some 300 messages through the real listener and doing a team's work on them.

Each scene plays at its own time: the clock is set back while it is played, so three weeks of mail have their dates.
"""

import asyncio
import contextlib
import logging
import sys
import time
from datetime import timedelta

import aiosmtplib
from sqlmodel import Session, col, select

from models import DraftKind, Message, Priority, TicketStatus
from services import clock, database, drafts, replies, tickets
from services.access import Actor
from services.drafts import Writing
from services.errors import Conflict, Error
from services.flows.demo import cast, letters, opinions, plot
from services.flows.demo.cast import Cast
from services.flows.demo.plot import Scene, Thread
from services.flows.demo.waiting import PATIENCE, delivered, until

log = logging.getLogger("mailroom.demo")
AGAIN_SECONDS = 0.2


async def run(port: int, url: str) -> None:
    """Move in, say how to sign in, and play; a workspace somebody lives in is left alone."""
    try:
        company = await move_in()
    except Conflict:
        log.warning("this workspace is in use already; the demo leaves it alone")
        return
    sys.stdout.write(f"demo: sign in at {url} as {company.email} with the password {company.password}\n")
    sys.stdout.flush()
    try:
        sent = await play(company, port)
    except Exception:
        log.exception("the demo broke off")
    else:
        log.info("the demo has sent %d messages", sent)


async def move_in() -> Cast:
    """The company, empty. Raises Conflict where somebody lives here already."""
    password, hashed = await asyncio.to_thread(cast.assemble)
    with clock.ahead(-plot.LASTS):
        return await database.call(cast.move_in, password, hashed)


async def play(company: Cast, port: int) -> int:
    """Play every scene against the listener at `port`; how many messages were sent."""
    now, sent = clock.now(), 0
    customer = Customer(port)
    for scene in plot.scenes(now):
        with clock.ahead(scene.at - clock.now()):
            try:
                sent += await _play(scene, company, customer)
            except Error as error:
                log.warning("a scene of the demo failed: %s", error)
    await customer.leave()
    return sent


class Customer:
    """Everybody who writes in: one kept connection, and patience as a real sender's queue has it."""

    def __init__(self, port: int) -> None:
        self._smtp = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=port, start_tls=False, local_hostname="demo.example", timeout=PATIENCE
        )

    async def send(self, reverse_path: str, recipient: str, content: bytes) -> None:
        """Hand in one message. An address made just now is known to the listener within a second, so a refusal is
        not the end. Raises Error when it is refused for longer than PATIENCE."""
        started = time.monotonic()
        while True:
            try:
                if not self._smtp.is_connected:
                    await self._smtp.connect()
                await self._smtp.sendmail(reverse_path, [recipient], content)
                return
            except aiosmtplib.SMTPException as error:
                if time.monotonic() - started > PATIENCE:
                    raise Error(f"mail to {recipient} was refused: {error}") from error
            await asyncio.sleep(AGAIN_SECONDS)

    async def leave(self) -> None:
        with contextlib.suppress(aiosmtplib.SMTPException):
            await self._smtp.quit()


async def _play(scene: Scene, company: Cast, customer: Customer) -> int:
    if scene.raw:
        await customer.send("", f"support@{cast.DOMAIN}", scene.raw)
        return 1
    if scene.letter is not None:
        await _mail(scene, customer)
        return 1
    assert scene.thread is not None
    ticket_id = await _ticket_of(company, scene.thread)
    if scene.actor in company.people:
        await _answer(scene, scene.thread, company.people[scene.actor], ticket_id)
        return 1
    await database.call(_work, scene, company, ticket_id)
    if scene.actor == "end":
        return await opinions.hear(ticket_id, scene.thread.number)
    return 0


async def _mail(scene: Scene, customer: Customer) -> None:
    """A customer's mail: it answers what we wrote last, and quotes it."""
    letter, thread = scene.letter, scene.thread
    assert letter is not None
    if thread is not None:
        letter.references, letter.answers = list(thread.ids), thread.answer
        thread.ids.append(letter.message_id)
    sender = letter.sender.rpartition("<")[2].rstrip(">") if letter.reverse_path is None else letter.reverse_path
    await customer.send(sender, letter.recipient, letters.build(letter))


async def _ticket_of(company: Cast, thread: Thread) -> int:
    """The ticket of the thread's last message, as soon as it is filed."""

    def find(session: Session) -> int | None:
        query = select(Message.ticket_id).where(
            Message.organisation_id == company.organisation_id, col(Message.message_id) == thread.ids[-1]
        )
        return session.exec(query).first()

    return await until(find, f"{thread.ids[-1]} was not filed")


async def _answer(scene: Scene, thread: Thread, who: Actor, ticket_id: int) -> None:
    def write(session: Session) -> Message:
        draft = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=who)
        html = "".join(f"<p>{paragraph}</p>" for paragraph in scene.text.split("\n\n"))
        writing = Writing(
            alias_id=draft.alias_id, to=draft.to, cc=draft.cc, subject=draft.subject, html=html, text=scene.text
        )
        draft = drafts.save(session, draft.id or 0, writing, version=draft.version, actor=who)
        return replies.send(session, draft.id or 0, undo_seconds=0, confirm=True, actor=who)

    message = await database.call(write)
    thread.ids.append(message.message_id)
    thread.answer = scene.text
    await until(lambda session: delivered(session, message), f"{message.message_id} was not delivered")


def _work(session: Session, scene: Scene, company: Cast, ticket_id: int) -> None:
    """What members do besides answering: claim, note, tag, and what becomes of the ticket in the end."""
    thread = scene.thread
    assert thread is not None
    sam = company.people["sam"]
    if scene.actor == "claim":
        tickets.claim(session, ticket_id, actor=company.people[scene.text])
    elif scene.actor == "note":
        tickets.note(session, ticket_id, scene.text, actor=sam)
    elif scene.actor == "end":
        for name in thread.story["tags"]:  # type: ignore[attr-defined]
            tickets.tag(session, ticket_id, name, actor=sam)
        if thread.story["priority"] != "normal":
            tickets.set_priority(session, ticket_id, Priority(str(thread.story["priority"])), actor=sam)
        if scene.text == "snoozed":
            tickets.snooze(session, ticket_id, clock.now() + timedelta(days=30), actor=sam)
        elif scene.text:
            tickets.set_status(session, ticket_id, TicketStatus(scene.text), actor=sam)
