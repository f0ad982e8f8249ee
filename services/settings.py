"""Configuration: one frozen object read from `MAILROOM_…` (or `MAILROOM_…_FILE` for secrets)."""

import os
import secrets as random
import socket
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROLES = ("web", "smtp", "worker")


class Settings(BaseSettings):
    """Every knob. Insecure values are refused where the server can be reached from outside this machine."""

    model_config = SettingsConfigDict(env_prefix="MAILROOM_", frozen=True, extra="ignore")

    data_dir: Path = Path("data")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    smtp_host: str = Field(default="", validation_alias=AliasChoices("MAILROOM_SMTP_HOST", "smtp_host"))
    smtp_port: int = 2525
    submission_port: int = 2587
    hostname: str = ""
    base_url: str = ""
    roles: str = "web,smtp,worker"
    relay_url: str = "capture:"
    dns_nameservers: str = ""
    trusted_networks: str = "127.0.0.0/8,::1/128"
    secret_key: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    rate_limit_per_minute: int = 100
    rate_limit_per_day: int = 10_000
    allow_private_targets: bool = False
    max_message_bytes: int = 25 * 1024 * 1024
    max_recipients: int = 1000
    max_connections_per_address: int = 50
    smtp_timeout: int = 300

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("SECRET_KEY", "DATABASE_URL", "RELAY_URL"):
            path = os.environ.get(f"MAILROOM_{name}_FILE")
            if path and not values.get(name.lower()):
                values[name.lower()] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @model_validator(mode="after")
    def _refuse_insecure(self) -> "Settings":
        unknown = set(self.role_set) - set(ROLES)
        if unknown or not self.role_set:
            raise ValueError(f"MAILROOM_ROLES takes {', '.join(ROLES)}; got {self.roles!r}")
        if not self.relay_url.startswith(("capture:", "mx:", "smtp://")):
            raise ValueError("MAILROOM_RELAY_URL is capture:, mx: or smtp://[user:pass@]host:port")
        if not is_loopback(self.host) and self.secret_key and len(self.secret_key) < 32:
            raise ValueError("MAILROOM_SECRET_KEY needs 32 characters or more outside loopback")
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("MAILROOM_TLS_CERT and MAILROOM_TLS_KEY go together")
        for network in filter(None, map(str.strip, self.trusted_networks.split(","))):
            ip_network(network, strict=False)
        return self

    @property
    def role_set(self) -> frozenset[str]:
        return frozenset(role.strip() for role in self.roles.split(",") if role.strip())

    @property
    def url(self) -> str:
        """Where people reach the pages, without a final slash."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mail_host(self) -> str:
        """The name this server gives in its SMTP banner and MX records."""
        return self.hostname or name_from(self.url)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'mailroom.db'}"

    @property
    def nameservers(self) -> list[tuple[str, int]]:
        """(address, port) of each configured resolver; empty = the machine's own."""
        pairs = [entry.strip().rpartition(":") for entry in self.dns_nameservers.split(",") if entry.strip()]
        return [(host or port, int(port) if host else 53) for host, _, port in pairs]

    def master_key(self) -> bytes:
        """The key everything secret is derived from; made once in the data directory, mode 0600."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret.key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_bytes().strip()
        with os.fdopen(descriptor, "wb") as file:
            file.write(random.token_urlsafe(48).encode())
        return path.read_bytes().strip()


def is_loopback(host: str) -> bool:
    return host in ("localhost", "") or (is_address(host) and ip_address(host).is_loopback)


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def name_from(url: str) -> str:
    """The host in `url`; where that is an address, what this machine calls itself, if that is a full name."""
    host = urlsplit(url).hostname or ""
    if host not in ("localhost", "") and not is_address(host):
        return host
    name = socket.getfqdn().rstrip(".").lower()
    is_full = "." in name and not is_address(name) and not name.endswith((".localdomain", ".arpa"))
    return name if is_full else "mailroom.localhost"  # never leaves this machine (RFC 6761 6.3)


_current: Settings | None = None


def current() -> Settings:
    """The settings in force."""
    global _current
    if _current is None:
        _current = Settings()
    return _current


def use(settings: Settings) -> None:
    """Put `settings` in force: at start, and in tests."""
    global _current
    _current = settings
