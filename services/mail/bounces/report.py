"""What a report about mail of ours says: which recipients, how it stands with each, and in which words."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["hard", "soft", "block", "transient", "delayed", "complaint"]  # as models.BounceKind
Sort = Literal["failure", "delayed", "complaint", "auto_reply", "delivered"]


@dataclass(frozen=True, slots=True)
class Affected:
    """One recipient. `original` is the address written to, where it was expanded to another on its way."""

    address: str
    kind: Kind = "transient"
    reason: str = "other"
    enhanced_code: str = ""
    reply_code: int | None = None
    diagnostic: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`message_id` and `reverse_path` are those of the mail it is about, as far as it shows them; `feedback` is what is
    complained of (RFC 5965 7.3)."""

    sort: Sort
    affected: tuple[Affected, ...] = ()
    message_id: str = ""
    feedback: str = ""
    reverse_path: str = ""


@dataclass(slots=True)
class Mention:
    """A recipient as a report names it, before it is judged."""

    address: str
    original: str = ""
    action: str = ""  # failed, delayed, delivered, relayed, expanded (RFC 3464 2.3.3)
    status: str = ""
    words: str = ""  # a server's, from Diagnostic-Code
    said: str = ""  # what the report says of it in plain text
    late: bool = False  # its server had taken the recipient before it refused the message


@dataclass(slots=True)
class Sections:
    """The parts of a report: words for people, fields for programs, and what is left of the message itself."""

    words: str = ""
    status: str = ""
    feedback: str = ""
    returned: str = ""
    fields: dict[str, str] = field(default_factory=dict)  # of the report itself, names in lower case
