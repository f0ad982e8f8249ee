"""The team: members, invitations, roles, and what happens to a member's work when they go."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models import Invitation, MemberStatus, Organisation, Role, User
from services import access, accounts, aliases, api_keys, clock, events, letters, secrets, sessions, settings, tickets
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.passwords import Hashed

INVITATION_LIFETIME = timedelta(days=7)
_RANK = {Role.OBSERVER: 0, Role.AGENT: 1, Role.MANAGER: 2, Role.ADMIN: 3, Role.OWNER: 4}


@dataclass(frozen=True)
class Invited:
    """An invitation just made and the link that accepts it, which is not kept."""

    invitation: Invitation
    url: str


@dataclass(frozen=True)
class Welcome:
    """What the page of an invitation shows before it is accepted."""

    organisation: str
    name: str
    email: str
    role: Role


def members(session: Session, *, actor: Actor) -> list[User]:
    """The active members, in order of joining."""
    access.require(actor, Permission.READ_TEAM)
    return list(
        session.exec(
            select(User)
            .where(
                col(User.organisation_id) == actor.organisation_id,
                col(User.status) == MemberStatus.ACTIVE,
            )
            .order_by(col(User.id))
        )
    )


def invitations(session: Session, *, actor: Actor) -> list[Invitation]:
    """The invitations that still can be accepted, the newest first."""
    access.require(actor, Permission.READ_TEAM)
    return list(
        session.exec(
            select(Invitation)
            .where(col(Invitation.organisation_id) == actor.organisation_id, _pending())
            .order_by(col(Invitation.id).desc())
        )
    )


def invite(session: Session, email: str, *, role: str, name: str = "", actor: Actor) -> Invited:
    """Invite somebody by e-mail; an earlier invitation of the same address ends. Raises Conflict for a member."""
    access.require(actor, Permission.MANAGE_TEAM)
    chosen = _role(role, actor)
    email = accounts.fold(email)
    if any(member.email == email for member in members(session, actor=actor)):
        raise Conflict("This person is a member already.", code="already_member", field="email")
    for earlier in invitations(session, actor=actor):
        if earlier.email == email:
            earlier.revoked_at = clock.now()
    token = secrets.token()
    invitation = Invitation(
        organisation_id=actor.organisation_id,
        email=email,
        name=" ".join(name.split())[:200],
        role=chosen,
        token_hash=secrets.digest(token),
        invited_by_id=actor.user_id,
        created_at=clock.now(),
        expires_at=clock.now() + INVITATION_LIFETIME,
    )
    session.add(invitation)
    session.flush()
    url = f"{settings.current().url}/invitation?token={token}"
    letters.invitation(session, invitation, url, actor=actor)
    events.record(session, events.TeamChanged(actor.organisation_id))
    return Invited(invitation, url)


def welcome(session: Session, token: str) -> Welcome:
    """Who is invited where. Raises Invalid when the link is used, withdrawn, expired or not ours."""
    invitation = _by_token(session, token)
    organisation = session.get_one(Organisation, invitation.organisation_id)
    return Welcome(organisation.name, invitation.name, invitation.email, invitation.role)


def accept(session: Session, token: str, *, name: str, password: Hashed, timezone: str = "") -> User:
    """Join by an invitation's link, which works once."""
    invitation = _by_token(session, token, lock=True)
    invitation.accepted_at = clock.now()
    return accounts.join(
        session,
        invitation.organisation_id,
        name=name,
        email=invitation.email,
        role=invitation.role,
        password=password,
        timezone=timezone,
    )


def revoke_invitation(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    access.require(actor, Permission.MANAGE_TEAM)
    for invitation in invitations(session, actor=actor):
        if invitation.id == invitation_id:
            invitation.revoked_at = clock.now()
            events.record(session, events.TeamChanged(actor.organisation_id))
            return invitation
    raise NotFound("There is no such invitation.")


def change_role(session: Session, user_id: int, role: str, *, actor: Actor) -> User:
    """Give a member another role, at most one's own; it counts from their next request on."""
    access.require(actor, Permission.MANAGE_TEAM)
    user = _member(session, user_id, actor)
    chosen = _role(role, actor)
    _keep_an_owner(session, user, chosen)
    user.role = chosen
    events.record(session, events.TeamChanged(actor.organisation_id))
    return user


def remove(session: Session, user_id: int, *, heir_id: int | None = None, actor: Actor) -> User:
    """Part with a member: open tickets go back to the queue, sessions and keys end, the address is free again; in
    their aliases `heir_id` takes their place."""
    access.require(actor, Permission.MANAGE_TEAM)
    user = _member(session, user_id, actor)
    _keep_an_owner(session, user, None)
    if heir_id is not None and heir_id not in {each.id for each in members(session, actor=actor)} - {user_id}:
        raise NotFound("There is no such member.")
    aliases.hand_over(session, user_id, heir_id, actor=actor)
    tickets.requeue(session, user_id, actor=actor)
    sessions.end_all(session, user)
    api_keys.revoke_all(session, user)
    user.status = MemberStatus.REMOVED
    user.email = f"{user.email} (removed {user.id})"
    events.record(session, events.TeamChanged(actor.organisation_id))
    return user


def _member(session: Session, user_id: int, actor: Actor) -> User:
    """A member the actor may change: of this organisation, and not above them."""
    for user in members(session, actor=actor):
        if user.id == user_id:
            if _RANK[user.role] > _RANK[actor.role]:
                raise NotPermitted("This member's role is above yours.")
            return user
    raise NotFound("There is no such member.")


def _role(role: str, actor: Actor) -> Role:
    if role not in set(Role):
        raise Invalid(f"A role is {', '.join(Role)}.", code="invalid_role", field="role")
    if _RANK[Role(role)] > _RANK[actor.role]:
        raise NotPermitted("You cannot give a role above your own.")
    return Role(role)


def _keep_an_owner(session: Session, user: User, role: Role | None) -> None:
    """Raises Conflict where `user` is the last owner and would be one no more. Locks the organisation's row."""
    session.exec(select(Organisation.id).where(col(Organisation.id) == user.organisation_id).with_for_update()).one()
    owners = session.exec(
        select(func.count())
        .select_from(User)
        .where(
            col(User.organisation_id) == user.organisation_id,
            col(User.role) == Role.OWNER,
            col(User.status) == MemberStatus.ACTIVE,
        )
    ).one()
    if user.role == Role.OWNER and role != Role.OWNER and owners <= 1:
        raise Conflict("An organisation keeps at least one owner.", code="last_owner")


def _pending() -> ColumnElement[bool]:
    unused = col(Invitation.accepted_at).is_(None) & col(Invitation.revoked_at).is_(None)
    return unused & (col(Invitation.expires_at) > clock.now())


def _by_token(session: Session, token: str, *, lock: bool = False) -> Invitation:
    query = select(Invitation).where(col(Invitation.token_hash) == secrets.digest(token), _pending())
    invitation = session.exec(query.with_for_update() if lock else query).first()
    if invitation is None:
        raise Invalid("This invitation is not valid any more; ask for a new one.", code="invalid_token", field="token")
    return invitation
