"""Dialect A, ours: addresses nothing is sent to."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api import errors
from api.access import Acting
from api.shapes import Deleted, Moment, Shape, example
from models import Suppression, SuppressionReason
from services import database, ids, suppressions

router = APIRouter(prefix="/suppressions", tags=["Suppressions"])
PIECE = 1_000
LONGEST_FILE = 20_000_000  # characters

_SHOWN: dict[str, Any] = {
    "id": "suppression_5c9k2m7x1p4ts",
    "address": "gone@example.net",
    "reason": "hard_bounce",
    "detail": "550 5.1.1 User unknown",
    "reportId": "email_2h6d8s0v4n7qa",
    "createdAt": "2026-11-21T09:00:00.000Z",
    "expiresAt": None,
}


class SuppressionShape(Shape):
    """`reportId` is the message that led here, if one did; without `expiresAt` it is for good."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    address: str
    reason: SuppressionReason
    detail: str
    report_id: str | None
    created_at: Moment
    expires_at: Moment | None

    @classmethod
    def of(cls, row: Suppression) -> Self:
        return cls(
            id=ids.encode("suppression", row.id or 0),
            address=row.address,
            reason=row.reason,
            detail=row.detail,
            report_id=ids.encode("email", row.report_id) if row.report_id else None,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


class Suppressions(Shape):
    model_config = Shape.model_config | example(suppressions=[_SHOWN], cursor=None)
    suppressions: list[SuppressionShape]
    cursor: str | None


class Added(Shape):
    model_config = Shape.model_config | example(suppressions=[_SHOWN])
    suppressions: list[SuppressionShape]


class Adding(Shape):
    """At most 1,000 addresses; those on the list already take the new reason and end."""

    model_config = Shape.model_config | example(addresses=["gone@example.net"], reason="manual", detail="By phone")
    addresses: list[str]
    reason: SuppressionReason = SuppressionReason.MANUAL
    detail: str = ""
    expires_at: Moment | None = None


class Import(Shape):
    """A CSV file as text, with a heading `address` or `email`, or one address a line."""

    model_config = Shape.model_config | example(csv="address,reason\r\ngone@example.net,hard_bounce\r\n")
    csv: str = Field(max_length=LONGEST_FILE)


class Imported(Shape):
    model_config = Shape.model_config | example(added=1, known=0, wrong=0)
    added: int
    known: int
    wrong: int


@router.get("")
def list_suppressions(
    actor: Acting,
    q: Annotated[str, Query(max_length=200)] = "",
    reason: SuppressionReason | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Suppressions:
    """Addresses that contain `q`, newest first; `cursor` of one page gets the next."""
    before = ids.decode("suppression", cursor) if cursor else None
    with database.reading() as session:
        page = suppressions.page(session, q=q, reason=reason, before=before, limit=limit, actor=actor)
    following = ids.encode("suppression", page.before) if page.before else None
    return Suppressions(suppressions=[SuppressionShape.of(line.suppression) for line in page.lines], cursor=following)


@router.post("", status_code=201)
def add_suppressions(body: Adding, actor: Acting) -> Added:
    """Send nothing more to these addresses."""
    with database.transaction() as session:
        rows = suppressions.add(
            session,
            body.addresses,
            reason=body.reason,
            detail=body.detail,
            expires_at=body.expires_at,
            actor=actor,
        )
        return Added(suppressions=[SuppressionShape.of(row) for row in rows])


@router.post("/import")
def import_suppressions(body: Import, actor: Acting) -> Imported:
    """Add the addresses of a CSV file; those on the list stay as they are."""
    with errors.naming(file="csv"):
        found = suppressions.read(body.csv.encode())
        with database.transaction() as session:
            done = suppressions.import_csv(session, found, actor=actor)
    return Imported(added=done.added, known=done.known, wrong=done.wrong)


class Csv(Response):
    media_type = "text/csv"


@router.get("/export", response_class=Csv)
def export_suppressions(actor: Acting) -> Response:
    """The whole list as a CSV file."""
    pieces, before = [suppressions.heading()], None
    with database.reading() as session:
        while True:
            page = suppressions.page(session, before=before, limit=PIECE, actor=actor)
            pieces.append(suppressions.lines([line.suppression for line in page.lines]))
            before = page.before
            if before is None:
                return Csv("".join(pieces))


@router.get("/{id}")
def get_suppression(id: str, actor: Acting) -> SuppressionShape:
    """One address of the list."""
    with database.reading() as session:
        return SuppressionShape.of(suppressions.get(session, ids.decode("suppression", id), actor=actor))


@router.delete("/{id}")
def delete_suppression(id: str, actor: Acting) -> Deleted:
    """Write to this address again."""
    with database.transaction() as session:
        suppressions.remove(session, [ids.decode("suppression", id)], actor=actor)
        return Deleted(id=id)
