"""Dialect A: the team and its invitations."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends

import models
from api.access import Acting
from api.shapes import Deleted, Moment, Page, Paging, Shape, example, paging
from models import User
from services import database, ids, team

router = APIRouter(prefix="/team", tags=["Team"])


_SHOWN = {
    "id": "user_4f0c1n8b2k7qe",
    "name": "Ann Example",
    "email": "ann@example.com",
    "role": "owner",
    "status": "active",
}


class Member(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    name: str
    email: str
    role: str
    status: str

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=ids.encode("user", user.id or 0), name=user.name, email=user.email, role=user.role, status=user.status
        )


class Team(Page):
    model_config = Shape.model_config | example(members=[_SHOWN], page=1, limit=20, total=1)
    members: list[Member]


class NewInvitation(Shape):
    """An owner is made of a member, not invited."""

    model_config = Shape.model_config | example(email="bob@example.com", role="agent", name="Bob Example")
    email: str
    role: Literal["admin", "manager", "agent", "observer"]
    name: str = ""


_INVITED = {
    "id": "inv_2c9a0t7k4m1xw",
    "email": "bob@example.com",
    "role": "agent",
    "status": "invited",
    "expiresAt": "2026-11-28T09:00:00.000Z",
}


class Invitation(Shape):
    model_config = Shape.model_config | example(**_INVITED)
    id: str
    email: str
    role: str
    status: str = "invited"
    expires_at: Moment

    @classmethod
    def of(cls, row: models.Invitation, **more: str) -> Self:
        return cls(id=ids.encode("inv", row.id or 0), email=row.email, role=row.role, expires_at=row.expires_at, **more)


class MadeInvitation(Invitation):
    """A new invitation; `inviteUrl` is shown here and in the e-mail only."""

    model_config = Shape.model_config | example(**_INVITED, inviteUrl="https://mail.example.com/invitation?token=kq3…")
    invite_url: str


class Invitations(Page):
    model_config = Shape.model_config | example(invitations=[_INVITED], page=1, limit=20, total=1)
    invitations: list[Invitation]


class RoleChange(Shape):
    model_config = Shape.model_config | example(role="manager")
    role: str


@router.get("")
def list_members(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Team:
    """Everybody in the organisation, in order of joining."""
    with database.reading() as session:
        found = team.members(session, actor=actor)
        return Team(members=[Member.of(user) for user in paging.of(found)], **paging.told(len(found)))


@router.post("/invite", status_code=201)
def invite_member(body: NewInvitation, actor: Acting) -> MadeInvitation:
    """Invite somebody by e-mail, with a role of at most one's own."""
    with database.transaction() as session:
        invited = team.invite(session, body.email, role=body.role, name=body.name, actor=actor)
        return MadeInvitation.of(invited.invitation, invite_url=invited.url)


@router.get("/invitations")
def list_invitations(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Invitations:
    """The invitations that still can be accepted, newest first; their links are not kept."""
    with database.reading() as session:
        found = team.invitations(session, actor=actor)
        return Invitations(invitations=[Invitation.of(row) for row in paging.of(found)], **paging.told(len(found)))


@router.delete("/invitations/{id}")
def revoke_invitation(id: str, actor: Acting) -> Deleted:
    """Withdraw an invitation: its link opens nothing any more."""
    with database.transaction() as session:
        team.revoke_invitation(session, ids.decode("inv", id), actor=actor)
        return Deleted(id=id)


@router.patch("/{id}")
def change_member_role(id: str, body: RoleChange, actor: Acting) -> Member:
    """Give a member another role, at most one's own; it counts from their next request on."""
    with database.transaction() as session:
        return Member.of(team.change_role(session, ids.decode("user", id), body.role, actor=actor))


@router.delete("/{id}")
def remove_member(id: str, actor: Acting) -> Deleted:
    """Remove a member: their open tickets go back to the queue, their sessions and keys end. An invitation's id
    withdraws it."""
    if id.startswith("inv_"):
        return revoke_invitation(id, actor)
    with database.transaction() as session:
        team.remove(session, ids.decode("user", id), actor=actor)
        return Deleted(id=id)
