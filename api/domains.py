"""Dialect B: domains, the records they need, and looking those up."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.shapes import Deleted, Flag, Moment, Page, Paging, Shape, example, paging
from models import Domain, DomainStatus, KeyState
from services import database, domains, ids
from services.domains import DomainEntry, Record, RecordStatus, Report, Rotation, Stage

router = APIRouter(prefix="/domains", tags=["Domains"])

_SHOWN: dict[str, Any] = {
    "id": "dom_5w1c8k3n7p0xv",
    "domain": "example.com",
    "status": "active",
    "verified": True,
    "createdAt": "2026-11-21T09:00:00.000Z",
}
_RECORD: dict[str, Any] = {
    "key": "spf",
    "type": "TXT",
    "name": "example.com",
    "value": "v=spf1 a:mail.example.net mx ~all",
    "priority": None,
    "purpose": "Says that this server may send for the domain.",
    "required": False,
    "status": "missing",
    "found": [],
    "explanation": "",
    "optional": False,
    "drifted": False,
    "selector": None,
    "keyState": None,
}

_ROTATION: dict[str, Any] = {
    "stage": "publish",
    "selectors": ["mailroom2", "mailroom2-ed"],
    "until": None,
    "missing": ["mailroom2-ed", "mailroom2"],
}


class DomainShape(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    domain: str
    status: DomainStatus
    verified: bool
    created_at: Moment

    @classmethod
    def of(cls, row: Domain, **more: Any) -> Self:
        return cls(
            id=ids.encode("dom", row.id or 0),
            domain=row.name,
            status=row.status,
            verified=row.status is DomainStatus.ACTIVE,
            created_at=row.created_at,
            **more,
        )


class DomainDetail(DomainShape):
    model_config = Shape.model_config | example(**_SHOWN, aliasCount=3)
    alias_count: int

    @classmethod
    def of_entry(cls, entry: DomainEntry) -> Self:
        return cls.of(entry.domain, alias_count=entry.alias_count)


class Domains(Page):
    model_config = Shape.model_config | example(domains=[_SHOWN], page=1, limit=20, total=1)
    domains: list[DomainShape]


class RecordShape(Shape):
    """A DNS record to set, and what the last look-up found in its place. `drifted`: it was right once; `selector` and
    `keyState` (pending, active, retired) are those of a DKIM key."""

    model_config = Shape.model_config | example(**_RECORD)
    key: str
    type: str
    name: str
    value: str
    priority: int | None
    purpose: str
    required: bool
    status: RecordStatus
    found: list[str]
    explanation: str
    optional: bool
    drifted: bool
    selector: str | None
    key_state: KeyState | None

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls.model_validate(record, from_attributes=True)


class MxRecord(Shape):
    priority: int
    value: str


class Proof(Shape):
    type: str
    name: str
    value: str


class NewDomain(Shape):
    model_config = Shape.model_config | example(domain="example.com")
    domain: str


class AddedDomain(Shape):
    """The new domain with everything to set at its DNS."""

    model_config = Shape.model_config | example(
        id="dom_5w1c8k3n7p0xv",
        domain="example.com",
        status="pending_verification",
        mxRecords=[{"priority": 10, "value": "mail.example.net"}],
        verification={"type": "TXT", "name": "_mailroom.example.com", "value": "mailroom-verification=k3J…"},
        records=[_RECORD],
    )
    id: str
    domain: str
    status: DomainStatus
    mx_records: list[MxRecord]
    verification: Proof
    records: list[RecordShape]

    @classmethod
    def of_report(cls, report: Report) -> Self:
        row, records = report.domain, report.records
        proof = next(record for record in records if record.key == "ownership")
        return cls(
            id=ids.encode("dom", row.id or 0),
            domain=row.name,
            status=row.status,
            mx_records=[
                MxRecord(priority=record.priority or 0, value=record.value) for record in records if record.type == "MX"
            ],
            verification=Proof(type=proof.type, name=proof.name, value=proof.value),
            records=[RecordShape.of(record) for record in records],
        )


class RotationShape(Shape):
    """Where the rotation of the DKIM keys stands: `none`; `publish` the next ones' records; `switch` to them; `keep`
    the old records `until` then; `remove` them. `selectors` are those of the next keys, later of the old ones;
    `missing` those whose record has not been found yet."""

    model_config = Shape.model_config | example(**_ROTATION)
    stage: Stage
    selectors: list[str]
    until: Moment | None
    missing: list[str]

    @classmethod
    def of(cls, rotation: Rotation) -> Self:
        return cls.model_validate(rotation, from_attributes=True)


class CheckedDomain(DomainShape):
    model_config = Shape.model_config | example(
        **_SHOWN, checkedAt="2026-11-21T09:05:00.000Z", records=[_RECORD], rotation=_ROTATION
    )
    checked_at: Moment | None
    records: list[RecordShape]
    rotation: RotationShape

    @classmethod
    def of_report(cls, report: Report) -> Self:
        return cls.of(
            report.domain,
            checked_at=report.domain.checked_at,
            records=[RecordShape.of(record) for record in report.records],
            rotation=RotationShape.of(report.rotation),
        )


class DomainChange(Shape):
    model_config = Shape.model_config | example(suspended=True)
    suspended: Flag


@router.get("")
def list_domains(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Domains:
    """The organisation's domains by name."""
    with database.reading() as session:
        found = [entry.domain for entry in domains.all(session, actor=actor)]
    rows = found[paging.offset : paging.offset + paging.limit]
    shown = [DomainShape.of(row) for row in rows]
    return Domains(domains=shown, page=paging.page, limit=paging.limit, total=len(found))


@router.post("", status_code=201)
def add_domain(body: NewDomain, actor: Acting) -> AddedDomain:
    """Add a domain. It receives at once; it is verified when the TXT record is found."""
    with database.transaction() as session:
        added = domains.add(session, body.domain, actor=actor)
        return AddedDomain.of_report(domains.report(session, added.id or 0, actor=actor))


@router.get("/{id}")
def get_domain(id: str, actor: Acting) -> DomainDetail:
    """One domain."""
    with database.reading() as session:
        return DomainDetail.of_entry(domains.get(session, ids.decode("dom", id), actor=actor))


@router.get("/{id}/records")
def get_domain_records(id: str, actor: Acting) -> CheckedDomain:
    """The records to set and what the last look-up found."""
    with database.reading() as session:
        return CheckedDomain.of_report(domains.report(session, ids.decode("dom", id), actor=actor))


@router.post("/{id}/verify")
async def verify_domain(id: str, actor: Acting) -> CheckedDomain:
    """Look the records up now."""
    return CheckedDomain.of_report(await domains.check(ids.decode("dom", id), actor=actor))


@router.post("/{id}/rotation", status_code=201)
async def begin_rotation(id: str, actor: Acting) -> CheckedDomain:
    """Make the next DKIM keys; publish their records, and `switch` once a look-up has found them."""
    number = ids.decode("dom", id)
    await domains.begin(number, actor=actor)
    return CheckedDomain.of_report(await database.read(domains.report, number, actor=actor))


@router.post("/{id}/rotation/switch")
def switch_rotation(id: str, actor: Acting) -> CheckedDomain:
    """Sign with the next keys from now on; the old records have to stay for a week."""
    number = ids.decode("dom", id)
    with database.transaction() as session:
        domains.switch(session, number, actor=actor)
        return CheckedDomain.of_report(domains.report(session, number, actor=actor))


@router.delete("/{id}/rotation")
def cancel_rotation(id: str, actor: Acting) -> CheckedDomain:
    """Give the next keys up before they sign."""
    number = ids.decode("dom", id)
    with database.transaction() as session:
        domains.cancel(session, number, actor=actor)
        return CheckedDomain.of_report(domains.report(session, number, actor=actor))


@router.patch("/{id}")
def update_domain(id: str, body: DomainChange, actor: Acting) -> DomainShape:
    """Suspend a domain (it refuses mail), or let it go on."""
    with database.transaction() as session:
        return DomainShape.of(domains.update(session, ids.decode("dom", id), suspended=body.suspended, actor=actor))


@router.delete("/{id}")
def delete_domain(id: str, actor: Acting, force: Annotated[bool, Query()] = False) -> Deleted:
    """Remove a domain; with `force` its aliases too."""
    with database.transaction() as session:
        domains.remove(session, ids.decode("dom", id), force=force, actor=actor)
        return Deleted(id=id)
