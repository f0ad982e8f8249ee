"""Who acts, and what each role may do: one table of data that services, doors and tests read."""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from models import Role, User
from services.errors import NotPermitted


class Permission(StrEnum):
    """Also the scopes of API keys."""

    READ_TICKETS = "tickets:read"
    WORK_TICKETS = "tickets:write"
    DELETE_TICKETS = "tickets:delete"
    READ_EMAILS = "emails:read"
    SEND_EMAILS = "emails:send"
    READ_DIRECTORY = "directory:read"  # domains, aliases, integrations
    MANAGE_ALIASES = "aliases:write"
    MANAGE_DOMAINS = "domains:write"
    MANAGE_INTEGRATIONS = "integrations:write"
    READ_TEAM = "team:read"
    MANAGE_TEAM = "team:write"
    READ_QUEUE = "queue:read"
    MANAGE_QUEUE = "queue:write"
    MANAGE_OWN_KEYS = "keys:write"
    MANAGE_ORGANISATION = "organisation:write"
    MANAGE_MAILBOXES = "mailboxes:write"  # mailboxes, their hours, rotations and promises
    READ_RULES = "rules:read"
    MANAGE_RULES = "rules:write"
    READ_TEMPLATES = "templates:read"
    WRITE_TEMPLATES = "templates:write"
    READ_CONTACTS = "contacts:read"
    WRITE_CONTACTS = "contacts:write"
    READ_AUDIT = "audit:read"
    READ_SUPPRESSIONS = "suppressions:read"
    WRITE_SUPPRESSIONS = "suppressions:write"
    IMPORT_MAIL = "mail:import"  # mbox, Maildir, .eml and remote accounts in; mbox out


_EVERYBODY = frozenset(Role)
_WORKERS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER, Role.AGENT})
_LEADS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})
_ADMINS = frozenset({Role.OWNER, Role.ADMIN})

MAY: dict[Permission, frozenset[Role]] = {
    Permission.READ_TICKETS: _EVERYBODY,
    Permission.WORK_TICKETS: _WORKERS,
    Permission.DELETE_TICKETS: _WORKERS,
    Permission.READ_EMAILS: _EVERYBODY,
    Permission.SEND_EMAILS: _WORKERS,
    Permission.READ_DIRECTORY: _EVERYBODY,
    Permission.MANAGE_ALIASES: _LEADS,
    Permission.MANAGE_DOMAINS: _ADMINS,
    Permission.MANAGE_INTEGRATIONS: _ADMINS,
    Permission.READ_TEAM: _EVERYBODY,
    Permission.MANAGE_TEAM: _ADMINS,
    Permission.READ_QUEUE: _WORKERS,
    Permission.MANAGE_QUEUE: _LEADS,
    Permission.MANAGE_OWN_KEYS: _WORKERS,
    Permission.MANAGE_ORGANISATION: _ADMINS,
    Permission.MANAGE_MAILBOXES: _LEADS,
    Permission.READ_RULES: _EVERYBODY,
    Permission.MANAGE_RULES: _LEADS,
    Permission.READ_TEMPLATES: _EVERYBODY,
    Permission.WRITE_TEMPLATES: _WORKERS,
    Permission.READ_CONTACTS: _EVERYBODY,
    Permission.WRITE_CONTACTS: _WORKERS,
    Permission.READ_AUDIT: _ADMINS,
    Permission.READ_SUPPRESSIONS: _WORKERS,
    Permission.WRITE_SUPPRESSIONS: _LEADS,
    Permission.IMPORT_MAIL: _LEADS,
}


@dataclass(frozen=True)
class Actor:
    """Who asks: a member (`user_id`), or the program itself (`user_id` None, role owner) for one organisation.

    `scopes` narrows an API key; None = everything the role may.
    """

    organisation_id: int
    user_id: int | None
    role: Role
    name: str = ""
    email: str = ""
    scopes: frozenset[str] | None = None


def system(organisation_id: int) -> Actor:
    """The program acting for one organisation."""
    return Actor(organisation_id, None, Role.OWNER, "Mailroom")


def of(user: User, scopes: frozenset[str] | None = None) -> Actor:
    """A member as an actor, with the role they have now."""
    return Actor(user.organisation_id, user.id, user.role, user.name, user.email, scopes)


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def act_as(actor: Actor) -> None:
    """A door says who its task works for from here on: the audit names them. It gives nobody a right."""
    _acting.set(actor)


def acting() -> Actor | None:
    """Who the running task works for; None = the program itself, or somebody not signed in."""
    return _acting.get()


def may(actor: Actor, permission: Permission) -> bool:
    return actor.role in MAY[permission] and (actor.scopes is None or permission in actor.scopes)


def require(actor: Actor, permission: Permission) -> None:
    """Raises NotPermitted unless the actor's role, and key if it is one, allow `permission`."""
    if actor.role not in MAY[permission]:
        raise NotPermitted(f"Your role ({actor.role}) may not do this.")
    if actor.scopes is not None and permission not in actor.scopes:
        raise NotPermitted(f"This key lacks the scope {permission}.", code="insufficient_scope")


def require_together(actors: Sequence[Actor], permission: Permission) -> int:
    """As `require` for each of several members who ask at once. They must be of one organisation: its id."""
    for actor in actors:
        require(actor, permission)
    (organisation_id,) = {actor.organisation_id for actor in actors}
    return organisation_id
