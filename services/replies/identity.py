"""As whom a message leaves: an alias or a mailbox, so that no member's own address is ever seen outside."""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from models import Alias, AliasStatus, Domain, DomainStatus, Draft, Mailbox, Message, Ticket
from services import mailboxes
from services.access import Actor
from services.errors import Invalid, NotFound
from services.mail.address import Address, parse_list, split
from services.tickets.tokens import reply_token

MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1


@dataclass(frozen=True)
class Identity:
    """The From of a message: the whole address (of a catch-all the one written to) and name of an alias, or of a
    mailbox by its own address; its conversations wait in `mailbox_id`."""

    alias: Alias | None
    mailbox_id: int | None
    domain: Domain
    author: Address

    @property
    def alias_id(self) -> int | None:
        return self.alias.id if self.alias else None

    def reply_address(self, ticket: Ticket) -> str:
        """Where answers come back to: the alias with the ticket's signed token, where there is room for it."""
        local, domain = split(self.author.address)
        marked = f"{local}+{reply_token(ticket.organisation_id, ticket.number)}"
        return f"{marked if len(marked.encode()) <= MAX_LOCAL_PART else local}@{domain}"


def of_ticket(
    session: Session, ticket: Ticket, alias_id: int | None, *, mailbox_id: int | None = None, actor: Actor
) -> Identity:
    """The mailbox or alias chosen, else the ticket's alias, else its shared inbox by its own address, else any alias of
    that. Raises Invalid where there is none."""
    chosen = _mailbox(session, mailbox_id, actor)
    if chosen is not None:
        return of_mailbox(session, chosen)
    alias = _alias(session, alias_id, actor) or _alias(session, ticket.alias_id, actor)
    box = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    if alias is None and box is not None and box.local_part:
        return of_mailbox(session, box)
    alias = alias or _any_alias(session, ticket.mailbox_id, actor)
    return of_alias(session, alias, _written_to(session, ticket, alias), actor=actor)


def of_alias(session: Session, alias: Alias | None, address: str = "", *, actor: Actor) -> Identity:
    if alias is None:
        raise Invalid("There is no address to send from yet: add an alias first.", code="no_address", field="from")
    domain = session.get_one(Domain, alias.domain_id)
    if alias.status is not AliasStatus.ACTIVE or domain.status is DomainStatus.SUSPENDED:
        raise Invalid("This address is switched off; choose another one.", code="address_disabled", field="from")
    address = address or f"{alias.local_part}@{domain.name}"
    if "*" in address:
        raise Invalid("Choose the address to send from.", code="no_address", field="from")
    mailbox = session.get(Mailbox, alias.mailbox_id) if alias.mailbox_id else None
    name = alias.display_name or (mailbox.name if mailbox else "") or actor.name
    return Identity(alias, alias.mailbox_id, domain, Address(name, address))


def of_mailbox(session: Session, box: Mailbox) -> Identity:
    """A mailbox that has an address of its own. Raises Invalid where it is switched off."""
    domain = session.get_one(Domain, box.domain_id)
    if not box.active or domain.status is DomainStatus.SUSPENDED:
        raise Invalid("This mailbox is switched off; choose another address.", code="address_disabled", field="from")
    return Identity(None, box.id, domain, Address(box.name, f"{box.local_part}@{domain.name}"))


def of_draft(session: Session, draft: Draft, *, actor: Actor) -> Identity:
    """For a conversation that is yet to begin: the mailbox or alias chosen, or else the first alias there is, or else a
    mailbox."""
    chosen = _mailbox(session, draft.mailbox_id, actor)
    if chosen is not None:
        return of_mailbox(session, chosen)
    alias = _alias(session, draft.alias_id, actor) or _any_alias(session, None, actor)
    box = next(iter(mailboxes.addressed(session, actor=actor)), None) if alias is None else None
    if box is not None:
        return of_mailbox(session, box.mailbox)
    return of_alias(session, alias, actor=actor)


def of_address(session: Session, text: str, *, actor: Actor) -> Identity:
    """Who `text` (`a@b` or `Name <a@b>`) is. Raises Invalid unless it is one of the organisation's addresses."""
    people = parse_list(text)
    target = mailboxes.resolve(session, people[0].address) if len(people) == 1 else None
    if target is None or target.organisation_id != actor.organisation_id:
        raise _not_yours(text)
    if target.alias_id is not None:
        found = of_alias(session, session.get(Alias, target.alias_id), people[0].address, actor=actor)
    else:
        box = session.get(Mailbox, target.mailbox_id) if target.mailbox_id else None
        if box is None or mailboxes.whole_address(people[0].address, target.detail) != _address_of(session, box):
            raise _not_yours(text)
        found = of_mailbox(session, box)
    return replace(found, author=Address(people[0].name or found.author.name, found.author.address))


def _address_of(session: Session, box: Mailbox) -> str:
    domain = session.get(Domain, box.domain_id) if box.domain_id else None
    return f"{box.local_part}@{domain.name}" if domain else ""


def _not_yours(text: str) -> Invalid:
    return Invalid(f"{text} is not one of your addresses.", code="not_your_address", field="from")


def of_alias_id(session: Session, alias_id: int, *, actor: Actor) -> Identity:
    """Raises NotFound unless the alias is the organisation's."""
    alias = _alias(session, alias_id, actor)
    if alias is None:
        raise NotFound("There is no such alias.")
    return of_alias(session, alias, actor=actor)


def _alias(session: Session, alias_id: int | None, actor: Actor) -> Alias | None:
    alias = session.get(Alias, alias_id) if alias_id else None
    return alias if alias is not None and alias.organisation_id == actor.organisation_id else None


def _mailbox(session: Session, mailbox_id: int | None, actor: Actor) -> Mailbox | None:
    """One of ours that has an address of its own, still."""
    box = session.get(Mailbox, mailbox_id) if mailbox_id else None
    return box if box is not None and box.organisation_id == actor.organisation_id and box.local_part else None


def _any_alias(session: Session, mailbox_id: int | None, actor: Actor) -> Alias | None:
    query = select(Alias).where(
        col(Alias.organisation_id) == actor.organisation_id,
        col(Alias.status) == AliasStatus.ACTIVE,
        ~col(Alias.local_part).contains("*"),
    )
    query = query.order_by((col(Alias.mailbox_id) == mailbox_id).desc().nulls_last(), col(Alias.id))
    return session.exec(query).first()


def _written_to(session: Session, ticket: Ticket, alias: Alias | None) -> str:
    """For a pattern or catch-all: the address of its domain that the ticket's mail names."""
    if alias is None or "*" not in alias.local_part:
        return ""
    domain = session.get_one(Domain, alias.domain_id).name
    query = select(Message).where(col(Message.ticket_id) == ticket.id).order_by(col(Message.id).desc()).limit(20)
    for message in session.exec(query):
        for person in [*message.to, *message.cc, {"address": message.author_address}]:
            local, its_domain = split(person["address"])
            address = f"{local.partition('+')[0]}@{domain}"
            target = mailboxes.resolve(session, address) if its_domain.lower() == domain else None
            if target is not None and target.alias_id == alias.id:
                return address
    return ""
