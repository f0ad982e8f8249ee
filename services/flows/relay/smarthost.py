"""`smtp://[user:pass@]host:port[?tls=none|starttls|tls]` — everything goes through one server."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from models import OutboundStatus
from services.flows.relay.hop import Hop, Insecure, Tls, Unreachable
from services.flows.relay.pool import Pool
from services.flows.relay.receipt import Parcel, Receipt
from services.settings import Settings, is_loopback

CONNECTIONS = 20


class Smarthost:
    per_destination: int | None = None

    def __init__(self, hop: Hop, *, connections: int = CONNECTIONS) -> None:
        self._pool = self._secure = Pool(hop, connections)
        if hop.tls in (Tls.NONE, Tls.OPPORTUNISTIC):
            self._secure = Pool(replace(hop, tls=Tls.REQUIRED), connections)

    @classmethod
    def from_url(cls, url: str, settings: Settings) -> "Smarthost":
        """Raises ValueError for a TLS policy there is not. A password never crosses a network in the clear."""
        parts = urlsplit(url)
        host, user = parts.hostname or "localhost", unquote(parts.username or "")
        asked = parse_qs(parts.query).get("tls", [""])[0]
        default = Tls.STARTTLS if user and not is_loopback(host) else Tls.OPPORTUNISTIC
        tls = Tls(asked) if asked else default
        port = parts.port or (465 if tls is Tls.TLS else 587)
        return cls(Hop(host, port, host, tls, user, unquote(parts.password or ""), settings.mail_host))

    async def transmit(self, parcel: Parcel) -> Receipt:
        try:
            return await (self._secure if parcel.needs_tls else self._pool).send(parcel)
        except Insecure as error:
            return error.receipt
        except Unreachable as error:  # even 535: a wrong password is ours to mend, and no reason to return mail
            return replace(error.receipt, status=OutboundStatus.DELAYED)

    async def close(self) -> None:
        for pool in {self._pool, self._secure}:
            await pool.close()
