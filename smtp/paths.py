"""Reading MAIL and RCPT arguments: paths and parameters (RFC 5321 4.1.2, RFC 6531 3.3)."""

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_LOCAL = 255  # RFC 5321 4.5.3.1.1 says 64; VERP and SRS addresses in use are longer
LONGEST_DOMAIN = 255
_FAST = re.compile(
    r" ?<([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9.-]+))>(?: +|\Z)"
)
_PATH = re.compile(r'\s*<((?:[^<>"\\\s]|"(?:[^"\\]|\\.)*")*)>(?:\s+|\Z)')
_NAKED = re.compile(r"\s*([^<>\"\\\s,;:()]+@[^<>\"\\\s,;:()]+)(?:\s+|\Z)")
_ROUTE = re.compile(r"@[^\s:<>\"]+(?:,@[^\s:<>\"]+)*:")
_ATOMS = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+(?:\.[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+)*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"')
_LITERAL = re.compile(r"\[(?:IPv6:[0-9A-Fa-f:.]{2,45}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})\]", re.IGNORECASE)
_LABEL = re.compile(r"[\w](?:[\w-]{0,61}[\w])?")
_PARAMETER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:=[\x21-\x3c\x3e-\x7e]+)?")


class Path(NamedTuple):
    """An address, "" for the null path <>, and the text of the parameters behind it."""

    address: str
    parameters: str


@lru_cache(maxsize=1024)  # recipients come again and again
def read_path(argument: str) -> Path | None:
    """The path at the start of `argument`; None for what is not one.

    A source route is read over (RFC 5321 appendix C). Angle brackets may be missing, as in much old software.
    """
    found = _FAST.match(argument)
    if found is not None and _is_plain_domain(found[2]) and found.start(2) - found.start(1) <= LONGEST_LOCAL:
        return Path(found[1], argument[found.end() :])
    found = _PATH.match(argument) or _NAKED.match(argument)
    if found is None:
        return None
    address = _ROUTE.sub("", found[1], count=1) if found[1].startswith("@") else found[1]
    if address and not is_address(address) and address.lower() != "postmaster":
        return None
    return Path(address, argument[found.end() :])


def _is_plain_domain(domain: str) -> bool:
    return len(domain) <= 63 and ".." not in domain and domain[0] not in ".-" and domain[-1] not in ".-"


def is_address(address: str) -> bool:
    """Whether this is a Mailbox of RFC 5321 4.1.2, with the letters of RFC 6531."""
    local, _, domain = address.rpartition("@")
    if not local or len(local.encode()) > LONGEST_LOCAL or not (_ATOMS.fullmatch(local) or _QUOTED.fullmatch(local)):
        return False
    return _LITERAL.fullmatch(domain) is not None or is_domain(domain)


def is_domain(name: str) -> bool:
    return len(name) <= LONGEST_DOMAIN and all(map(_LABEL.fullmatch, name.split(".")))


def is_host(name: str) -> bool:
    """What EHLO may give: real machines send names without dots, with underscores, and bare addresses."""
    return (
        0 < len(name) <= LONGEST_DOMAIN and all("!" <= letter <= "~" for letter in name) and not set(name) & set("<>()")
    )


def read_parameters(text: str) -> dict[str, str] | None:
    """NAME=value pairs with names in upper case; None if one is malformed or given twice."""
    parameters: dict[str, str] = {}
    for word in text.split():
        if not _PARAMETER.fullmatch(word):
            return None
        name, _, value = word.partition("=")
        if name.upper() in parameters:
            return None
        parameters[name.upper()] = value
    return parameters
