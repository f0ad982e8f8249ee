"""Dialect C: domains and their limits."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Response

from api.access import Acting
from api.mail_server.shapes import Count, Done, Megabytes, Paging, Shape, limit_of, megabytes, paging
from api.shapes import Moment, example
from models import DomainStatus
from services import access, database, domains
from services.access import Permission
from services.domains import DomainEntry, Limits
from services.errors import Conflict, Invalid, NotFound

router = APIRouter(prefix="/domains", tags=["Domains"])

_SENT: dict[str, Any] = {
    "domain": "example.com",
    "active": True,
    "aliases": 400,
    "mailboxes": 10,
    "maxquota": 3072,
    "quota": 10240,
    "defquota": 1024,
    "backupmx": False,
    "description": "The shop",
}
_SHOWN: dict[str, Any] = {
    "id": 1,
    **_SENT,
    "aliases_used": 3,
    "mailboxes_used": 2,
    "quota_used": 14.5,
    "messages": 212,
    "created": "2026-11-21T09:00:00.000Z",
    "modified": None,
}


class MailDomain(Shape):
    """A domain. `quota_used` is in MB, as the limits are; null is no limit."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: int
    domain: str
    active: bool
    aliases: int | None
    mailboxes: int | None
    maxquota: int
    quota: int
    defquota: int
    backupmx: bool
    description: str
    aliases_used: int
    mailboxes_used: int
    quota_used: float
    messages: int
    created: Moment
    modified: Moment | None

    @classmethod
    def of(cls, entry: DomainEntry) -> Self:
        row, held = entry.domain, entry.held
        return cls(
            id=row.id or 0,
            domain=row.name,
            active=row.status is not DomainStatus.SUSPENDED,
            aliases=row.max_aliases,
            mailboxes=row.max_mailboxes,
            maxquota=row.max_quota or 0,
            quota=row.quota or 0,
            defquota=row.default_quota or 0,
            backupmx=row.is_backup,
            description=row.description,
            aliases_used=held.aliases,
            mailboxes_used=held.mailboxes,
            quota_used=megabytes(held.used_bytes),
            messages=held.used_messages,
            created=row.created_at,
            modified=row.updated_at,
        )


class MailDomainChange(Shape):
    """Any of these; what is left out stays as it is. The name is given on creation only."""

    model_config = Shape.model_config | example(quota=20480, active=True)
    domain: str | None = None
    active: bool = True
    aliases: Count | None = None
    mailboxes: Count | None = None
    maxquota: Megabytes | None = None
    quota: Megabytes | None = None
    defquota: Megabytes | None = None
    backupmx: bool = False
    description: str = ""

    def limits(self) -> Limits:
        sent = self.sent(
            aliases="max_aliases",
            mailboxes="max_mailboxes",
            maxquota="max_quota",
            defquota="default_quota",
            backupmx="is_backup",
        )
        for name in {"max_quota", "quota", "default_quota"} & sent.keys():
            sent[name] = limit_of(sent[name])
        limits: Limits = {name: value for name, value in sent.items() if name in Limits.__annotations__}  # type: ignore[assignment]
        return limits


class NewMailDomain(MailDomainChange):
    model_config = Shape.model_config | example(**_SENT)
    domain: str
    active: bool
    aliases: Count
    mailboxes: Count
    maxquota: Megabytes
    quota: Megabytes


@router.get("")
def list_mail_domains(
    actor: Acting, paging: Annotated[Paging, Depends(paging)], response: Response
) -> list[MailDomain]:
    """Every domain by name, with its limits and what it holds; a page of them where `limit` is given."""
    with database.reading() as session:
        return [MailDomain.of(entry) for entry in paging.of(domains.all(session, actor=actor), response)]


@router.post("")
def add_mail_domain(body: NewMailDomain, actor: Acting) -> Done:
    """Add a domain. `defquota` ≤ `maxquota` ≤ `quota`; an inactive domain receives nothing."""
    with database.transaction() as session:
        try:
            domain = domains.add(session, body.domain, actor=actor, **body.limits())
        except Conflict as error:
            raise Conflict(f"Resource already exists: {body.domain}.", code=error.code) from error
        if not body.active:
            domains.update(session, domain.id or 0, suspended=True, actor=actor)
    return Done(msg="Domain has been added to system")


@router.get("/{domain}")
def get_mail_domain(domain: str, actor: Acting) -> MailDomain:
    """One domain."""
    with database.reading() as session:
        return MailDomain.of(domains.get(session, _number(session, domain, actor), actor=actor))


@router.put("/{domain}")
def update_mail_domain(domain: str, body: MailDomainChange, actor: Acting) -> Done:
    """Change what is sent. No limit goes below what the domain holds already."""
    access.require(actor, Permission.MANAGE_DOMAINS)  # whatever is found or not
    with database.transaction() as session:
        number = _number(session, domain, actor)
        if body.domain is not None and body.domain.strip().lower() != domain.lower():
            raise Invalid("The name is given on creation only.", code="fixed_domain", field="domain")
        suspended = not body.active if "active" in body.model_fields_set else None
        domains.update(session, number, suspended=suspended, actor=actor, **body.limits())
    return Done(msg="Domain has been updated")


@router.delete("/{domain}")
def delete_mail_domain(domain: str, actor: Acting, force: bool = False) -> Done:
    """Remove a domain. While it holds mailboxes or aliases this takes `force=1`, and they go with it."""
    access.require(actor, Permission.MANAGE_DOMAINS)  # whatever is found or not
    with database.transaction() as session:
        domains.remove(session, _number(session, domain, actor), force=force, actor=actor)
    return Done(msg="Domain has been deleted")


def _number(session: Any, name: str, actor: Acting) -> int:
    """Raises NotFound, also for what is no name at all: there is nothing at such a path."""
    try:
        return domains.named(session, name, actor=actor).id or 0
    except Invalid:
        raise NotFound("There is no such domain.") from None
