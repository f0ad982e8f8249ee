"""The team: members with their roles, who is invited, and parting with somebody."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.avatar import avatar
from components.controls import Select
from components.dialog import asking
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.handling import on_value
from components.moments import moment
from components.parting import part
from components.pieces import badge, to_copy
from models import Invitation, Role, User
from pages import MENU
from services import team
from services.access import Actor, Permission, may
from services.events import TeamChanged

ROLES = {
    Role.OWNER: "Owner",
    Role.ADMIN: "Administrator",
    Role.MANAGER: "Manager",
    Role.AGENT: "Agent",
    Role.OBSERVER: "Observer",
}
MEANINGS = {
    Role.OWNER: "Everything, owners included.",
    Role.ADMIN: "Domains, team, integrations and everything below.",
    Role.MANAGER: "Aliases, the outgoing queue and everything below.",
    Role.AGENT: "Reads and answers mail.",
    Role.OBSERVER: "Reads, and changes nothing.",
}


@dataclass(frozen=True)
class People:
    members: list[User]
    invitations: list[Invitation]


def _read(session: Any, *, actor: Actor) -> People:
    return People(team.members(session, actor=actor), team.invitations(session, actor=actor))


@screen("/team")
async def overview() -> None:
    with page("Team", active="/team", menu=MENU):
        with heading("Team", "Who works here, and what each may do."):
            if may(actor(), Permission.MANAGE_TEAM):
                button.brand("Invite", invite, icon="sym_o_person_add")
        await follow(partial(action.read, _read), _draw, TeamChanged)


def _draw(people: People) -> None:
    with ui.element("div").classes("card"):
        for member in people.members:
            _member(member)
    if people.invitations:
        with ui.element("div").classes("card"):
            with ui.element("div").classes("card-head"):
                text("Invited", "h2")
            for invitation in people.invitations:
                _invitation(invitation)


def _member(member: User) -> None:
    is_self = member.id == actor().user_id
    with ui.element("div").classes("list-row"):
        avatar(member.name, member.email)
        with ui.element("div").classes("list-main"):
            text(member.name + (" (you)" if is_self else ""), "strong")
            text(member.email).classes("muted")
        if member.is_away:
            badge("Away")
        if may(actor(), Permission.MANAGE_TEAM) and not is_self:
            with ui.element("div").classes("list-end"):
                role = Select(ROLES, value=member.role).classes("role")
                role.on_value_change(on_value(partial(_change, member, role)))
                field.named(role, f"Role of {member.name}")
                role.props('options-dense dropdown-icon="sym_o_expand_more"')
                button.icon("sym_o_person_remove", f"Remove {member.name}", partial(_remove, member))
        else:
            badge(ROLES[member.role])


async def _change(member: User, control: Select, role: Role) -> None:
    if role == member.role:
        return
    if await action.run(team.change_role, member.id, role):
        notice.done(f"{member.name} is {ROLES[role].lower()} now.")
    else:
        control.value = member.role


async def _remove(member: User) -> None:
    await part(
        member,
        team.members,
        team.remove,
        about="Open conversations go back to the queue; sessions and API keys end at once.",
        label="In their aliases",
        nobody="Nobody takes their place",
        words="Remove member",
        after=lambda: notice.done(f"{member.name} is no member any more."),
    )


def _invitation(invitation: Invitation) -> None:
    with ui.element("div").classes("list-row"):
        ui.icon("sym_o_mail").classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            text(invitation.email, "strong")
            moment(invitation.expires_at, before="Expires")
        badge(ROLES[invitation.role])
        if may(actor(), Permission.MANAGE_TEAM):
            revoke = partial(action.run, team.revoke_invitation, invitation.id)
            button.icon("sym_o_close", f"Withdraw the invitation of {invitation.email}", revoke)


def invite() -> None:
    with asking("Invite a colleague", "They get a link by e-mail; it works once.") as dialog:
        email = field.text("E-mail", placeholder="name@company.com", is_focused=True)
        name = field.text("Name", hint="They can change it.")
        role = field.choice("Role", ROLES, Role.AGENT)
        meaning = text(MEANINGS[Role.AGENT]).classes("muted")
        role.on_value_change(lambda event: meaning.set_text(MEANINGS[Role(event.value)]))

        async def save() -> None:
            fields = {"email": email, "role": role, "name": name}
            invited = await action.run(
                team.invite, email.value or "", role=role.value, name=name.value or "", fields=fields
            )
            if invited:
                dialog.close()
                _show_link(invited.value)

        dialog.buttons("Send invitation", save)


def _show_link(invited: team.Invited) -> None:
    about = "The e-mail is on its way. You can also hand over the link yourself; it is shown only now."
    with asking(f"{invited.invitation.email} is invited", about) as dialog:
        to_copy(invited.url, "Copy the link")
        with ui.element("div").classes("row-end"):
            button.brand("Done", dialog.close)
