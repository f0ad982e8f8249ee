"""What the parameters of actions can be: members, mailboxes, templates, integrations, tags; and that they exist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Integration, Mailbox, MemberStatus, Tag, Template, User, Visibility
from services import access
from services.access import MAY, Actor, Permission
from services.errors import NotFound
from services.rules.actions import ACTIONS, Needs
from services.rules.drafts import Draft
from services.rules.words import Names


@dataclass(frozen=True)
class Choices(Names):
    """Names that can be chosen now, in alphabetical order, and the tags in use."""

    tags: tuple[str, ...] = ()

    def of(self, needs: Needs) -> Mapping[int, str]:
        """The ids and names a parameter of this kind can be chosen from."""
        return {
            Needs.USER: self.users,
            Needs.USERS: self.users,
            Needs.MAILBOX: self.mailboxes,
            Needs.TEMPLATE: self.templates,
            Needs.INTEGRATION: self.integrations,
        }.get(needs, {})


def choices(session: Session, *, actor: Actor) -> Choices:
    """Everything an action can name: only members who may work, only templates everybody may use."""
    access.require(actor, Permission.READ_RULES)
    mine = actor.organisation_id
    users = select(User.id, User.name).where(User.organisation_id == mine, User.status == MemberStatus.ACTIVE)
    working = users.where(col(User.role).in_(MAY[Permission.WORK_TICKETS])).order_by(col(User.name), col(User.id))
    boxes = select(Mailbox.id, Mailbox.name).where(Mailbox.organisation_id == mine)
    shared = select(Template.id, Template.name).where(
        Template.organisation_id == mine, Template.visibility == Visibility.SHARED
    )
    hooks = select(Integration.id, Integration.name).where(Integration.organisation_id == mine)
    tags = select(Tag.name).where(Tag.organisation_id == mine).order_by(col(Tag.name))
    return Choices(
        users=_named(session.exec(working)),
        mailboxes=_named(session.exec(boxes.order_by(col(Mailbox.name), col(Mailbox.id)))),
        templates=_named(session.exec(shared.order_by(col(Template.name), col(Template.id)))),
        integrations=_named(session.exec(hooks.order_by(col(Integration.name), col(Integration.id)))),
        tags=tuple(session.exec(tags)),
    )


def _named(rows: Iterable[tuple[int | None, str]]) -> dict[int, str]:
    return {number or 0: name for number, name in rows}


def check_chosen(session: Session, draft: Draft, *, actor: Actor) -> None:
    """Raises NotFound for an action that names what there is not, or not in this organisation."""
    known = choices(session, actor=actor)
    for index, act in enumerate(draft.actions):
        for parameter in ACTIONS[act.type].parameters:
            value = act.values[parameter.name]
            wanted = value if isinstance(value, list) else [value]
            if parameter.needs in _CALLED and any(each not in known.of(parameter.needs) for each in wanted):
                where = f"actions.{index}.{parameter.name}"
                raise NotFound(f"There is no such {_CALLED[parameter.needs]}.", field=where)


_CALLED = {
    Needs.USER: "member who can be given work",
    Needs.USERS: "member who can be given work",
    Needs.MAILBOX: "mailbox",
    Needs.TEMPLATE: "template everybody may use",
    Needs.INTEGRATION: "integration",
}
