"""Which parts of a message are its text (RFC 8621 4.1.4) and what that text is."""

from html import escape

from services.mail.charsets import decode, html_charset
from services.mail.message import enriched
from services.mail.message.containers import content_of
from services.mail.message.flowed import unflow
from services.mail.message.tree import Leaf
from services.mail.sanitize import to_text

_TEXT = frozenset({"text/plain", "text/html"})
LONGEST = 4_000_000  # characters of text or HTML that are kept of one message


def bodies_of(raw: bytes, leaves: list[Leaf]) -> tuple[str, str, list[Leaf]]:
    """Text, HTML, and the leaves that are attachments."""
    text: list[Leaf] = []
    html: list[Leaf] = []
    attached: list[Leaf] = []
    rich = frozenset() if any(leaf.content_type in _TEXT for leaf in leaves) else enriched.TYPES
    for leaf in leaves:
        if not _is_body(leaf, _TEXT | rich):
            attached.append(leaf)
        elif leaf.alternatives:
            (html if leaf.content_type == "text/html" else text).append(leaf)
        else:
            text.append(leaf)
            html.append(leaf)
    return _text(raw, text), _html(raw, html), attached


def _is_body(leaf: Leaf, types: frozenset[str]) -> bool:
    if leaf.content_type not in types or leaf.disposition == "attachment":
        return False
    if leaf.position == 0 and not leaf.filename:
        return True
    return leaf.parent != "related" and not leaf.filename


def _text(raw: bytes, leaves: list[Leaf]) -> str:
    if all(leaf.content_type == "text/html" for leaf in leaves):
        return ""
    pieces = [
        to_text(written(raw, leaf)) if leaf.content_type == "text/html" else written(raw, leaf) for leaf in leaves
    ]
    return pieces[0] if len(pieces) == 1 else "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())


def _html(raw: bytes, leaves: list[Leaf]) -> str:
    if all(leaf.content_type != "text/html" for leaf in leaves):
        return ""
    return "\n".join(
        written(raw, leaf)
        if leaf.content_type == "text/html"
        else f'<div style="white-space: pre-wrap">{escape(written(raw, leaf))}</div>'
        for leaf in leaves
    )


def written(raw: bytes, leaf: Leaf) -> str:
    """The text of a text part, with \\n as line end, flowed lines joined."""
    content = content_of(raw, leaf)[: 4 * LONGEST]
    charset = leaf.parameters.get("charset", "")
    text = decode(content, html_charset(content, charset) if leaf.content_type == "text/html" else charset)[:LONGEST]
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if leaf.content_type in enriched.TYPES:
        return enriched.to_plain(text, leaf.content_type)
    if leaf.parameters.get("format", "").lower() == "flowed" and leaf.content_type == "text/plain":
        return unflow(text, delsp=leaf.parameters.get("delsp", "").lower() == "yes")
    return text
