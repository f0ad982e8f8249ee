"""Mail that a member's own program hands in over SMTP (RFC 6409): checked, traced, and queued as it is."""

from sqlmodel import Session

from models import RawMessage
from services import access, clock, mailboxes, reception
from services.access import Actor, Permission
from services.errors import NotPermitted
from services.mail import message
from services.mail.address import split
from services.mail.message import Parsed
from services.mail.scrub import scrubbed
from services.outbound.adding import enqueue


def submit(session: Session, envelope: reception.Envelope, *, actor: Actor) -> str:
    """Queue a submitted message; returns its queue id. Raises NotPermitted for an author who is not one of ours."""
    access.require(actor, Permission.SEND_EMAILS)
    parsed = message.parse(envelope.content)
    needs_tls = False
    for address in (envelope.reverse_path, parsed.author.address):
        target = mailboxes.resolve(session, address) if "@" in address else None
        if (
            target is None
            or target.organisation_id != actor.organisation_id
            or target.relayed
            or target.returns
            or target.about
        ):
            raise NotPermitted("You may send only as an address of your organisation.")
        if not may_write_as(actor, address):
            raise NotPermitted("A mailbox may send only as its own address.")
        needs_tls |= mailboxes.needs_tls(session, target.mailbox_id)
    now, queue_id = clock.now(), reception.make_queue_id()
    content = reception.submitted_field(envelope, queue_id, now) + _scrubbed(envelope.content, parsed, actor)
    raw = RawMessage(
        queue_id=queue_id,
        helo=envelope.helo,
        peer=envelope.peer,
        protocol=envelope.protocol,
        user_id=actor.user_id,
        received_at=now,
        size=len(content),
        content=content,
    )
    session.add(raw)
    session.flush()
    enqueue(
        session,
        raw=raw,
        reverse_path=envelope.reverse_path,
        recipients=envelope.recipients,
        organisation_id=actor.organisation_id,
        subject=parsed.subject,
        needs_tls=needs_tls,
    )
    return queue_id


def _scrubbed(content: bytes, parsed: Parsed, actor: Actor) -> bytes:
    """The member's own address never leaks, unless it is the very one they write as."""
    author = parsed.author.address
    private = actor.email if actor.email.lower() != author.lower() else ""
    return scrubbed(content, domain=split(author)[1], private=private)


def may_write_as(actor: Actor, address: str) -> bool:
    """Members write as any address of theirs; a mailbox, which signs in without a member, as its own."""
    return actor.user_id is not None or address.lower() == actor.email
