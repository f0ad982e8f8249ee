"""Making, changing and removing aliases."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

from sqlmodel import Session, select

from models import (
    Alias,
    AliasMember,
    AliasStatus,
    Assignment,
    DisabledPolicy,
    Domain,
    Integration,
    Mailbox,
    MemberStatus,
    User,
)
from services import access, clock, domains, events, mailboxes, quotas
from services.access import Actor, Permission
from services.aliases.directory import AliasEntry, entry, owned
from services.aliases.names import CATCH_ALL, checked_local_part
from services.aliases.targets import checked_targets
from services.errors import Conflict, Invalid, NotFound
from services.mail import address

MOST_MESSAGES = 1_000_000
_APART = {"member_ids", "forward_to"}  # stored after the rest, once the alias has its number
_TEXTS = (("display_name", 200), ("description", 1000), ("private_comment", 1000), ("public_comment", 1000))


class Options(TypedDict, total=False):
    """What an alias can be given beside its address. Without a mailbox its mail waits in the domain's default one,
    unless the alias does nothing but forward. Members take turns unless `assignment` says otherwise."""

    mailbox_id: int | None
    member_ids: Sequence[int]
    integration_id: int | None
    display_name: str
    description: str
    status: AliasStatus
    disabled_policy: DisabledPolicy
    expires_at: datetime | None
    expires_after: int | None
    forward_to: Sequence[str]
    assignment: Assignment
    private_comment: str
    public_comment: str


def add(session: Session, domain_id: int, local_part: str, *, actor: Actor, **options: Unpack[Options]) -> AliasEntry:
    access.require(actor, Permission.MANAGE_ALIASES)
    domain = domains.get(session, domain_id, actor=actor).domain
    local = checked_local_part(local_part)
    require_free(session, domain, local)
    quotas.room_for_alias(domain, quotas.lock(session, domain))
    alias = Alias(organisation_id=actor.organisation_id, domain_id=domain_id, local_part=local, created_at=clock.now())
    options.setdefault("mailbox_id", None)
    if options.get("member_ids"):
        options.setdefault("assignment", Assignment.ROUND_ROBIN)
    _apply(session, alias, options, actor)
    return entry(session, alias)


def add_address(session: Session, email: str, *, actor: Actor, **options: Unpack[Options]) -> AliasEntry:
    """The same by the whole address; `@example.com` and `*@example.com` are the catch-all."""
    access.require(actor, Permission.MANAGE_ALIASES)
    domain_id, local = place_of(session, email, actor=actor)
    return add(session, domain_id, local, actor=actor, **options)


def place_of(session: Session, email: str, *, actor: Actor) -> tuple[int, str]:
    """Domain and name of a whole address. Raises Invalid for what is none, NotFound for one at no domain of ours."""
    local, name = address.split(email.strip())
    if not name:
        raise Invalid("Type a whole address, such as support@example.com.", code="invalid_address", field="email")
    return domains.named(session, name, actor=actor).id or 0, local or CATCH_ALL


def update(session: Session, alias_id: int, *, actor: Actor, **changes: Unpack[Options]) -> AliasEntry:
    """Change what is named and leave the rest."""
    access.require(actor, Permission.MANAGE_ALIASES)
    alias = owned(session, alias_id, actor)
    _apply(session, alias, changes, actor)
    return entry(session, alias)


def switch(session: Session, alias_ids: Collection[int], status: AliasStatus, *, actor: Actor) -> int:
    """Switch several on or off; how many that changed."""
    access.require(actor, Permission.MANAGE_ALIASES)
    changing = [alias for alias in (owned(session, each, actor) for each in alias_ids) if alias.status is not status]
    for alias in changing:
        alias.status, alias.updated_at = status, clock.now()
        session.add(alias)
    if changing:
        changed(session, actor)
    return len(changing)


def remove(session: Session, alias_id: int, *, actor: Actor) -> None:
    """Forget the alias; its tickets and messages stay."""
    access.require(actor, Permission.MANAGE_ALIASES)
    session.delete(owned(session, alias_id, actor))
    changed(session, actor)


def changed(session: Session, actor: Actor) -> None:
    """Tell listeners and open pages."""
    mailboxes.touch(session)
    events.record(session, events.DirectoryChanged(actor.organisation_id))


def require_free(session: Session, domain: Domain, local: str) -> None:
    """Raises Conflict where an alias or a mailbox has the address."""
    if session.exec(select(Alias.id).where(Alias.domain_id == domain.id, Alias.local_part == local)).first():
        wording = f"{domain.name} has a catch-all already." if local == CATCH_ALL else f"{local}@{domain.name} exists."
        raise Conflict(wording, code="alias_exists", field="local_part")
    if session.exec(select(Mailbox.id).where(Mailbox.domain_id == domain.id, Mailbox.local_part == local)).first():
        raise Conflict(f"{local}@{domain.name} exists: it is a mailbox.", code="mailbox_exists", field="local_part")


def _apply(session: Session, alias: Alias, options: Options, actor: Actor) -> None:
    members = options.get("member_ids")
    for name, value in _checked(session, options, actor).items():
        setattr(alias, name, value)
    alias.updated_at = clock.now()
    session.add(alias)
    session.flush()
    if members is not None:
        _set_members(session, alias, members)
    if "forward_to" in options:
        alias.forward_to = checked_targets(session, alias, options["forward_to"])
    _give_a_queue(session, alias)
    session.flush()
    changed(session, actor)


def _set_members(session: Session, alias: Alias, members: Sequence[int]) -> None:
    """Those who stay keep their place in the rotation."""
    present = {row.user_id: row for row in session.exec(select(AliasMember).where(AliasMember.alias_id == alias.id))}
    for user_id in present.keys() - set(members):
        session.delete(present[user_id])
    new = [user_id for user_id in dict.fromkeys(members) if user_id not in present]
    session.add_all(AliasMember(alias_id=alias.id or 0, user_id=user_id) for user_id in new)
    session.flush()


def _give_a_queue(session: Session, alias: Alias) -> None:
    """No alias points nowhere: members and integrations work on conversations, and those wait in a queue."""
    if alias.mailbox_id is not None:
        return
    has_members = session.exec(select(AliasMember.user_id).where(AliasMember.alias_id == alias.id)).first() is not None
    if has_members or alias.integration_id is not None or not alias.forward_to:
        alias.mailbox_id = mailboxes.default_of(session, alias.domain_id)


def _checked(session: Session, options: Options, actor: Actor) -> dict[str, object]:
    """The columns to set. Raises NotFound for what is not the organisation's, Invalid for what cannot be."""
    _require_own(session, Mailbox, options.get("mailbox_id"), actor)
    _require_own(session, Integration, options.get("integration_id"), actor)
    for user_id in options.get("member_ids") or ():
        user = session.get(User, user_id)
        if user is None or user.organisation_id != actor.organisation_id or user.status is not MemberStatus.ACTIVE:
            raise NotFound("There is no such member.")
    values: dict[str, object] = {name: value for name, value in options.items() if name not in _APART}
    for name, longest in _TEXTS:
        if name in values:
            values[name] = _text(str(values[name]), name, longest)
    if "expires_at" in options:
        values["expires_at"] = _future(options["expires_at"])
    most = options.get("expires_after")
    if most is not None and not 1 <= most <= MOST_MESSAGES:
        raise Invalid(
            f"A number of messages from 1 to {MOST_MESSAGES:,}.", code="invalid_expiry", field="expires_after"
        )
    return values


def _require_own(session: Session, kind: type[Mailbox | Integration], number: int | None, actor: Actor) -> None:
    if number is None:
        return
    found: Any = session.get(kind, number)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound(f"There is no such {kind.__name__.lower()}.")


def _text(text: str, field: str, longest: int) -> str:
    """One line without control characters: a display name ends up in a header field."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    if len(plain) > longest:
        raise Invalid(f"At most {longest} characters.", code="too_long", field=field)
    return plain


def _future(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment <= clock.now():
        raise Invalid("An alias expires in the future.", code="invalid_expiry", field="expires_at")
    return moment
