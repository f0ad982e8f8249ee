"""What a message carries beneath what was typed: signature, and the mail it answers or forwards, as text and html."""

import html as markup
import re
from dataclasses import dataclass

from sqlmodel import Session

from models import Message, RawMessage
from services.mail import sanitize
from services.mail.message import body_text, parse

_PICTURE = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?cid:[^>]*>", re.IGNORECASE)
MAX_QUOTED = 200_000


@dataclass(frozen=True)
class Written:
    """A body in both forms; `html` empty for plain text only."""

    text: str
    html: str = ""

    def then(self, below: "Written") -> "Written":
        """This with `below` beneath it."""
        if not (below.text or below.html):
            return self
        html = self.html and f"{self.html}\n{below.html or as_html(below.text)}"
        return Written(f"{self.text.rstrip()}\n\n{below.text}", html)


def typed(text: str, html: str, *, plain: bool) -> Written:
    """What was written in the editor, made safe; text is made from html where there is none."""
    html = "" if plain else sanitize.clean_outgoing(html)
    return Written(text if text.strip() or not html else sanitize.to_text(html, links=sanitize.LONGEST), html)


def signature(html: str, above: Written) -> Written:
    """The signature behind its dashes, unless `above` already ends with it."""
    text = sanitize.to_text(html, links=sanitize.LONGEST).strip() if html.strip() else ""
    if not text or text in above.text:
        return Written("")
    return Written(f"-- \n{text}", f'<div class="signature">-- <br>{sanitize.clean_outgoing(html)}</div>')


def answered(session: Session, message: Message) -> Written:
    """The message quoted beneath an answer to it."""
    text, html = _body_of(session, message)
    head = f"On {_moment(message)}, {_person(message.author_name, message.author_address)} wrote:"
    quoted = "\n".join(f">{' ' if line and not line.startswith('>') else ''}{line}" for line in text.splitlines())
    block = '<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
    return Written(
        f"{head}\n{quoted}",
        f'<div class="gmail_quote"><div>{markup.escape(head)}</div>{block}{_PICTURE.sub("", html)}</blockquote></div>',
    )


def forwarded(session: Session, message: Message) -> Written:
    """The message as it is passed on, under the fields that say whose it is."""
    text, html = _body_of(session, message)
    fields = [
        ("From", _person(message.author_name, message.author_address)),
        ("Date", _moment(message)),
        ("Subject", message.subject),
        ("To", ", ".join(_person(each.get("name", ""), each.get("address", "")) for each in message.to)),
    ]
    lines = "\n".join(f"{name}: {value}" for name, value in fields)
    rows = "<br>".join(f"<b>{name}:</b> {markup.escape(value)}" for name, value in fields)
    head = "---------- Forwarded message ----------"
    return Written(
        f"{head}\n{lines}\n\n{text}", f'<div class="gmail_quote"><div>{head}<br>{rows}</div><br>{html}</div>'
    )


def as_html(text: str) -> str:
    return f"<div>{markup.escape(text).replace(chr(10), '<br>')}</div>"


def _body_of(session: Session, message: Message) -> tuple[str, str]:
    raw = session.get(RawMessage, message.raw_id) if message.raw_id else None
    if raw is None:
        return "", ""
    parsed = parse(raw.content)
    text = body_text(parsed)[:MAX_QUOTED]
    html = sanitize.clean_outgoing(parsed.html) if 0 < len(parsed.html) <= MAX_QUOTED else as_html(text)
    return text, html


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _moment(message: Message) -> str:
    at = message.sent_at or message.received_at
    return f"{at:%a}, {at.day} {at:%b %Y} at {at:%H:%M} UTC"
