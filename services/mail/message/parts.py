"""Attachments: what a message carries beside its text."""

from collections.abc import Collection
from dataclasses import dataclass

from services.mail.message.containers import content_of
from services.mail.message.fields import first, split_entity
from services.mail.message.names import for_part
from services.mail.message.tree import Leaf
from services.mail.words import decode_words

__all__ = ["Part", "content_of", "part_of"]


@dataclass(frozen=True)
class Part:
    """One attachment; `index` names it within its message, `inline` means that the HTML shows it."""

    index: int
    filename: str
    content_type: str
    size: int
    content_id: str
    inline: bool
    method: str = ""  # of a calendar's part: request, reply … (RFC 6047 2.4)


def part_of(raw: bytes, leaf: Leaf, shown: Collection[str] = ()) -> Part:
    """What is told of a part; `shown` are the content ids that the HTML asks for."""
    content = content_of(raw, leaf)
    subject = ""
    if leaf.content_type in {"message/rfc822", "message/global"} and not leaf.filename:
        subject = decode_words(first(split_entity(content, 0, len(content))[0], "subject"))
    return Part(
        index=leaf.index,
        filename=for_part(decode_words(leaf.filename), leaf.content_type, leaf.index, subject=subject),
        content_type=leaf.content_type,
        size=len(content),
        content_id=leaf.content_id,
        inline=bool(leaf.content_id) and leaf.content_id in shown,
        method=leaf.parameters.get("method", "").lower() if leaf.content_type == "text/calendar" else "",
    )
