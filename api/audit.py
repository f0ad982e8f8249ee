"""Dialect A, ours: what was changed, by whom."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Query

from api.access import Acting
from api.shapes import Moment, Shape, example
from models import AuditEntry
from services import audit, database, ids

router = APIRouter(prefix="/audit", tags=["Audit"])

_SHOWN: dict[str, Any] = {
    "id": "audit_9s2d4f6g8h1jk",
    "at": "2026-11-21T09:00:00.000Z",
    "memberId": "user_4f0c1n8b2k7qe",
    "memberName": "Ann Example",
    "action": "changed",
    "kind": "alias",
    "name": "support@example.com",
    "summary": "changed alias support@example.com: status active → disabled",
    "before": {"status": "active"},
    "after": {"status": "disabled"},
}


class EntryShape(Shape):
    """One change. What is secret is dots on both sides; `memberId` is null for what the program did by itself."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    at: Moment
    member_id: str | None
    member_name: str
    action: str
    kind: str
    name: str
    summary: str
    before: dict[str, Any]
    after: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        return cls(
            id=ids.encode("audit", entry.id or 0),
            at=entry.at,
            member_id=ids.encode("user", entry.actor_id) if entry.actor_id else None,
            member_name=entry.actor_name,
            action=entry.action,
            kind=entry.subject,
            name=entry.subject_name,
            summary=audit.sentence(entry),
            before=entry.before,
            after=entry.after,
        )


class Entries(Shape):
    model_config = Shape.model_config | example(entries=[_SHOWN], cursor=None)
    entries: list[EntryShape]
    cursor: str | None


@router.get("")
def list_audit(
    actor: Acting,
    member_id: Annotated[str | None, Query(alias="memberId")] = None,
    kind: Annotated[str, Query(max_length=32)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    since: Moment | None = None,
    until: Moment | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Entries:
    """Changes of what is configured, newest first; `cursor` of one page gets the next. `q` looks into names and
    values; `since` includes its moment, `until` does not."""
    wanted = audit.Filter(ids.decode("user", member_id) if member_id else None, kind, q, since, until)
    before = ids.decode("audit", cursor) if cursor else None
    with database.reading() as session:
        page = audit.entries(session, wanted, before=before, limit=limit, actor=actor)
    following = ids.encode("audit", page.before) if page.before else None
    return Entries(entries=[EntryShape.of(entry) for entry in page.entries], cursor=following)
