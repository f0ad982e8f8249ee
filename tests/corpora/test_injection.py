"""Hostile words in every place that people type in, from the composer through the queue to a recording relay.

RELIABILITY B32: at the sink the names of the fields and the envelope's recipients equal the plan for all of them.
"""

import json
import re
from pathlib import Path

from sqlmodel import Session

from models import Alias, Draft, DraftKind, Ticket
from services import clock, database, replies
from services.flows.relay import Parcel
from services.flows.relay.receipt import replied
from services.templates import Source
from services.templates.fields import gather
from services.templates.rendering import fill
from tests.services.desk import Desk, desk
from tests.services.flows.delivery.conftest import Recording, deliver

__all__ = ["desk"]
BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\ud800"]
HOSTILE = [
    *(f"x{each}Bcc: thief@evil.test" for each in BREAKS),
    *(f"x{each}{each}body" for each in BREAKS),
    *(f'{each}"<thief@evil.test>,' for each in BREAKS),
    "<thief@evil.test>",
    "x, thief@evil.test",
    '"',
    "\\",
    "=?utf-8?q?=0D=0ABcc:_thief=40evil.test?=",
    "{{ 7 | times: 7 }}",
    "\r\n.\r\nMAIL FROM:<thief@evil.test>\r\n",
    "x" * 5_000,
    "ü" * 5_000,
]
MERGE = "{}{{{{ words | default: '' }}}}{}"
NAMES = ["From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
RECIPIENTS = ["to@customer.example", "cc@customer.example", "bcc@customer.example"]


def queue(session: Session, desk: Desk, text: str, number: int) -> None:
    """A new mail with `text` as the alias's name, in the subject by a merge field, as names and as the text."""
    alice = desk.people.alice
    stored = _storable(text)
    session.get_one(Alias, desk.alias_id).display_name = stored[:200]
    ticket = session.get_one(Ticket, desk.ticket_id)
    known = gather(session, to=None, ticket=ticket, variables={"words": text.replace("\ud800", "?")}, actor=alice)
    filled = fill(Source(*[MERGE.format(*place) for place in (("", ""), ("<p>", "</p>"), ("", ""))]), known)
    to, cc, bcc = ([{"name": stored, "address": address}] for address in RECIPIENTS)
    draft = Draft(
        organisation_id=alice.organisation_id,
        author_id=alice.user_id or 0,
        kind=DraftKind.NEW,
        alias_id=desk.alias_id,
        to=to,
        cc=cc,
        bcc=bcc,
        subject=_storable(filled.subject if number % 2 else text)[:998],
        text=_storable(filled.text) or "x",
        html=_storable(filled.html) or "<p>x</p>",
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    replies.send(session, draft.id or 0, undo_seconds=0, actor=alice)


def _storable(text: str) -> str:
    """As a database takes it: the doors refuse the rest."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


def names_of(content: bytes) -> list[str]:
    """The names of the fields as a server counts them: whatever begins a line of the header section."""
    head = content.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


async def test_no_words_change_the_plan(corpora: Path, desk: Desk) -> None:
    strings = json.loads((corpora / "naughty-strings" / "blns.json").read_text()) + HOSTILE
    assert len(strings) > 240 + len(BREAKS)
    with database.transaction() as session:
        for number, text in enumerate(strings):
            queue(session, desk, text, number)
    relay = Recording(lambda parcel: replied(250, "2.0.0 OK", host="mx"))
    await deliver(relay)
    mails: dict[bytes, list[Parcel]] = {}
    for parcel in relay.parcels:
        mails.setdefault(identity(parcel.content), []).append(parcel)
    assert len(mails) == len(strings)
    for parcels in mails.values():
        assert sorted(each.recipient for each in parcels) == sorted(RECIPIENTS)
        assert {each.reverse_path.partition("@")[2] for each in parcels} == {"acme.test"}
        content = parcels[0].content
        assert [name for name in names_of(content) if name not in {"Received", "DKIM-Signature"}] == NAMES, content[
            :900
        ]
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", content)


def identity(content: bytes) -> bytes:
    found = re.search(rb"^Message-ID: (\S+)", content, re.MULTILINE)
    assert found
    return found[1]
