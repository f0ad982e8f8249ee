"""Mail as dialect A writes it: listed, whole, and to be sent."""

import base64
import binascii
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from api.shapes import Moment, Page, Shape, example
from models import Attachment, Direction, TicketStatus
from services import ids
from services.emails import Email, EmailFolder, WholeEmail
from services.mail import authentication
from services.mail.compose import File

_EMAIL: dict[str, Any] = {
    "id": "email_0b7h3k9m5w1zc",
    "threadId": "thr_9d2p6s0x4v8qm",
    "ticketId": "ticket_9d2p6s0x4v8qm",
    "folder": "inbox",
    "direction": "in",
    "from": "ann@customer.example",
    "fromName": "Ann Lee",
    "to": ["support@example.com"],
    "subject": "The lamp flickers",
    "snippet": "It has done so since Monday.",
    "receivedAt": "2026-11-21T09:00:00.000Z",
    "unread": True,
    "starred": False,
    "hasAttachments": False,
    "labels": ["billing"],
}
_WHOLE: dict[str, Any] = _EMAIL | {
    "cc": [],
    "headers": [{"name": "Message-ID", "value": "<4711@customer.example>"}],
    "text": "It has done so since Monday.\n",
    "html": "<div>It has done so since Monday.</div>",
    "attachments": [],
    "authentication": {"spf": "none", "dkim": "none", "dmarc": "none"},
    "trace": [{"step": "expand_alias", "outcome": "found", "reason": "support@example.com is an alias."}],
}


class EmailShape(Shape):
    model_config = Shape.model_config | example(**_EMAIL)
    id: str
    thread_id: str | None
    ticket_id: str | None
    folder: EmailFolder
    direction: Direction
    sender: str = Field(serialization_alias="from")
    from_name: str
    to: list[str]
    subject: str
    snippet: str
    received_at: Moment
    unread: bool
    starred: bool
    has_attachments: bool
    labels: list[str]

    @classmethod
    def of(cls, found: Email, **more: Any) -> Self:
        row = found.message
        names = ("direction", "subject", "snippet", "received_at", "has_attachments")
        return cls(
            id=ids.encode("email", row.id or 0),
            thread_id=ids.encode("thr", row.ticket_id) if row.ticket_id else None,
            ticket_id=ids.encode("ticket", row.ticket_id) if row.ticket_id else None,
            folder=found.folder,
            sender=row.author_address,
            from_name=row.author_name,
            to=[each["address"] for each in row.to],
            unread=found.unread,
            starred=found.starred,
            labels=list(found.labels),
            **{name: getattr(row, name) for name in names},
            **more,
        )


class Emails(Page):
    model_config = Shape.model_config | example(emails=[_EMAIL], page=1, limit=20, total=1)
    emails: list[EmailShape]


class HeaderField(Shape):
    name: str
    value: str


class AttachmentShape(Shape):
    id: str
    filename: str
    content_type: str
    size: int

    @classmethod
    def of(cls, row: Attachment) -> Self:
        attachment_id = ids.encode("att", row.id or 0)
        return cls(id=attachment_id, filename=row.filename, content_type=row.content_type, size=row.size)


class Authentication(Shape):
    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        return cls(**{name: authentication.result_of(stored, name) for name in ("spf", "dkim", "dmarc")})


class WholeEmailShape(EmailShape):
    """The mail whole; `html` is sanitised."""

    model_config = Shape.model_config | example(**_WHOLE)
    cc: list[str]
    headers: list[HeaderField]
    text: str
    html: str
    attachments: list[AttachmentShape]
    authentication: Authentication
    trace: list[dict[str, str]]

    @classmethod
    def of_whole(cls, found: WholeEmail) -> Self:
        row = found.email.message
        return cls.of(
            found.email,
            cc=[each["address"] for each in row.cc],
            headers=[HeaderField(name=name, value=value) for name, value in found.headers],
            text=found.text,
            html=found.html,
            attachments=[AttachmentShape.of(each) for each in found.attachments],
            authentication=Authentication.of(row.authentication),
            trace=row.trace,
        )


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character has no place in mail")  # RFC 5322 2.2, 4.1
    return text


Plain = Annotated[str, AfterValidator(_storable)]
Subject = Annotated[str, Field(max_length=998), AfterValidator(_storable)]  # RFC 5322 2.1.1


# RFC 6838 4.2; in pydantic's expressions \w is all of Unicode, and each time it may come again takes 100 KB
_CONTENT_TYPE = r"^[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}$"


class NewAttachment(Shape):
    """A file: `content` is base64."""

    model_config = Shape.model_config | example(filename="lamp.txt", content="aGVsbG8=")
    filename: Plain = Field(min_length=1, max_length=255)
    content: bytes
    content_type: str = Field(default="application/octet-stream", pattern=_CONTENT_TYPE)

    @field_validator("content", mode="before")
    @classmethod
    def _decoded(cls, value: Any) -> bytes:
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise ValueError("this is not base64") from None

    def content_of(self) -> File:
        return File(self.filename, self.content_type, self.content)


class NewReply(Shape):
    model_config = Shape.model_config | example(text="We send you a new driver today.")
    text: Plain = ""
    html: Plain = ""
    cc: list[Plain] = []
    bcc: list[Plain] = []
    attachments: list[NewAttachment] = []
    status: TicketStatus | None = None
    scheduled_at: Moment | None = None


def _refused(sent: Any) -> Any:
    if sent is not None:
        raise ValueError("this server cannot do this; leave it out")
    return sent


Refused = SkipJsonSchema[Annotated[Any, AfterValidator(_refused)]]


class NewEmail(Shape):
    """`from` or `aliasId` says as whom. `inReplyTo` is an email's id or a Message-ID.

    With `templateId` the template says subject, text and html, filled in for the first of `to` and with `variables`;
    a `subject` sent along is the one used. A field without a value refuses the mail. There are no other accounts, so
    mail that asks for one is refused.
    """

    model_config = Shape.model_config | example(
        **{"from": "support@example.com"}, to=["ann@customer.example"], subject="Your lamp", text="It is on its way."
    )
    sender: Plain = Field(default="", validation_alias="from")
    alias_id: str | None = None
    to: list[Plain] = []
    cc: list[Plain] = []
    bcc: list[Plain] = []
    subject: Subject | None = None
    text: Plain = ""
    html: Plain = ""
    attachments: list[NewAttachment] = []
    in_reply_to: Plain | None = None
    scheduled_at: Moment | None = None
    template_id: str | None = None
    variables: dict[str, Any] | None = None
    account_id: Refused = None
