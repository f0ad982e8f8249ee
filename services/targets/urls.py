"""Which URLs may be posted to, as far as their text and an address can tell; nothing here touches the network."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from services import settings
from services.errors import Invalid

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
SPECIAL = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890); Python 3.11 calls parts of it global
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and limited broadcast
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
]
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_INTERNAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet's; IPv6 forms that carry an IPv4 address never are."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and ip not in GLOBAL_UNICAST:  # loopback, mapped, NAT64, ULA, fe80::/10, fec0::/10, multicast
        return False
    return ip.is_global and not any(ip in network for network in SPECIAL if network.version == ip.version)


def checked_url(url: str, *, field: str = "url") -> str:
    """`url` if it may be posted to as far as its text can tell. Raises Invalid; names are resolved when posting."""
    url = url.strip()
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in url) or len(url) > 2000:
        raise invalid("This is not a URL.", field)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise invalid("This is not a URL.", field) from None
    private = settings.current().allow_private_targets
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise invalid("The URL starts with https://.", field)
    if not host or parts.username is not None or port == 0:
        raise invalid("The URL needs a host, and no user name or password.", field)
    address = literal(host)
    if address is None and _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):  # WHATWG URL: ends in a number
        raise invalid("The URL's host is not an address.", field)
    if not private and (_is_internal(host) if address is None else not is_public(address)):
        raise invalid("The URL leads into a private network.", field)
    return url


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def literal(host: str) -> str | None:
    """The address `host` spells, in any of the spellings the C library takes (2130706433, 0x7f.1, 0177.0.0.1)."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _is_internal(host: str) -> bool:
    name = "." + host.lower().rstrip(".")
    return name.count(".") == 1 or name.endswith(_INTERNAL)


def invalid(sentence: str, field: str) -> Invalid:
    return Invalid(sentence, code="invalid_url", field=field)
