"""The registry of fields: what a condition can be about, of which kind it is, and how it is read from a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.mail import language
from services.mail.address import Address
from services.mail.authentication import summary
from services.rules.subject import Subject


class Kind(StrEnum):
    """What a field says: words, addresses, a number of bytes, HH:MM, mon … sun, yes and no, or one of few results."""

    TEXT = "text"
    ADDRESS = "address"
    SIZE = "size"
    TIME = "time"
    DAY = "day"
    FLAG = "flag"
    RESULT = "result"


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TEXT = ("contains", "is", "starts", "ends", "matches", "in")
OF_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: _TEXT,
    Kind.ADDRESS: _TEXT,
    Kind.SIZE: ("greater", "less"),
    Kind.TIME: ("before", "after"),
    Kind.DAY: ("is", "in"),
    Kind.FLAG: ("is",),
    Kind.RESULT: ("is", "in"),
}
Value = str | Address | int | bool
Reading = Callable[[Subject, str], Sequence[Value]]


@dataclass(frozen=True)
class Field:
    """`read(subject, name)` gives every value the message has; `named` fields need the name of a header field,
    `choices` are all the values there can be, `called` what people call them."""

    name: str
    label: str
    kind: Kind
    read: Reading
    can_lack: bool = False
    named: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks_contacts(self) -> bool:
        return self.name in ("contact", "company")

    @property
    def operators(self) -> tuple[str, ...]:
        """The names of the operators that make sense, the usual one first."""
        return (*OF_KIND[self.kind], "exists") if self.can_lack else OF_KIND[self.kind]


def _files(subject: Subject) -> list[tuple[str, str]]:
    return [(part.filename, part.content_type) for part in subject.parsed.parts if not part.inline]


def _mechanism(name: str, label: str, *more: str) -> Field:
    return Field(
        name,
        label,
        Kind.RESULT,
        lambda s, _: (summary.result_of(s.authentication, name).replace("temperror", "unknown"),),
        choices=("pass", "fail", *more, "none", "permerror", "unknown"),
    )


_ALL = (
    Field("subject", "Subject", Kind.TEXT, lambda s, _: (s.parsed.subject,)),
    Field(
        "from",
        "From",
        Kind.ADDRESS,
        lambda s, _: (s.author,),
        hint="An address, or everybody at a domain: @example.com",
    ),
    Field("to", "To", Kind.ADDRESS, lambda s, _: s.parsed.to, can_lack=True),
    Field("cc", "Cc", Kind.ADDRESS, lambda s, _: s.parsed.cc, can_lack=True),
    Field(
        "recipient",
        "Alias",
        Kind.ADDRESS,
        lambda s, _: [Address("", each) for each in s.recipients],
        hint="The address of yours that the message came to",
    ),
    Field("body", "Body", Kind.TEXT, lambda s, _: (s.text,)),
    Field("header", "Header", Kind.TEXT, lambda s, name: s.parsed.all(name), can_lack=True, named=True),
    Field("size", "Size", Kind.SIZE, lambda s, _: (s.size,), hint="Bytes, or with a unit: 5 MB"),
    Field("has_attachment", "Has an attachment", Kind.FLAG, lambda s, _: (bool(_files(s)),)),
    Field("attachment_name", "Attachment name", Kind.TEXT, lambda s, _: [name for name, _ in _files(s)]),
    Field(
        "attachment_type",
        "Attachment type",
        Kind.TEXT,
        lambda s, _: [kind for _, kind in _files(s)],
        hint="For example application/pdf, or image/",
    ),
    Field(
        "contact",
        "From a contact",
        Kind.FLAG,
        lambda s, _: (s.company is not None,),
        hint="Somebody who wrote before, or whom you added",
    ),
    Field(
        "company",
        "Company",
        Kind.TEXT,
        lambda s, _: (s.company,) if s.company else (),
        hint="That of the contact who writes",
        can_lack=True,
    ),
    Field(
        "language",
        "Language",
        Kind.RESULT,
        lambda s, _: (language.of(s.text) or language.of(s.parsed.subject),),
        choices=language.CODES,
        called=language.NAMES,
    ),
    Field("automatic", "Automatic", Kind.FLAG, lambda s, _: (bool(s.automatic),), hint="Written by a machine"),
    Field(
        "verdict",
        "Authentication",
        Kind.RESULT,
        lambda s, _: (str(s.authentication.get("verdict", "none")),),
        hint="Whether the domain of the author stands behind the message, as far as was known when it came",
        choices=("pass", "fail", "none", "unknown"),
    ),
    _mechanism("spf", "SPF", "softfail", "neutral"),
    _mechanism("dkim", "DKIM"),
    _mechanism("dmarc", "DMARC"),
    Field("time_of_day", "Time of day", Kind.TIME, lambda s, _: (s.at.hour * 60 + s.at.minute,)),
    Field("day_of_week", "Day of the week", Kind.DAY, lambda s, _: (DAYS[s.at.weekday()],)),
)
FIELDS: dict[str, Field] = {each.name: each for each in _ALL}
