"""The demo's mail, as strangers' programs would write it: plain and HTML, replies that quote, files, machines' mail."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent.parent.parent / "assets" / "demo"


@dataclass
class Letter:
    """One message to send: envelope and bytes come from it. `answers` is the text it quotes."""

    sender: str
    recipient: str
    subject: str
    text: str
    at: datetime
    message_id: str
    references: list[str] = field(default_factory=list)
    answers: str = ""
    html: str = ""
    files: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    reverse_path: str | None = None
    recipients: list[str] = field(default_factory=list)


@cache
def content(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def build(letter: Letter) -> bytes:
    """The message as bytes with CRLF; about half of the people write HTML too."""
    name, address = parseaddr(letter.sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = ", ".join(letter.recipients or [letter.recipient])
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    if letter.references:
        message["In-Reply-To"] = letter.references[-1]
        message["References"] = " ".join(letter.references)
    for header, value in letter.headers.items():
        message[header] = value
    quoted = "\n".join("> " + line for line in letter.answers.splitlines())
    attribution = f"On {letter.at:%d %B %Y}, Kestrel Bikes wrote:" if quoted else ""
    message.set_content(f"{letter.text}\n\n{attribution}\n{quoted}\n" if quoted else letter.text + "\n")
    if letter.html or len(name) % 2 == 0:
        message.add_alternative(letter.html or _html(letter, attribution), subtype="html")
    for kind in letter.files:
        _attach(message, kind)
    return bytes(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))


def _html(letter: Letter, attribution: str) -> str:
    body = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in letter.text.splitlines())
    quote = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in letter.answers.splitlines())
    if quote:
        body += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{attribution}</div>'
            '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
            f"{quote}</blockquote></div>"
        )
    return f'<div dir="ltr">{body}</div>'


def _attach(message: EmailMessage, kind: str) -> None:
    if kind == "pdf":
        message.add_attachment(_pdf(), maintype="application", subtype="pdf", filename="document.pdf")
    else:
        hue = (60, 120, 110) if kind == "photo" else (70, 80, 140)
        message.add_attachment(_png(320, 200, hue), maintype="image", subtype="png", filename=f"{kind}.png")


def _png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture with a gradient, so that previews have something to show."""
    rows = b"".join(
        b"\0" + b"".join(bytes(min(255, c + (x + y) * 90 // (width + height)) for c in colour) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def newsletters(domain: str, at: datetime, number: int) -> Iterator[Letter]:
    """Bulk mail with pictures from elsewhere, for remote content to be blocked in."""
    issue = content("newsletters.json")[number % 6]
    slug = f"{issue['brand'].split()[0].lower()}-{number}"
    rows = "".join(
        f'<tr><td style="padding:8px 0;border-bottom:1px solid #eee;font-size:15px">{escape(each)}</td></tr>'
        for each in issue["items"]
    )
    html = (FOLDER / "newsletter.html").read_text(encoding="utf-8")
    for place, value in {"brand": issue["brand"], "title": issue["title"], "lead": issue["lead"]}.items():
        html = html.replace("{" + place + "}", escape(value))
    text = "\n\n".join([issue["title"], issue["lead"], *("* " + each for each in issue["items"])])
    yield Letter(
        f"{issue['brand'].title()} <{issue['address']}>",
        f"support@{domain}",
        issue["title"],
        text,
        at,
        f"<news-{slug}@{issue['address'].split('@')[1]}>",
        html=html.replace("{slug}", slug).replace("{rows}", rows),
        headers={
            "List-Id": f"<{slug}.news.example>",
            "List-Unsubscribe": "<https://www.news.example/unsubscribe>",
            "Precedence": "bulk",
        },
    )


def bounce(domain: str, at: datetime) -> bytes:
    """A delivery status report (RFC 3464) about an answer that could not be delivered."""
    text = (FOLDER / "bounce.eml").read_text(encoding="utf-8")
    return text.replace("{domain}", domain).replace("{date}", format_datetime(at)).replace("\n", "\r\n").encode()


def out_of_office(domain: str, at: datetime, reference: str) -> Letter:
    return Letter(
        "Robert Finch <robert.finch@finchlaw.example>",
        f"billing@{domain}",
        "Automatic reply: Charged twice",
        "I am out of the office until Monday and read no mail. If it is urgent, please call.\n\nRobert Finch",
        at,
        "<ooo-5512@finchlaw.example>",
        references=[reference] if reference else [],
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        reverse_path="",
    )
