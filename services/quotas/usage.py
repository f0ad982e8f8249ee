"""What mailboxes hold, counted in the transaction that files or deletes a message, and notices before one is full."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from models import Mailbox, Message, NoticeLevel
from services import notices
from services.notices import Trouble

MEGABYTE = 1 << 20
FULL = 100
MARKS = (80, 95, FULL)  # per cent, each with a notice
_table = SQLModel.metadata.tables[str(Mailbox.__tablename__)]
_USE = (  # built once: every batch of mail runs it
    sa.update(_table)
    .where(_table.c.id == sa.bindparam("b_id"))
    .values(
        used_bytes=_table.c.used_bytes + sa.bindparam("size"),
        used_messages=_table.c.used_messages + sa.bindparam("messages"),
    )
    .returning(_table.c.quota, _table.c.used_bytes, _table.c.organisation_id)
)


def use(session: Session, more: Mapping[int, tuple[int, int]]) -> set[int]:
    """Count messages and bytes more (or fewer) by mailbox; the organisations of those that became full, or have room
    again: their listeners must be told.

    An addition in the database itself, so that no two writers lose each other's; in one order, so that none waits
    for another in a circle.
    """
    turned: set[int] = set()
    for mailbox_id, (messages, size) in sorted(more.items()):
        more_of_it = {"b_id": mailbox_id, "size": size, "messages": messages}
        row = session.connection().execute(_USE, more_of_it).first()
        if row is not None and row.quota is not None:
            before, after = _mark(row.used_bytes - size, row.quota), _mark(row.used_bytes, row.quota)
            if before != after:
                note(session, mailbox_id)
            if (before == FULL) != (after == FULL):
                turned.add(row.organisation_id)
    return turned


def give_back(session: Session, tickets: Collection[int]) -> set[int]:
    """Before the messages of `tickets` are deleted for good: their mailboxes have that room again; as `use`."""
    sums = (
        sa.select(col(Message.mailbox_id), sa.func.count(), sa.func.sum(col(Message.size)))
        .where(col(Message.ticket_id).in_(tickets), col(Message.mailbox_id).is_not(None))
        .group_by(col(Message.mailbox_id))
    )
    return use(session, {line[0] or 0: (-line[1], -int(line[2])) for line in session.connection().execute(sums)})


def note(session: Session, mailbox_id: int) -> None:
    """Open, change or close the notice about how full a mailbox is."""
    box = session.get(Mailbox, mailbox_id, populate_existing=True)
    if box is None:
        return
    trouble = Trouble(box.organisation_id, "quota", mailbox_id)
    mark = _mark(box.used_bytes, box.quota)
    if not mark:
        notices.close(session, trouble)
        return
    title = f"The mailbox {box.name} is full" if mark == FULL else f"The mailbox {box.name} is more than {mark} % full"
    text = "Senders are told to try again later." if mark == FULL else "When it is full, senders are sent away."
    text += f" It holds {box.used_bytes / MEGABYTE:,.1f} of {box.quota:,} MB."
    level = NoticeLevel.ERROR if mark == FULL else NoticeLevel.WARNING
    notices.open(session, trouble, title, text=text, link=f"/mailboxes/{mailbox_id}", level=level)


def _mark(used: int, quota: int | None) -> int:
    """The highest of MARKS that `used` has reached; 0 for none."""
    if quota is None:
        return 0
    return max((mark for mark in MARKS if used * 100 >= quota * MEGABYTE * mark), default=0)
