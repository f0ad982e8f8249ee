"""One server mail is handed to, and a connection to it: greeting, TLS by policy, authentication."""

import ssl
from dataclasses import dataclass
from enum import StrEnum

import aiosmtplib

from services.flows.relay.receipt import Receipt, failed, replied

CONNECT_SECONDS = 30
COMMAND_SECONDS = 300  # RFC 5321 4.5.3.2


class Tls(StrEnum):
    NONE = "none"
    OPPORTUNISTIC = "opportunistic"  # taken where offered, whoever's certificate; plain where it fails (RFC 7435)
    REQUIRED = "required"  # encrypted or not at all, whoever's certificate
    STARTTLS = "starttls"  # required, certificate checked
    TLS = "tls"  # from the first byte (RFC 8314), certificate checked


@dataclass(frozen=True)
class Hop:
    """`name` is what the server is called, `host` where to connect."""

    host: str
    port: int
    name: str
    tls: Tls = Tls.OPPORTUNISTIC
    user: str = ""
    password: str = ""
    helo: str = "localhost"


class Unreachable(Exception):
    """The server could not be talked to at all; another one may be tried."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.words)
        self.receipt = receipt


class Insecure(Unreachable):
    """The server speaks in the clear only, and the message may not be read on its way."""


async def connect(hop: Hop) -> tuple[aiosmtplib.SMTP, str]:
    """A connection ready for MAIL, and the TLS version it speaks ("" for none). Raises Unreachable."""
    try:
        return await _open(hop, hop.tls)
    except aiosmtplib.SMTPConnectResponseError as error:
        raise Unreachable(replied(error.code, error.message, host=hop.name)) from error
    except aiosmtplib.SMTPResponseException as error:
        raise Unreachable(replied(error.code, error.message, host=hop.name)) from error
    except (aiosmtplib.SMTPException, OSError, ValueError, TimeoutError) as error:
        words = str(error) or type(error).__name__
        raise Unreachable(failed(451, "4.4.1", f"Could not connect: {words}", host=hop.name)) from error


async def _open(hop: Hop, tls: Tls) -> tuple[aiosmtplib.SMTP, str]:
    checked = tls in (Tls.STARTTLS, Tls.TLS)
    client = aiosmtplib.SMTP(
        hostname=hop.host,
        port=hop.port,
        local_hostname=hop.helo,
        timeout=CONNECT_SECONDS,
        use_tls=tls is Tls.TLS,
        start_tls=False,
        tls_context=_context(checked=checked) if tls is Tls.TLS else None,
    )
    try:
        await client.connect()
        await client._ehlo_or_helo_if_needed()
        offered = client.supports_extension("starttls")
        if tls is Tls.REQUIRED and not offered:
            words = "The next server offers no TLS, and this mail may leave over TLS only."
            raise Insecure(failed(550, "5.7.10", words, host=hop.name))  # RFC 7817 4
        if tls in (Tls.STARTTLS, Tls.REQUIRED) or (tls is Tls.OPPORTUNISTIC and offered):
            await client.starttls(server_hostname=hop.name, tls_context=_context(checked=checked))
            await client.ehlo()
        if hop.user:
            await client.login(hop.user, hop.password)
    except BaseException as error:
        client.close()
        if tls is Tls.OPPORTUNISTIC and _is_tls_failure(error):
            return await _open(hop, Tls.NONE)
        raise
    client.timeout = COMMAND_SECONDS
    return client, _version(client)


def _is_tls_failure(error: BaseException) -> bool:
    """A refused STARTTLS or a handshake that broke off: worth another try without."""
    refused = isinstance(error, aiosmtplib.SMTPResponseException) and error.code in (454, 501, 502, 503, 554)
    broken = aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError
    return isinstance(error, ssl.SSLError) or refused or isinstance(error, broken)


def _context(*, checked: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _version(client: aiosmtplib.SMTP) -> str:
    connection = client.get_transport_info("ssl_object")
    return str(connection.version() or "") if connection is not None else ""
