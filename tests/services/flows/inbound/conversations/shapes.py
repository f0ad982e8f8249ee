"""What happens in a conversation, and in which world: the words shapes are written in.

A shape is a generator. It yields what happens and is told, after an answer of ours, what the customer got; each mail
says which conversation of the shape it is part of.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from tests.services.flows.inbound.conversations.clients import Client, Fields, Said


@dataclass
class Mail:
    """Mail to us."""

    author: str
    subject: str
    message_id: str
    fields: Fields = field(default_factory=dict)
    part_of: str = ""
    to: str = "support@acme.test"
    body: str = "Some words."


@dataclass
class Answer:
    """A member answers the conversation's ticket."""

    part_of: str = ""


@dataclass
class Close:
    part_of: str = ""


@dataclass
class Merge:
    """A member makes one of both."""

    into: str
    other: str


@dataclass
class Later:
    """Forty days pass."""


Event = Mail | Answer | Close | Merge | Later
Run = Generator[Event, Said | None, None]
SUBJECTS = ("printer", "invoice", "contract", "delivery", "log-in")


@dataclass(frozen=True)
class World:
    """One run of a shape: whose it is and how they write; hundreds of customers share a subject."""

    number: int
    client: Client
    prefix: str

    @property
    def customer(self) -> str:
        return f"customer{self.number}@{self.home}"

    @property
    def colleague(self) -> str:
        return f"colleague{self.number}@{self.home}"

    @property
    def home(self) -> str:
        return f"c{self.number % 40}.test"

    @property
    def subject(self) -> str:
        return f"Question about the {SUBJECTS[self.number % len(SUBJECTS)]}"

    def id(self, name: str) -> str:
        return f"<{name}.{self.number}.{(self.number * 2654435761) % 2**32:x}@mail.{self.home}>"

    def ask(self, name: str = "first", subject: str | None = None, part_of: str = "", **fields: str) -> Mail:
        """Mail that answers nothing."""
        named = {key.replace("_", "-"): value for key, value in fields.items()}
        return Mail(self.customer, self.subject if subject is None else subject, self.id(name), named, part_of)

    def reply(self, parent: Said, name: str, author: str = "", subject: str = "", part_of: str = "") -> Mail:
        """An answer as this world's client writes it."""
        shown = subject or self.prefix + parent.subject.removeprefix("Re: ")
        return Mail(author or self.customer, shown, self.id(name), self.client(parent), part_of)


Shape = Callable[[World], Run]


def as_said(mail: Mail) -> Said:
    """The customer's own message, as those who answer it know it."""
    return Said(mail.message_id, mail.subject, index=mail.fields.get("Thread-Index", ""))
