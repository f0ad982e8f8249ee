"""Ports, TLS, and a clean end."""

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.settings import Settings
from smtp.listener import serve
from tests.conftest import People
from tests.smtp.conftest import PATIENCE, Client, stored


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """A certificate for mailroom.test, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailroom.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mailroom.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*form))
    return {"tls_cert": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}


async def test_starttls(settings: Settings, addresses: People, certificate: dict[str, str]) -> None:
    listener = await serve(settings.model_copy(update=certificate))
    client = await Client.to(listener.ports["smtp"])
    assert "250 STARTTLS" in client.lines
    client.writer.write(b"STARTTLS\r\nMAIL FROM:<injected@evil.test>\r\nRCPT TO:<support@acme.test>\r\n")
    assert (await client.reply()).startswith("220 2.0.0")
    context = ssl.create_default_context(cafile=certificate["tls_cert"])
    await client.writer.start_tls(context, server_hostname="mailroom.test")
    assert (await client.say("MAIL FROM:<a@b.test>")).startswith("503 5.5.1")  # all that was said before is forgotten
    assert (await client.say("EHLO client.test")).startswith("250")
    assert not any("STARTTLS" in line for line in client.lines)
    assert (await client.send("support@acme.test")).startswith("250 2.6.0")
    assert [(each.raw.protocol, each.raw.reverse_path) for each in stored()] == [("ESMTPS", "ann@customer.test")]
    assert (await client.say("STARTTLS")).startswith("502 5.5.1")
    client.writer.close()
    await listener.close()


async def test_a_failed_handshake_hurts_nobody(
    settings: Settings, addresses: People, certificate: dict[str, str]
) -> None:
    listener = await serve(settings.model_copy(update=certificate))
    client = await Client.to(listener.ports["smtp"])
    await client.say("STARTTLS")
    client.writer.write(b"this is no handshake\r\n" * 20)
    with contextlib.suppress(ConnectionError):  # cut off
        assert b"250" not in await asyncio.wait_for(client.reader.read(), PATIENCE)
    assert (await (await Client.to(listener.ports["smtp"])).send("support@acme.test")).startswith("250")
    await listener.close()


async def test_closing_tells_those_who_wait(settings: Settings, addresses: People) -> None:
    listener = await serve(settings)
    idle = await Client.to(listener.ports["smtp"])
    writing = await Client.to(listener.ports["smtp"])
    for line in ("MAIL FROM:<a@b.test>", "RCPT TO:<support@acme.test>", "DATA"):
        await writing.say(line)
    writing.writer.write(b"Subject: half")
    await listener.close()
    assert (await idle.reply()).startswith("421 4.3.2")
    assert (await writing.reply()).startswith("421 4.3.2")
    assert stored() == []
    with pytest.raises(ConnectionError):
        await Client.to(listener.ports["smtp"])
