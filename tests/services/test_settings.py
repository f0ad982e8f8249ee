"""Settings refuse what cannot work or is not safe, and make the master key once."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.settings import Settings, name_from


def test_the_master_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "fresh")
    first = settings.master_key()
    assert settings.master_key() == first and len(first) >= 48
    assert stat.S_IMODE((tmp_path / "fresh" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": "web,cook"},
        {"roles": ""},
        {"relay_url": "ftp://example.com"},
        {"tls_cert": "cert.pem"},
        {"trusted_networks": "10.0.0.0/8, the office"},
        {"host": "0.0.0.0", "secret_key": "short"},
    ],
)
def test_what_cannot_be_is_refused_at_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("a secret of more than thirty-two characters\n")
    monkeypatch.setenv("MAILROOM_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert Settings().master_key() == b"a secret of more than thirty-two characters"


def test_nameservers_take_ports() -> None:
    assert Settings(dns_nameservers="127.0.0.1:5353, 192.0.2.1").nameservers == [("127.0.0.1", 5353), ("192.0.2.1", 53)]


@pytest.fixture
def _fresh_name() -> Iterator[None]:
    name_from.cache_clear()
    yield
    name_from.cache_clear()


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        ("mx1.acme.example", "mx1.acme.example"),
        ("MX1.acme.example.", "mx1.acme.example"),
        ("laptop", "mailroom.localhost"),
        ("localhost.localdomain", "mailroom.localhost"),
        ("1.0.0.127.in-addr.arpa", "mailroom.localhost"),
        ("192.0.2.7", "mailroom.localhost"),
    ],
)
@pytest.mark.parametrize("base_url", ["", "http://192.0.2.7:8080", "http://[2001:db8::7]:8080/", "http://localhost"])
@pytest.mark.usefixtures("_fresh_name")
def test_the_servers_name_is_never_an_address(
    monkeypatch: pytest.MonkeyPatch, ours: str, name: str, base_url: str
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: ours)
    assert Settings(base_url=base_url).mail_host == name


def test_the_servers_name_is_chosen_or_the_urls() -> None:
    assert Settings(base_url="https://mail.acme.example:8443/x").mail_host == "mail.acme.example"
    assert Settings(base_url="https://mail.acme.example", hostname="mx.acme.example").mail_host == "mx.acme.example"
