"""Dialect A: the team and its invitations."""

from typing import Self

from fastapi import APIRouter

from api.access import Acting
from api.shapes import Deleted, Moment, Shape, example
from models import User
from services import database, ids, team
from services.team import Invited

router = APIRouter(prefix="/team", tags=["Team"])


class Member(Shape):
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


class Team(Shape):
    model_config = Shape.model_config | example(
        members=[
            {
                "id": "user_4f0c1n8b2k7qe",
                "name": "Ann Example",
                "email": "ann@example.com",
                "role": "owner",
                "status": "active",
            }
        ]
    )
    members: list[Member]


class NewInvitation(Shape):
    model_config = Shape.model_config | example(email="bob@example.com", role="agent", name="Bob Example")
    email: str
    role: str
    name: str = ""


class Invitation(Shape):
    """The invitation; `inviteUrl` is shown here and in the e-mail only."""

    model_config = Shape.model_config | example(
        id="inv_2c9a0t7k4m1xw",
        email="bob@example.com",
        role="agent",
        status="invited",
        expiresAt="2026-11-28T09:00:00.000Z",
        inviteUrl="https://mail.example.com/invitation?token=kq3…",
    )
    id: str
    email: str
    role: str
    status: str = "invited"
    expires_at: Moment
    invite_url: str

    @classmethod
    def of(cls, invited: Invited) -> Self:
        row = invited.invitation
        return cls(
            id=ids.encode("inv", row.id or 0),
            email=row.email,
            role=row.role,
            expires_at=row.expires_at,
            invite_url=invited.url,
        )


@router.get("")
def list_members(actor: Acting) -> Team:
    """Everybody in the organisation."""
    with database.reading() as session:
        return Team(members=[Member.of(user) for user in team.members(session, actor=actor)])


@router.post("/invite", status_code=201)
def invite_member(body: NewInvitation, actor: Acting) -> Invitation:
    """Invite somebody by e-mail, with a role of at most one's own."""
    with database.transaction() as session:
        return Invitation.of(team.invite(session, body.email, role=body.role, name=body.name, actor=actor))


@router.delete("/{id}")
def remove_member(id: str, actor: Acting) -> Deleted:
    """Remove a member: their open tickets go back to the queue, their sessions and keys end."""
    with database.transaction() as session:
        team.remove(session, ids.decode("user", id), actor=actor)
        return Deleted(id=id)
