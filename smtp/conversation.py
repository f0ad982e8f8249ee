"""Reading commands line by line, and whom to show out."""

import re
import ssl
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from services import errors, reception
from services.database.group import GroupCommit
from services.mailboxes import Directory
from services.settings import Settings
from smtp import replies
from smtp.data import Body
from smtp.journal import Journal
from smtp.limits import Guesses, Register, Space
from smtp.wire import Wire

LONGEST_COMMAND = 2048  # RFC 5321 4.5.3.1.4 says 512; parameters of extensions lengthen MAIL
MAX_ERRORS = 20
MAX_IDLE_COMMANDS = 100
_FOREIGN = re.compile(rb"(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI) |\x16\x03", re.IGNORECASE)
_SOUND = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*\r\n")


@dataclass
class Desk:
    """What all sessions of one port share."""

    settings: Settings
    directory: Directory
    writer: GroupCommit[reception.Envelope, str]
    register: Register
    guesses: Guesses
    space: Space
    journal: Journal
    tls: ssl.SSLContext | None


@dataclass
class Transaction:
    """What MAIL began: the reverse-path ("" for the null one), the announced size (0 = none was) and the recipients
    accepted so far."""

    reverse_path: str
    is_utf8: bool
    size: int = 0
    recipients: list[str] = field(default_factory=list)


class Conversation(Wire):
    """Obeys each command as it comes whole; between DATA and the end of the message, hands on what comes."""

    commands: ClassVar[dict[bytes, str]] = {}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.register, desk.settings.smtp_timeout)
        self.desk = desk
        self.hello = ""
        self.is_extended = False
        self.transaction: Transaction | None = None
        self.is_signed_in = False
        self.user_id: int | None = None
        self.body: Body | None = None
        self.idle_commands = 0

    def greet(self) -> None:
        self.say(f"220 {self.desk.settings.mail_host} ESMTP Mailroom")

    def read(self) -> bool:
        if self.body is not None:
            return self.receive(self.body)
        if self._waiting and self._asked is None:
            return False
        line = self.line()
        if line is None:
            return False
        if self._asked is not None:
            self._asked.set_result(line)
            self._asked = None
            return False
        self._obey(line)
        self.check_manners()
        return True

    @abstractmethod
    def receive(self, body: Body) -> bool:
        """Take one step through the content of a message."""

    def _obey(self, line: bytes) -> None:
        verb, _, rest = line[:-2].partition(b" ")
        command = self.commands.get(verb.upper())
        if command is None and _FOREIGN.match(line):
            self.end(replies.NOT_MAIL)
            return
        fault = _line_fault(line)
        if fault or command is None:
            self.say(fault or replies.NOT_A_COMMAND)
            return
        try:
            argument = rest.decode()
        except UnicodeDecodeError:
            self.say(replies.BAD_UTF8)
            return
        try:
            getattr(self, command)(argument.rstrip(" "))
        except errors.Error as error:
            self.say(replies.reply_to(error))

    def check_manners(self) -> None:
        if self._last_word and not self._storing:
            self.end(self._last_word)
        elif self._complaints > MAX_ERRORS:
            self.end(replies.TOO_MANY_ERRORS)
        elif self.idle_commands > MAX_IDLE_COMMANDS:
            self.end(replies.TOO_MUCH_TALK)


def _line_fault(line: bytes) -> str:
    """A command is one line of at most LONGEST_COMMAND octets, ended by CR LF, without control characters."""
    if len(line) > LONGEST_COMMAND:
        return replies.LINE_TOO_LONG
    if _SOUND.fullmatch(line):
        return ""
    if line[-2:] != b"\r\n":
        return replies.BARE_LF
    return replies.BARE_CR if line.find(b"\r") != len(line) - 2 else replies.BAD_CHARACTER
