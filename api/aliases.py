"""Dialects A and B: aliases."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query

from api import alias_mail, errors
from api.access import Acting
from api.shapes import Deleted, Moment, Page, Paging, Shape, Whole, example, paging
from models import AliasStatus, Assignment, DisabledPolicy
from services import aliases, database, ids
from services.aliases import AliasEntry, Options
from services.errors import Invalid

router = APIRouter(prefix="/aliases", tags=["Aliases"])

_SHOWN: dict[str, Any] = {
    "id": "alias_8c4z1k6w2r0pt",
    "email": "support@example.com",
    "localPart": "support",
    "domainId": "dom_5w1c8k3n7p0xv",
    "integrationId": None,
    "status": "active",
    "createdAt": "2026-11-21T09:00:00.000Z",
    "mailboxId": "mbx_3f7d9s1a5g2hj",
    "assigneeIds": [],
    "assignment": "manual",
    "forwardTo": [],
    "displayName": "Example Support",
    "description": "Printed on every invoice.",
    "disabledPolicy": "reject",
    "expiresAt": None,
    "expiresAfter": None,
    "receivedCount": 128,
    "sentCount": 97,
    "lastReceivedAt": "2026-11-21T08:58:00.000Z",
}


class AliasShape(Shape):
    """An alias. The first seven keys are dialect B's."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    email: str
    local_part: str
    domain_id: str
    integration_id: str | None
    status: AliasStatus
    created_at: Moment
    mailbox_id: str | None
    assignee_ids: list[str]
    assignment: Assignment
    forward_to: list[str]
    display_name: str
    description: str
    disabled_policy: DisabledPolicy
    expires_at: Moment | None
    expires_after: int | None
    received_count: int
    sent_count: int
    last_received_at: Moment | None

    @classmethod
    def of(cls, entry: AliasEntry) -> Self:
        row = entry.alias
        same = ("local_part", "status", "created_at", "display_name", "description", "disabled_policy", "assignment")
        more = ("forward_to", "expires_at", "expires_after", "received_count", "sent_count", "last_received_at")
        return cls(
            id=ids.encode("alias", row.id or 0),
            email=entry.address,
            domain_id=ids.encode("dom", row.domain_id),
            integration_id=ids.encode("int", row.integration_id) if row.integration_id else None,
            mailbox_id=ids.encode("mbx", row.mailbox_id) if row.mailbox_id else None,
            assignee_ids=[ids.encode("user", user_id) for user_id in entry.member_ids],
            **{name: getattr(row, name) for name in (*same, *more)},
        )


class Aliases(Page):
    model_config = Shape.model_config | example(aliases=[_SHOWN], page=1, limit=20, total=1)
    aliases: list[AliasShape]


class AliasChange(Shape):
    """Any of these; what is left out stays as it is."""

    model_config = Shape.model_config | example(status="disabled", disabledPolicy="reject")
    status: AliasStatus | None = None
    integration_id: str | None = None
    mailbox_id: str | None = None
    assignee_ids: list[str] | None = None
    assignment: Assignment | None = None
    display_name: str | None = None
    description: str | None = None
    disabled_policy: DisabledPolicy | None = None
    expires_at: Moment | None = None
    expires_after: Whole | None = None
    forward_to: list[str] | None = None
    domain_id: str | None = None
    local_part: str | None = None
    email: str | None = None

    def place(self) -> dict[str, Any]:
        """The address, as far as it was sent."""
        domain_id = ids.decode("dom", self.domain_id) if self.domain_id is not None else None
        return {"email": self.email, "domain_id": domain_id, "local_part": self.local_part}

    def options(self) -> Options:
        """What was sent, ids turned into numbers; null takes an id or a date away and leaves the rest alone."""
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set if name in _OPTIONS}
        chosen = {name: value for name, value in sent.items() if value is not None or name in _CLEARABLE}
        for name, kind in (("integration_id", "int"), ("mailbox_id", "mbx")):
            if chosen.get(name) is not None:
                chosen[name] = ids.decode(kind, chosen[name])
        if "assignee_ids" in chosen:
            chosen["member_ids"] = [ids.decode("user", each) for each in chosen.pop("assignee_ids")]
        options: Options = chosen  # type: ignore[assignment]
        return options


_OPTIONS = frozenset(AliasChange.model_fields) - {"domain_id", "local_part", "email"}
_IN_EMAIL = {"local_part": "email", "domain": "email"}
_CLEARABLE = {"integration_id", "mailbox_id", "expires_at", "expires_after"}


class NewAlias(AliasChange):
    """`domainId` and `localPart`, or the whole address as `email`. `*` is the catch-all, `sales-*` a pattern."""

    model_config = Shape.model_config | example(domainId="dom_5w1c8k3n7p0xv", localPart="support")


@router.get("")
def list_aliases(
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    domain_id: Annotated[str | None, Query(alias="domainId")] = None,
    status: AliasStatus | None = None,
    q: Annotated[str, Query(max_length=300)] = "",
) -> Aliases:
    """Aliases by domain and name; `q` looks in address, display name and description."""
    domain = ids.decode("dom", domain_id) if domain_id else None
    with database.reading() as session:
        found, total = aliases.page(
            session, domain_id=domain, status=status, q=q, number=paging.page, limit=paging.limit, actor=actor
        )
    return Aliases(aliases=[AliasShape.of(entry) for entry in found], page=paging.page, limit=paging.limit, total=total)


@router.post("", status_code=201)
def add_alias(body: NewAlias, actor: Acting) -> AliasShape:
    """Make an address. Its mail waits in the domain's default mailbox unless `mailboxId` names another one, or the
    alias only forwards."""
    with database.transaction() as session:
        if body.email is not None:
            with errors.naming(**_IN_EMAIL):
                return AliasShape.of(aliases.add_address(session, body.email, actor=actor, **body.options()))
        if body.domain_id is None or body.local_part is None:
            missing = "domain_id" if body.domain_id is None else "local_part"
            raise Invalid("Send domainId and localPart, or email.", code=f"invalid_{missing}", field=missing)
        domain_id = ids.decode("dom", body.domain_id)
        return AliasShape.of(aliases.add(session, domain_id, body.local_part, actor=actor, **body.options()))


@router.get("/{id}")
def get_alias(id: str, actor: Acting) -> AliasShape:
    """One alias."""
    with database.reading() as session:
        return AliasShape.of(aliases.get(session, ids.decode("alias", id), actor=actor))


@router.put("/{id}")
def update_alias(id: str, body: AliasChange, actor: Acting) -> AliasShape:
    """Change what is sent and leave the rest. Another address (`email`, or `domainId` and `localPart`) takes the
    conversations along."""
    number = ids.decode("alias", id)
    with database.transaction() as session:
        with errors.naming(**(_IN_EMAIL if body.local_part is None else {})):
            return AliasShape.of(aliases.move(session, number, actor=actor, **body.place(), **body.options()))


@router.delete("/{id}")
def delete_alias(id: str, actor: Acting) -> Deleted:
    """Remove an alias; its mail and tickets stay."""
    with database.transaction() as session:
        aliases.remove(session, ids.decode("alias", id), actor=actor)
        return Deleted(id=id)


router.include_router(alias_mail.router)
