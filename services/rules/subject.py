"""What rules look at: one message as it was understood, and how it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.mail.address import Address
from services.mail.message import Parsed


@dataclass(frozen=True, slots=True)
class Subject:
    """`author` is the From field, or the reverse-path where it names nobody; `at` is local to the mailbox; `company`
    is that of the contact who writes, None where they were no contact before."""

    parsed: Parsed
    author: Address
    recipients: Sequence[str]  # of the envelope: the aliases it came to
    text: str
    size: int
    at: datetime
    automatic: str = ""
    authentication: Mapping[str, Any] = field(default_factory=dict)  # as it is stored with the message
    company: str | None = None
