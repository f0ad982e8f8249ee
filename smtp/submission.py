"""The port where members hand in mail of their own: they sign in, write as their organisation, and it goes out."""

import asyncio
import base64
from collections.abc import Coroutine
from typing import Any, ClassVar

from services import access, database, errors, outbound, reception
from services.access import Actor, Permission
from services.flows import admission
from services.settings import is_loopback
from smtp import replies
from smtp.conversation import Transaction
from smtp.session import Session

MAX_FAILURES = 3
_CANCEL = b"*"


class Submission(Session):
    """A session of the submission port (RFC 6409). AUTH is offered only where nobody can listen (RFC 4954 4)."""

    commands: ClassVar[dict[bytes, str]] = {**Session.commands, b"AUTH": "on_auth"}
    actor: Actor | None = None
    _failures = 0

    @property
    def _is_private(self) -> bool:
        return self.is_tls or is_loopback(self.peer)

    def _offers(self) -> list[str]:
        return super()._offers() + (["AUTH PLAIN LOGIN"] if self._is_private else [])

    def on_auth(self, argument: str) -> None:
        mechanism, _, initial = argument.partition(" ")
        exchange = {"PLAIN": self._plain, "LOGIN": self._login}.get(mechanism.upper())
        if not self.is_extended:
            self.say(replies.HELLO_FIRST)
        elif self.actor is not None or self.transaction is not None:
            self.say(replies.AUTH_TWICE)
        elif not self._is_private:
            self.say(replies.AUTH_NEEDS_TLS)
        elif exchange is None:
            self.say(replies.AUTH_UNKNOWN)
        else:
            self.attend(self._exchange(exchange(initial)))

    async def _exchange(self, exchange: Coroutine[Any, Any, tuple[str, str]]) -> None:
        try:
            self.say(await self._sign_in(*await exchange))
        except _Cancelled:
            self.say(replies.AUTH_CANCELLED)
        except ValueError:
            self.say(replies.AUTH_DAMAGED)
        self.check_manners()

    async def _plain(self, initial: str) -> tuple[str, str]:
        """RFC 4616: authorisation identity, name and password between NULs."""
        text = _decoded(b"" if initial == "=" else initial.encode()) if initial else await self._ask(b"")
        _, name, password = text.split("\0")
        return name, password

    async def _login(self, initial: str) -> tuple[str, str]:
        name = _decoded(initial.encode()) if initial else await self._ask(b"Username:")
        return name, await self._ask(b"Password:")

    async def _ask(self, challenge: bytes) -> str:
        line = (await self.ask("334 " + base64.b64encode(challenge).decode())).rstrip(b"\r\n")
        if line == _CANCEL:
            raise _Cancelled
        return _decoded(line)

    async def _sign_in(self, name: str, password: str) -> str:
        try:
            actor = await asyncio.to_thread(admission.identify, name, password, address=self.peer)
            access.require(actor, Permission.SEND_EMAILS)
        except errors.NotAuthenticated as error:
            if error.code == "password_change_required":
                return replies.reply_to(error)
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                self._last_word = replies.TOO_MANY_ERRORS
            return replies.AUTH_WRONG
        self.actor, self.user_id, self.is_signed_in = actor, actor.user_id, True
        return replies.AUTH_DONE

    def on_mail(self, argument: str) -> None:
        if self.actor is None:
            self.say(replies.AUTH_REQUIRED)
        else:
            super().on_mail(argument)

    def _unknown_parameter(self, name: str) -> str:
        return "" if name == "AUTH" else replies.UNKNOWN_PARAMETER  # RFC 4954 5: may be ignored

    def _sender_fault(self, address: str) -> str:
        assert self.actor is not None
        owns = self.desk.directory.owns(self.actor.organisation_id, address)
        if owns and not outbound.may_write_as(self.actor, address):
            return replies.SENDER_NOT_OWN
        return "" if owns else replies.SENDER_NOT_YOURS

    def _find_room(self, size: int, transaction: Transaction) -> None:
        """Nothing is kept here."""

    def _verify(self, address: str, transaction: Transaction) -> None:
        """Anybody may be written to who has a domain."""
        if "@" not in address:
            raise errors.NotFound("Give the whole address.", code="unknown_address")

    def _store(self, envelope: reception.Envelope) -> asyncio.Future[str]:
        assert self.actor is not None
        return self.loop.create_task(database.call(outbound.submit, envelope, actor=self.actor))


class _Cancelled(Exception):
    """The client answered a challenge with * (RFC 4954 4)."""


def _decoded(blob: bytes) -> str:
    """Raises ValueError for what is not base64 of UTF-8."""
    return base64.b64decode(blob, validate=True).decode()
