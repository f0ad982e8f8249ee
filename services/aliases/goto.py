"""Where an alias leads, as a list of addresses: our mailboxes' and members', and any outside."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from models import Domain, Mailbox, MemberStatus, User
from services import access
from services.access import Actor, Permission
from services.aliases.directory import AliasEntry
from services.aliases.register import Options
from services.errors import Invalid
from services.mailboxes.addresses import split


def leading_to(session: Session, addresses: Sequence[str], *, actor: Actor) -> Options:
    """The options of an alias whose mail goes to `addresses`: the first mailbox of ours among them is its queue,
    members are handed its conversations, to everybody else it is forwarded."""
    access.require(actor, Permission.READ_DIRECTORY)
    wanted = list(dict.fromkeys(each.strip().lower() for each in addresses if each.strip()))
    if not wanted:
        raise Invalid("Name at least one address.", code="invalid_goto", field="goto")
    mailbox_id, members, others = None, [], []
    for address in wanted:
        box, member = _mailbox(session, address, actor), _member(session, address, actor)
        if box is not None and mailbox_id is None:
            mailbox_id = box
        elif box is None and member is not None:
            members.append(member)
        else:
            others.append(address)
    return {"mailbox_id": mailbox_id, "member_ids": members, "forward_to": others}


def leads_to(session: Session, entries: Iterable[AliasEntry], *, actor: Actor) -> dict[int, list[str]]:
    """The addresses each alias leads to, by its id; a mailbox without an address has none to show."""
    access.require(actor, Permission.READ_DIRECTORY)
    mine = Mailbox.organisation_id == actor.organisation_id
    query = select(Mailbox.id, Mailbox.local_part, Domain.name).join(Domain, col(Domain.id) == Mailbox.domain_id)
    boxes = {number: [f"{local}@{name}"] for number, local, name in session.exec(query.where(mine)) if local}
    users = session.exec(select(User.id, User.email).where(User.organisation_id == actor.organisation_id))
    emails = dict(users.all())
    return {
        entry.alias.id or 0: [
            *boxes.get(entry.alias.mailbox_id, []),
            *(emails[number] for number in entry.member_ids),
            *entry.alias.forward_to,
        ]
        for entry in entries
    }


def _mailbox(session: Session, address: str, actor: Actor) -> int | None:
    local, name = split(address)
    query = select(Mailbox.id).join(Domain, col(Domain.id) == Mailbox.domain_id)
    own = (Mailbox.organisation_id == actor.organisation_id, Domain.name == name, Mailbox.local_part == local)
    return session.exec(query.where(*own)).first()


def _member(session: Session, address: str, actor: Actor) -> int | None:
    own = (User.organisation_id == actor.organisation_id, User.status == MemberStatus.ACTIVE)
    return session.exec(select(User.id).where(*own, User.email == address)).first()
