"""Dialect C: aliases by number, each with the list of addresses it leads to."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Response

from api import errors
from api.access import Acting
from api.mail_server.shapes import Added, Done, Number, Paging, Shape, paging
from api.shapes import Moment, example
from models import AliasStatus
from services import access, aliases, database
from services.access import Actor, Permission
from services.aliases import AliasEntry, Options
from services.errors import Conflict, Invalid

router = APIRouter(prefix="/aliases", tags=["Aliases"])

_SENT: dict[str, Any] = {
    "address": "sales@example.com",
    "goto": "ida@example.com,partner@example.net",
    "active": True,
    "private_comment": "",
    "public_comment": "The shop's sales",
}
_SHOWN = {
    "id": 7,
    **_SENT,
    "domain": "example.com",
    "is_catch_all": False,
    "messages": 128,
    "created": "2026-11-21T09:00:00.000Z",
    "modified": None,
}


class MailAlias(Shape):
    """An alias; `goto` is a comma list."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: int
    address: str
    goto: str
    active: bool
    private_comment: str
    public_comment: str
    domain: str
    is_catch_all: bool
    messages: int
    created: Moment
    modified: Moment | None

    @classmethod
    def of(cls, entry: AliasEntry, goto: list[str]) -> Self:
        row = entry.alias
        is_catch_all = row.local_part == aliases.CATCH_ALL
        return cls(
            id=row.id or 0,
            address=entry.address.removeprefix(aliases.CATCH_ALL) if is_catch_all else entry.address,
            goto=",".join(goto),
            active=row.status is AliasStatus.ACTIVE,
            private_comment=row.private_comment,
            public_comment=row.public_comment,
            domain=entry.address.rpartition("@")[2],
            is_catch_all=is_catch_all,
            messages=row.received_count,
            created=row.created_at,
            modified=row.updated_at,
        )


class MailAliasChange(Shape):
    """Any of these; the address is given on creation only."""

    model_config = Shape.model_config | example(active=False)
    address: str | None = None
    goto: str = ""
    active: bool = True
    private_comment: str = ""
    public_comment: str = ""

    def options(self, session: Any, actor: Actor, *, shown: list[str] | None = None) -> Options:
        """`shown` is where it leads now, as far as addresses tell: a queue has none, and stays if they come back."""
        sent = self.sent()
        options: Options = {}
        goto = [each.strip() for each in self.goto.split(",") if each.strip()]
        if "goto" in sent and goto != shown:
            options = aliases.leading_to(session, goto, actor=actor)
        if "active" in sent:
            options["status"] = AliasStatus.ACTIVE if self.active else AliasStatus.DISABLED
        if "private_comment" in sent:
            options["private_comment"] = self.private_comment
        if "public_comment" in sent:
            options["public_comment"] = self.public_comment
        return options


class NewMailAlias(MailAliasChange):
    """`@example.com` is the catch-all of a domain."""

    model_config = Shape.model_config | example(**_SENT)
    address: str
    goto: str
    active: bool


@router.get("")
def list_mail_aliases(actor: Acting, paging: Annotated[Paging, Depends(paging)], response: Response) -> list[MailAlias]:
    """Every alias by address; a page of them where `limit` is given."""
    with database.reading() as session:
        entries = paging.of(aliases.all(session, actor=actor), response)
        goto = aliases.leads_to(session, entries, actor=actor)
        return [MailAlias.of(entry, goto[entry.alias.id or 0]) for entry in entries]


@router.post("")
def add_mail_alias(body: NewMailAlias, actor: Acting) -> Added:
    """Add an alias of mailboxes and members of ours, or of addresses outside."""
    access.require(actor, Permission.MANAGE_ALIASES)
    with database.transaction() as session:
        try:
            options = body.options(session, actor)
            with errors.naming(local_part="address", domain="address"):
                entry = aliases.add_address(session, body.address, actor=actor, **options)
        except Conflict as error:
            if not error.code.endswith("_exists"):
                raise
            raise Conflict(f"Resource already exists: {body.address}.", code=error.code) from error
        return Added(msg="Alias has been added", id=entry.alias.id or 0)


@router.get("/{id}")
def get_mail_alias(id: Number, actor: Acting) -> MailAlias:
    """One alias by its number."""
    with database.reading() as session:
        entry = aliases.get(session, id, actor=actor)
        return MailAlias.of(entry, aliases.leads_to(session, [entry], actor=actor)[id])


@router.put("/{id}")
def update_mail_alias(id: Number, body: MailAliasChange, actor: Acting) -> Done:
    """Change what is sent."""
    access.require(actor, Permission.MANAGE_ALIASES)  # whatever is found or not
    with database.transaction() as session:
        entry = aliases.get(session, id, actor=actor)
        known = {entry.address, entry.address.removeprefix(aliases.CATCH_ALL)}
        if body.address is not None and body.address.strip().lower() not in known:
            raise Invalid("The address is given on creation only.", code="fixed_address", field="address")
        shown = aliases.leads_to(session, [entry], actor=actor)[id]
        aliases.update(session, id, actor=actor, **body.options(session, actor, shown=shown))
    return Done(msg="Alias has been updated")


@router.delete("/{id}")
def delete_mail_alias(id: Number, actor: Acting) -> Done:
    """Remove an alias; its conversations stay."""
    access.require(actor, Permission.MANAGE_ALIASES)  # whatever is found or not
    with database.transaction() as session:
        aliases.remove(session, id, actor=actor)
    return Done(msg="Alias has been deleted")
