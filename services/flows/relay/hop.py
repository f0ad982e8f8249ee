"""One server mail is handed to, and a connection to it: greeting, TLS by policy, authentication."""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import aiosmtplib

from services.flows.relay.receipt import Receipt, failed, refused

_CLOSING = 421


class Tls(StrEnum):
    NONE = "none"
    OPPORTUNISTIC = "opportunistic"  # taken where offered, whoever's certificate; plain where it fails (RFC 7435)
    REQUIRED = "required"  # encrypted or not at all, whoever's certificate
    STARTTLS = "starttls"  # required, certificate checked
    TLS = "tls"  # from the first byte (RFC 8314), certificate checked


@dataclass(frozen=True)
class Patience:
    """Seconds a server is waited for in each state (RFC 5321 4.5.3.2). An address that takes no connection soon is
    dead, and another one may live; `data` is without any progress, `parting` where its answer changes nothing."""

    connect: float = 10
    greeting: float = 300
    handshake: float = 60
    command: float = 300
    data: float = 180
    end: float = 600
    parting: float = 5


@dataclass(frozen=True)
class Hop:
    """`name` is what the server is called, `host` where to connect; `trust` names a file of authorities to believe in
    place of the machine's own."""

    host: str
    port: int
    name: str
    tls: Tls = Tls.OPPORTUNISTIC
    user: str = ""
    password: str = field(default="", repr=False)
    helo: str = "localhost"
    patience: Patience = Patience()
    trust: str = ""


class Unreachable(Exception):
    """The server could not be talked to, or broke off before it had the message; another one may be tried."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.words)
        self.receipt = receipt


class Dead(Unreachable):
    """Nothing listens there, or nothing answers."""


class Insecure(Unreachable):
    """The server speaks in the clear only, and the message may not be read on its way."""


class Untrusted(Unreachable):
    """TLS is a condition here, and there was none, or none that could be believed."""


class _NoTls(Exception):
    """TLS was offered and could not be had; the cause says why."""


async def connect(hop: Hop) -> tuple[aiosmtplib.SMTP, str]:
    """A connection ready for MAIL, and the TLS version it speaks ("" for none). Raises Unreachable."""
    try:
        return await _open(hop, hop.tls)
    except _NoTls as error:
        if hop.tls is Tls.OPPORTUNISTIC and not _is_closing(error.__cause__):
            return await connect(replace(hop, tls=Tls.NONE))
        raise Untrusted(_unreachable(hop, error.__cause__ or error).receipt) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _unreachable(hop, error) from error


async def _open(hop: Hop, tls: Tls) -> tuple[aiosmtplib.SMTP, str]:
    connected = await _dial(hop)
    client = aiosmtplib.SMTP(
        hostname=hop.name,
        sock=connected,
        local_hostname=hop.helo,
        timeout=hop.patience.greeting,
        use_tls=tls is Tls.TLS,
        start_tls=False,
        tls_context=_context(checked=True, trust=hop.trust) if tls is Tls.TLS else None,
    )
    try:
        await client.connect()
        await client._ehlo_or_helo_if_needed()
        await _secure(client, hop, tls)
        if hop.user:
            await client.login(hop.user, hop.password)
    except BaseException:
        client.close()
        connected.close()
        raise
    return client, _version(client)


async def _dial(hop: Hop) -> socket.socket:
    """A connected socket, to the first address of the host that takes it. Raises Dead."""
    loop = asyncio.get_running_loop()
    words = "it has no address"
    try:
        places = await loop.getaddrinfo(hop.host, hop.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Dead(_not_connected(hop, error)) from error
    for family, kind, protocol, _, place in places:
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        try:
            async with asyncio.timeout(hop.patience.connect):
                await loop.sock_connect(made, place)
        except (OSError, TimeoutError) as error:
            made.close()
            words = str(error) or "no answer"
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise Dead(failed(451, "4.4.1", f"Could not connect: {words}", host=hop.name))


async def _secure(client: aiosmtplib.SMTP, hop: Hop, tls: Tls) -> None:
    offered = client.supports_extension("starttls")
    if tls is Tls.REQUIRED and not offered:
        words = "The next server offers no TLS, and this mail may leave over TLS only."
        raise Insecure(failed(550, "5.7.10", words, host=hop.name))  # RFC 7817 4
    if tls not in (Tls.STARTTLS, Tls.REQUIRED) and not (tls is Tls.OPPORTUNISTIC and offered):
        return
    context = _context(checked=tls is Tls.STARTTLS, trust=hop.trust)
    try:
        await client.starttls(server_hostname=hop.name, tls_context=context, timeout=hop.patience.handshake)
        await client.ehlo()  # what was said in the clear counts no more (RFC 3207 4.2)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _NoTls from error


def _unreachable(hop: Hop, error: BaseException) -> Unreachable:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Unreachable(refused(error.code, error.message, host=hop.name))
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return Dead(_not_connected(hop, error))
    return Unreachable(_not_connected(hop, error))


def _not_connected(hop: Hop, error: BaseException) -> Receipt:
    return failed(451, "4.4.1", f"Could not connect: {str(error) or type(error).__name__}", host=hop.name)


def _is_closing(error: BaseException | None) -> bool:
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code == _CLOSING


@lru_cache(maxsize=8)
def _context(*, checked: bool, trust: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=trust or None)
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _version(client: aiosmtplib.SMTP) -> str:
    connection = client.get_transport_info("ssl_object")
    return str(connection.version() or "") if connection is not None else ""
