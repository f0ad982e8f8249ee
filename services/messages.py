"""Messages one by one: read, shown as safe HTML, as the raw source, and their attachments."""

from collections.abc import Callable
from html import escape

from sqlmodel import Session, col, select

from models import Attachment, Direction, Message, MessageBody, RawMessage, TrustedSender
from services import access, ids
from services.access import Actor, Permission
from services.errors import NotFound
from services.mail import message as mail_message
from services.mail import sanitize
from services.mail.message import Part
from services.mail.sanitize import Cleaned


def _link(attachment_id: int) -> str:
    return f"/files/{ids.encode('att', attachment_id)}"


def get(session: Session, message_id: int, *, actor: Actor) -> Message:
    """One message of the organisation. Raises NotFound."""
    access.require(actor, Permission.READ_EMAILS)
    found = session.get(Message, message_id)
    if found is None or found.organisation_id != actor.organisation_id or found.deleted_at is not None:
        raise NotFound("There is no such message.")
    return found


def text(session: Session, message_id: int, *, actor: Actor) -> str:
    """The message as plain text, as it is searched (at most 256 Ki characters)."""
    message = get(session, message_id, actor=actor)
    body = session.get(MessageBody, message.search_id) if message.search_id else None
    return body.text if body else ""


def raw(session: Session, message_id: int, *, actor: Actor) -> bytes:
    """The bytes as they came or went. Raises NotFound for a note, which has none."""
    message = get(session, message_id, actor=actor)
    found = session.get(RawMessage, message.raw_id) if message.raw_id else None
    if found is None:
        raise NotFound("A note has no source.")
    return found.content


def headers(session: Session, message_id: int, *, actor: Actor) -> list[tuple[str, str]]:
    """All fields in order, decoded; none for a note."""
    message = get(session, message_id, actor=actor)
    found = session.get(RawMessage, message.raw_id) if message.raw_id else None
    return mail_message.parse(found.content).headers if found else []


def html(
    session: Session,
    message_id: int,
    *,
    remote: bool = False,
    link: Callable[[int], str] = _link,
    actor: Actor,
) -> str:
    """The body for the reader's frame, made inert; `cid:` pictures point to `link(attachment id)`."""
    return body(session, message_id, remote=remote, link=link, actor=actor).html


def body(
    session: Session,
    message_id: int,
    *,
    remote: bool = False,
    link: Callable[[int], str] = _link,
    actor: Actor,
) -> Cleaned:
    """As `html`, with the number of remote resources that were withheld."""
    message = get(session, message_id, actor=actor)
    source = session.get(RawMessage, message.raw_id) if message.raw_id and message.has_html else None
    markup = mail_message.parse(source.content).html if source else ""
    if not markup:
        plain = text(session, message_id, actor=actor)
        return Cleaned(f'<div style="white-space: pre-wrap">{escape(plain)}</div>', 0)
    pictures = {file.content_id: file.id or 0 for file in attachments(session, message_id, actor=actor)}
    return sanitize.clean(markup, remote=remote, cid=lambda name: link(pictures[name]) if name in pictures else None)


def attachments(session: Session, message_id: int, *, actor: Actor) -> list[Attachment]:
    """The files of a message, in order."""
    message = get(session, message_id, actor=actor)
    query = select(Attachment).where(col(Attachment.message_id) == message.id).order_by(col(Attachment.id))
    return list(session.exec(query).all())


def attachment(session: Session, attachment_id: int, *, actor: Actor) -> tuple[Part, bytes]:
    """One file, of a message or of a draft, with its content. Raises NotFound."""
    access.require(actor, Permission.READ_EMAILS)
    found = session.get(Attachment, attachment_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound("There is no such file.")
    content = found.content if found.content is not None else _from_raw(session, found, actor)
    part = Part(found.part or 0, found.filename, found.content_type, len(content), found.content_id, found.inline)
    return part, content


def _from_raw(session: Session, file: Attachment, actor: Actor) -> bytes:
    if file.message_id is None or file.part is None:
        raise NotFound("There is no such file.")
    try:
        return mail_message.part_content(raw(session, file.message_id, actor=actor), file.part)[1]
    except KeyError:
        raise NotFound("There is no such file.") from None


def loads_remote(session: Session, message_id: int, *, actor: Actor) -> bool:
    """Whether the member always loads remote images of this author; what we wrote ourselves loads them anyway."""
    message = get(session, message_id, actor=actor)
    if message.direction is not Direction.IN:
        return True
    return session.get(TrustedSender, (actor.user_id or 0, message.author_address)) is not None


def trust_sender(session: Session, message_id: int, *, actor: Actor) -> None:
    """Always load remote images of this message's author for this member."""
    message = get(session, message_id, actor=actor)
    if actor.user_id is not None and not loads_remote(session, message_id, actor=actor):
        session.add(TrustedSender(user_id=actor.user_id, address=message.author_address))
