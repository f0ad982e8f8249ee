"""The commands of RFC 5321: the transaction, and the one place where a message is taken."""

import asyncio
import logging
from typing import ClassVar

from services import errors, reception
from smtp import paths, replies
from smtp.conversation import Conversation, Transaction
from smtp.data import Body
from smtp.wire import CHUNK

log = logging.getLogger("mailroom.smtp")
DATA_SECONDS = 1800
NEVER = float("inf")


class Session(Conversation):
    """A session of the port for mail from anywhere."""

    commands: ClassVar[dict[bytes, str]] = {
        name: f"on_{name.decode().lower()}"
        for name in b"HELO EHLO STARTTLS MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT".split()
    }
    extensions = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")

    def on_helo(self, argument: str) -> None:
        if self._greet(argument):
            self.is_extended = False
            self.say(f"250 {self.desk.settings.mail_host}")

    def on_ehlo(self, argument: str) -> None:
        if not self._greet(argument):
            return
        self.is_extended = True
        offers = [*self.extensions, f"SIZE {self.desk.settings.max_message_bytes}", *self._offers()]
        lines = [self.desk.settings.mail_host, *offers]
        self.say("".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}")

    def _offers(self) -> list[str]:
        return ["STARTTLS"] if self.desk.tls and not self.is_tls else []

    def _greet(self, argument: str) -> bool:
        self.idle_commands += 1
        if not paths.is_host(argument):
            self.say(replies.HELLO_SYNTAX)
            return False
        self.transaction = None
        self.hello = argument
        return True

    def on_starttls(self, argument: str) -> None:
        if argument:
            self.say(replies.NO_ARGUMENT)
        elif self.desk.tls is None or self.is_tls:
            self.say(replies.NO_TLS)
        else:
            self.say(replies.START_TLS)
            self.transaction = None  # RFC 3207 4.2: nothing said in the clear counts afterwards
            self.hello = ""
            self.attend(self.start_tls(self.desk.tls))

    def on_mail(self, argument: str) -> None:
        if not self.hello:
            self.say(replies.HELLO_FIRST)
        elif self.transaction is not None:
            self.say(replies.NESTED_MAIL)
        else:
            self.say(self._mail(argument))

    def _mail(self, argument: str) -> str:
        if argument[:5].upper() != "FROM:":
            return replies.MAIL_SYNTAX
        path = paths.read_path(argument[5:])
        if path is None:
            return replies.BAD_SENDER if argument[5:].strip() else replies.MAIL_SYNTAX
        parameters = paths.read_parameters(path.parameters) if path.parameters else {}
        if parameters is None or (parameters and not self.is_extended):
            return replies.MAIL_SYNTAX
        utf8 = "SMTPUTF8" in parameters
        if not utf8 and not path.address.isascii():
            return replies.NEEDS_UTF8
        fault = self._parameter_fault(parameters) or self._sender_fault(path.address)
        if not fault and (self.desk.space.is_short() or self.desk.writer.is_full):
            fault = replies.NO_SPACE
        if fault:
            return fault
        self.transaction = Transaction(path.address, utf8, int(parameters.get("SIZE", 0)))
        return replies.SENDER_OK

    def _parameter_fault(self, parameters: dict[str, str]) -> str:
        for name, value in parameters.items():
            if name == "SIZE":  # RFC 1870
                if not (value.isascii() and value.isdigit() and len(value) <= 20):
                    return replies.BAD_PARAMETER
                if int(value) > self.desk.settings.max_message_bytes:
                    return replies.TOO_LARGE
            elif name == "BODY":  # RFC 6152
                if value.upper() not in ("7BIT", "8BITMIME"):
                    return replies.BAD_PARAMETER
            elif name == "SMTPUTF8":  # RFC 6531
                if value:
                    return replies.BAD_PARAMETER
            else:
                return self._unknown_parameter(name)
        return ""

    def _unknown_parameter(self, name: str) -> str:
        return replies.UNKNOWN_PARAMETER

    def _sender_fault(self, address: str) -> str:
        return ""

    def on_rcpt(self, argument: str) -> None:
        if self.transaction is None:
            self.say(replies.MAIL_FIRST if self.hello else replies.HELLO_FIRST)
        else:
            self.say(self._rcpt(argument, self.transaction))

    def _rcpt(self, argument: str, transaction: Transaction) -> str:
        if argument[:3].upper() != "TO:":
            return replies.RCPT_SYNTAX
        path = paths.read_path(argument[3:])
        if path is None or not path.address:
            return replies.BAD_ADDRESS if path or argument[3:].strip() else replies.RCPT_SYNTAX
        if path.parameters:
            return replies.UNKNOWN_PARAMETER
        if not path.address.isascii() and not transaction.is_utf8:
            return replies.NEEDS_UTF8
        recipients = transaction.recipients
        if len(recipients) >= self.desk.settings.max_recipients:
            return replies.TOO_MANY_RECIPIENTS
        self._verify(path.address, transaction)
        if path.address not in recipients:
            recipients.append(path.address)
        return replies.RECIPIENT_OK

    def _verify(self, address: str, transaction: Transaction) -> None:
        """Raises what the sender must be told."""
        try:
            self.desk.directory.verify_recipient(
                address, reverse_path=transaction.reverse_path, size=transaction.size, is_tls=self.is_tls
            )
        except errors.NotFound:
            if self.desk.guesses.add(self.peer):
                raise errors.TooMany("Too many unknown recipients from your address.", retry_after=60) from None
            raise

    def on_data(self, argument: str) -> None:
        if argument:
            self.say(replies.NO_ARGUMENT)
        elif not self.hello:
            self.say(replies.HELLO_FIRST)
        elif self.transaction is None:
            self.say(replies.MAIL_FIRST)
        elif not self.transaction.recipients:
            self.say(replies.RCPT_FIRST)
        elif self.has_more:
            self.end(replies.EARLY_CONTENT)
        else:
            self.say(replies.START)
            self.body = Body(self.desk.settings.max_message_bytes)
            self._last_moment = self.loop.time() + DATA_SECONDS

    def receive(self, body: Body) -> bool:
        """RFC 5321 4.5.3.2.5: minutes between pieces, but not for ever in all."""
        chunk = self.everything()
        if not chunk:
            return False
        self.renew()
        self.deadline = min(self._last_moment, self.deadline)
        rest = body.feed(chunk)
        if rest is None:
            if body.is_too_large and body.size > 2 * self.desk.settings.max_message_bytes + CHUNK:
                self.end(replies.TOO_LARGE)
            return False
        self.put_back(rest)
        self.body = None
        try:
            self._take(body)
        except errors.Error as error:
            self._finish(replies.reply_to(error))
        return True

    def _take(self, body: Body) -> None:
        """A whole message: to disk with it, or a refusal."""
        assert self.transaction is not None
        fault = replies.TOO_LARGE if body.is_too_large else body.fault() and f"550 5.5.2 {body.fault()}"
        if fault:
            self._finish(fault)
            return
        if self.desk.directory.is_counting:
            self._find_room(body.size, self.transaction)
        envelope = reception.Envelope(
            reverse_path=self.transaction.reverse_path,
            recipients=tuple(self.transaction.recipients),
            content=body.content(),
            helo=self.hello,
            peer=self.peer,
            protocol=self._protocol_name(self.transaction),
            user_id=self.user_id,
        )
        self._size = body.size
        self._kept = self._store(envelope)
        self._charge = self.desk.directory.charge(self.transaction.recipients, body.size)  # nobody else gets this room
        self._storing = self._waiting = True
        self.deadline = NEVER
        self._kept.add_done_callback(self._stored)

    def _find_room(self, size: int, transaction: Transaction) -> None:
        """Raises what the sender must be told where none of the recipients has room any more, for what nobody had
        announced or others were faster with; where one has, the rest are overdrawn by this message."""
        for address in transaction.recipients:
            try:
                self.desk.directory.verify_recipient(address, size=size)
            except errors.Error as error:
                fault = error
            else:
                return
        raise fault

    def _store(self, envelope: reception.Envelope) -> asyncio.Future[str]:
        return self.desk.writer.submit(envelope, len(envelope.content))

    def _stored(self, kept: asyncio.Future[str]) -> None:
        """The answer to a whole message: 250 only for what is on disk (RFC 5321 6.1)."""
        self._storing = self._waiting = False
        self.renew()
        try:
            self._finish(self._accepted(kept.result()))
        except errors.Error as error:
            self._give_back(replies.reply_to(error))
        except Exception:
            log.exception("a message from %s could not be stored", self.peer)
            self._give_back(replies.FAULT)
        self.go_on()

    def _give_back(self, reply: str) -> None:
        """The room of a message that was not stored, with the answer to it."""
        self._charge.give_back()
        self._finish(reply)

    def _accepted(self, queue_id: str) -> str:
        assert self.transaction is not None
        self.idle_commands = 0
        path, count = self.transaction.reverse_path, len(self.transaction.recipients)
        self.desk.journal.add(f"{queue_id} from=<{path}> to={count} size={self._size}")
        return replies.accepted(queue_id)

    def _finish(self, reply: str) -> None:
        """The answer to a message ends its transaction."""
        self.transaction = None
        self.say(reply)
        self.check_manners()

    def _protocol_name(self, transaction: Transaction) -> str:
        """The "with" of the trace field (RFC 3848, RFC 6531 4.3)."""
        if not self.is_extended:
            return "SMTP"
        name = "UTF8SMTP" if transaction.is_utf8 else "ESMTP"
        return name + ("S" if self.is_tls else "") + ("A" if self.is_signed_in else "")

    def on_rset(self, argument: str) -> None:
        self.idle_commands += 1
        if argument:
            self.say(replies.NO_ARGUMENT)
        else:
            self.transaction = None
            self.say(replies.OK)

    def on_noop(self, argument: str) -> None:
        self.idle_commands += 1
        self.say(replies.OK)

    def on_vrfy(self, argument: str) -> None:
        self.idle_commands += 1
        self.say(replies.CANNOT_VERIFY if argument else "501 5.5.4 Name an address")

    def on_expn(self, argument: str) -> None:
        self.idle_commands += 1
        self.say(replies.NOT_SUPPORTED)

    def on_help(self, argument: str) -> None:
        self.idle_commands += 1
        self.say(replies.HELP)

    def on_quit(self, argument: str) -> None:
        if argument:
            self.say(replies.NO_ARGUMENT)
        else:
            self.say(replies.BYE)
            self.hang_up()
