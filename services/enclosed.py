"""Messages enclosed in messages (message/rfc822): opened, made inert, and their files taken out, to a bounded depth.

A path leads there from an attachment: the part of the enclosed message, the part of the one within that, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from sqlmodel import Session

from services import messages
from services.access import Actor
from services.errors import NotFound
from services.mail import message as mail_message
from services.mail import sanitize
from services.mail.message import Parsed, Part
from services.mail.sanitize import Cleaned

DEEPEST = 5
TYPES = frozenset({"message/rfc822", "message/global"})
Path = tuple[int, ...]


@dataclass(frozen=True)
class Enclosed:
    """An enclosed message; `files` are those its HTML does not show."""

    parsed: Parsed
    body: Cleaned
    files: tuple[Part, ...]


def is_message(filename: str, content_type: str) -> bool:
    """Whether an attachment can be opened as a message; some send theirs as any file with the right name."""
    is_unknown = content_type in {"application/octet-stream", "text/plain"}
    return content_type in TYPES or (is_unknown and filename.lower().endswith(".eml"))


def get(
    session: Session, attachment_id: int, path: Path = (), *, remote: bool, link: Callable[[Path], str], actor: Actor
) -> Enclosed:
    """The message that an attachment is, or encloses at `path`; `link` gives the address of one of its parts."""
    part, content = file(session, attachment_id, path, actor=actor)
    if not is_message(part.filename, part.content_type):
        raise NotFound("There is no such message.")
    parsed = mail_message.parse(content)
    pictures = {each.content_id: link((*path, each.index)) for each in parsed.parts if each.inline}
    if parsed.html:
        body = sanitize.clean(parsed.html, remote=remote, cid=pictures.get)
    else:
        body = Cleaned(f'<div style="white-space: pre-wrap">{escape(parsed.text)}</div>', 0)
    return Enclosed(parsed, body, tuple(each for each in parsed.parts if not each.inline))


def file(session: Session, attachment_id: int, path: Path = (), *, actor: Actor) -> tuple[Part, bytes]:
    """An attachment, or the part of a message in it at `path`. Raises NotFound."""
    part, content = messages.attachment(session, attachment_id, actor=actor)
    if len(path) > DEEPEST:
        raise NotFound("There is no such file.")
    for index in path:
        if not is_message(part.filename, part.content_type):
            raise NotFound("There is no such file.")
        try:
            part, content = mail_message.part_content(content, index)
        except KeyError:
            raise NotFound("There is no such file.") from None
    return part, content
