"""Dialects A and B: whom an alias writes with, blocking them, and what it could not forward."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.shapes import Moment, Page, Paging, Shape, example, paging
from models import Correspondent, Outbound, OutboundStatus
from services import aliases, database, forwarding, ids

router = APIRouter(tags=["Aliases"])

_CORRESPONDENT: dict[str, Any] = {
    "address": "ann@shop.example",
    "receivedCount": 12,
    "sentCount": 9,
    "lastAt": "2026-11-21T08:58:00.000Z",
    "blocked": False,
}
_FORWARD: dict[str, Any] = {
    "id": "out_5w1c8k3n7p0xv",
    "to": "sam@elsewhere.example",
    "subject": "Where is my order?",
    "status": "failed",
    "reply": "5.1.1 No such user",
    "createdAt": "2026-11-21T08:58:00.000Z",
}


class CorrespondentShape(Shape):
    """Somebody an alias has exchanged mail with; the mail of a blocked one to it is refused."""

    model_config = Shape.model_config | example(**_CORRESPONDENT)
    address: str
    received_count: int
    sent_count: int
    last_at: Moment
    blocked: bool

    @classmethod
    def of(cls, row: Correspondent) -> Self:
        same = ("address", "received_count", "sent_count", "last_at")
        return cls(blocked=row.blocked_at is not None, **{name: getattr(row, name) for name in same})


class Correspondents(Page):
    model_config = Shape.model_config | example(correspondents=[_CORRESPONDENT], page=1, limit=20, total=1)
    correspondents: list[CorrespondentShape]


class ForwardShape(Shape):
    """One message on its way to one address outside, with the last server's words."""

    model_config = Shape.model_config | example(**_FORWARD)
    id: str
    to: str
    subject: str
    status: OutboundStatus
    reply: str
    created_at: Moment

    @classmethod
    def of(cls, row: Outbound) -> Self:
        return cls(
            id=ids.encode("out", row.id or 0),
            to=row.recipient,
            subject=row.subject,
            status=row.status,
            reply=f"{row.enhanced_code} {row.reply}".strip(),
            created_at=row.created_at,
        )


class Forwards(Shape):
    model_config = Shape.model_config | example(forwards=[_FORWARD])
    forwards: list[ForwardShape]


class ForwardPage(Forwards, Page):
    model_config = Shape.model_config | example(forwards=[_FORWARD], page=1, limit=20, total=1)


class Somebody(Shape):
    model_config = Shape.model_config | example(address="ann@shop.example")
    address: str


@router.get("/{id}/correspondents")
def list_correspondents(
    id: str,
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    q: Annotated[str, Query(max_length=300)] = "",
    blocked: bool | None = None,
) -> Correspondents:
    """Whom an alias has exchanged mail with, heard of last first; `blocked` shows only those, or only the others."""
    with database.reading() as session:
        found, total = aliases.correspondents(
            session,
            ids.decode("alias", id),
            q=q,
            blocked=blocked,
            number=paging.page,
            limit=paging.limit,
            actor=actor,
        )
    shown = [CorrespondentShape.of(row) for row in found]
    return Correspondents(correspondents=shown, page=paging.page, limit=paging.limit, total=total)


@router.post("/{id}/block")
def block_correspondent(id: str, body: Somebody, actor: Acting) -> CorrespondentShape:
    """Refuse an address's mail to this alias, also where none has come yet."""
    with database.transaction() as session:
        return CorrespondentShape.of(aliases.block(session, ids.decode("alias", id), body.address, actor=actor))


@router.post("/{id}/unblock")
def unblock_correspondent(id: str, body: Somebody, actor: Acting) -> CorrespondentShape:
    """Take their mail again."""
    with database.transaction() as session:
        return CorrespondentShape.of(aliases.unblock(session, ids.decode("alias", id), body.address, actor=actor))


@router.get("/{id}/forwards")
def list_failed_forwards(id: str, actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> ForwardPage:
    """What an alias could not forward, newest first; it is kept until it is sent again."""
    with database.reading() as session:
        rows = forwarding.failed(session, ids.decode("alias", id), actor=actor)
    return ForwardPage(forwards=[ForwardShape.of(row) for row in paging.of(rows)], **paging.told(len(rows)))


@router.post("/{id}/forwards/retry")
def retry_failed_forwards(id: str, actor: Acting) -> Forwards:
    """Try all of them once more."""
    with database.transaction() as session:
        rows = forwarding.send_again(session, ids.decode("alias", id), actor=actor)
        return Forwards(forwards=[ForwardShape.of(row) for row in rows])
