"""Other people's mail servers on loopback: real SMTP by aiosmtpd, with the moods real ones have."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.flows.relay import Parcel

MAIL = b"From: a@acme.test\r\nTo: b@example.org\r\nSubject: x\r\n\r\nHello\r\n.dot\r\n"


@dataclass
class Server:
    """`mood(command, session)` answers MAIL, RCPT or DATA in place of 250; None lets it pass."""

    mood: Callable[[str, Session], str | None] = lambda command, session: None
    greeting: list[str] = field(default_factory=list)  # in place of what the server can do
    port: int = 0
    connections: int = 0
    mails: list[Envelope] = field(default_factory=list)
    tls: list[bool] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    transports: list[Any] = field(default_factory=list)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        return self.greeting or responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return self.mood("MAIL", session) or "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.mood("RCPT", session)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        refusal = self.mood("DATA", session)
        if refusal == "drop":
            server.transport.abort()  # type: ignore[union-attr]
            return "250 never seen"
        if refusal is None:
            self.mails.append(envelope)
            self.tls.append(session.ssl is not None)
        return refusal or f"250 2.0.0 queued as {len(self.mails)}"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"secret", handled=False)


@asynccontextmanager
async def serving(server: Server, host: str = "127.0.0.1", port: int = 0, **options: Any) -> AsyncIterator[Server]:
    loop = asyncio.get_running_loop()

    def factory() -> SMTP:
        server.connections += 1
        made = SMTP(server, enable_SMTPUTF8=True, decode_data=False, loop=loop, hostname="mx.test", **options)
        server.transports.append(made)
        return made

    listening = await loop.create_server(factory, host, port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate nobody vouches for."""
    return issue(folder, "localhost")


def issue(folder: Path, *names: str, days: int = 1) -> ssl.SSLContext:
    """A server's context with a certificate that vouches for itself, kept as `<first name>.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    alternatives = [*map(x509.DNSName, names), x509.IPAddress(ip_address("127.0.0.1"))]
    builder = x509.CertificateBuilder(
        subject,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        now - timedelta(2),
        now + timedelta(days),
    )
    made = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / f"{names[0]}.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def parcel(recipient: str = "b@example.org", *, content: bytes = MAIL, reverse_path: str = "a@acme.test") -> Parcel:
    return Parcel(1, 1, reverse_path, recipient, recipient.rpartition("@")[2], content)
