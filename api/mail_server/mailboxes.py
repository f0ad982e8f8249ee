"""Dialect C: mailboxes that have an address, with quota and flags."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Response

from api.access import Acting
from api.mail_server.shapes import Done, Megabytes, Paging, Shape, limit_of, megabytes, paging
from api.shapes import Moment, example
from services import access, database, mailboxes, passwords
from services.access import Permission
from services.errors import Conflict, Invalid
from services.mailboxes import Addressed, Options

router = APIRouter(prefix="/mailboxes", tags=["Mailboxes"])

_FLAGS: dict[str, Any] = {
    "name": "Ida Example",
    "quota": 1024,
    "active": True,
    "force_pw_update": False,
    "tls_enforce_in": False,
    "tls_enforce_out": True,
}
_SENT = {"domain": "example.com", "local_part": "ida", "password": "correct horse battery", **_FLAGS}
_SHOWN: dict[str, Any] = {
    "id": 2,
    "username": "ida@example.com",
    "domain": "example.com",
    "local_part": "ida",
    **_FLAGS,
    "quota_used": 14.5,
    "percent_in_use": 1,
    "messages": 212,
    "created": "2026-11-21T09:00:00.000Z",
    "modified": None,
}


class MailboxShape(Shape):
    """A mailbox. `quota_used` is in MB, as the quota is; a quota of 0 is none."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: int
    username: str
    domain: str
    local_part: str
    name: str
    quota: int
    active: bool
    force_pw_update: bool
    tls_enforce_in: bool
    tls_enforce_out: bool
    quota_used: float
    percent_in_use: int
    messages: int
    created: Moment
    modified: Moment | None

    @classmethod
    def of(cls, entry: Addressed) -> Self:
        box = entry.mailbox
        used = megabytes(box.used_bytes)
        return cls(
            id=box.id or 0,
            username=entry.address,
            domain=entry.address.rpartition("@")[2],
            local_part=box.local_part or "",
            name=box.name,
            quota=box.quota or 0,
            active=box.active,
            force_pw_update=box.must_change_password,
            tls_enforce_in=box.tls_in,
            tls_enforce_out=box.tls_out,
            quota_used=used,
            percent_in_use=int(100 * used / box.quota) if box.quota else 0,
            messages=box.used_messages,
            created=box.created_at,
            modified=box.updated_at,
        )


class MailboxChange(Shape):
    """Any of these; address and password are given on creation only."""

    model_config = Shape.model_config | example(name="Ida E.", quota=2048)
    active: bool = True
    name: str = ""
    quota: Megabytes = 0
    force_pw_update: bool = False
    tls_enforce_in: bool = False
    tls_enforce_out: bool = False
    domain: str | None = None
    local_part: str | None = None
    password: str | None = None

    def options(self) -> Options:
        sent = self.sent(force_pw_update="must_change_password", tls_enforce_in="tls_in", tls_enforce_out="tls_out")
        if "quota" in sent:
            sent["quota"] = limit_of(sent["quota"])
        options: Options = {name: value for name, value in sent.items() if name in Options.__annotations__}  # type: ignore[assignment]
        return options


class NewMailbox(MailboxChange):
    model_config = Shape.model_config | example(**_SENT)
    active: bool
    domain: str
    local_part: str
    name: str
    password: str
    quota: Megabytes


@router.get("")
def list_mailboxes(actor: Acting, paging: Annotated[Paging, Depends(paging)], response: Response) -> list[MailboxShape]:
    """Every mailbox that has an address, by that; a page of them where `limit` is given."""
    with database.reading() as session:
        return [MailboxShape.of(entry) for entry in paging.of(mailboxes.addressed(session, actor=actor), response)]


@router.post("")
def add_mailbox(body: NewMailbox, actor: Acting) -> Done:
    """Add a mailbox. Its address receives at once, and signs in with the password to submit mail."""
    access.require(actor, Permission.MANAGE_MAILBOXES)  # before the password costs anything
    password = passwords.hashed(body.password)
    with database.transaction() as session:
        try:
            mailboxes.create_at(session, body.domain, body.local_part, password=password, actor=actor, **body.options())
        except Conflict as error:
            if error.code == "address_exists":
                error.field = None  # the words are this dialect's own
            raise
    return Done(msg="Mailbox has been added")


@router.get("/{email}")
def get_mailbox(email: str, actor: Acting) -> MailboxShape:
    """One mailbox by its address."""
    with database.reading() as session:
        return MailboxShape.of(mailboxes.with_address(session, email, actor=actor))


@router.put("/{email}")
def update_mailbox(email: str, body: MailboxChange, actor: Acting) -> Done:
    """Change what is sent."""
    access.require(actor, Permission.MANAGE_MAILBOXES)  # whatever is found or not
    with database.transaction() as session:
        entry = mailboxes.with_address(session, email, actor=actor)
        _refuse_fixed(body, entry)
        mailboxes.update(session, entry.mailbox.id or 0, actor=actor, **body.options())
    return Done(msg="Mailbox has been updated")


@router.delete("/{email}")
def delete_mailbox(email: str, actor: Acting, heir: str = "") -> Done:
    """Remove a mailbox; its conversations, and aliases that lead to it, go to the mailbox whose address is `heir`, or
    else to the oldest one there is and to what is their domain's default."""
    access.require(actor, Permission.MANAGE_MAILBOXES)  # whatever is found or not
    with database.transaction() as session:
        entry = mailboxes.with_address(session, email, actor=actor)
        heir_id = mailboxes.with_address(session, heir, actor=actor).mailbox.id if heir else None
        mailboxes.remove(session, entry.mailbox.id or 0, heir_id=heir_id, actor=actor)
    return Done(msg="Mailbox has been deleted")


def _refuse_fixed(body: MailboxChange, entry: Addressed) -> None:
    """Raises Invalid for a change of what is given on creation only, rather than pass it over in silence."""
    now = {"domain": entry.address.rpartition("@")[2], "local_part": entry.mailbox.local_part, "password": None}
    for name, value in now.items():
        sent = getattr(body, name)
        if sent is not None and sent.strip().lower() != value:
            raise Invalid("This is given on creation only.", code=f"fixed_{name}", field=name)
