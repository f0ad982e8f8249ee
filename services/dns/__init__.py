"""Questions to the DNS, through the resolvers of the settings or the machine's own; plain answers, one error."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver
from dns.rdata import Rdata
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from services import settings
from services.dns import resolving
from services.dns.remembering import Known, Memory, Patience, Question, memory
from services.errors import Unavailable


@dataclass(frozen=True)
class Answer:
    """The records' values: TXT joined, hosts in lower case without the final dot. `exists` False = no such name."""

    values: tuple[str, ...] = ()
    exists: bool = True


@dataclass(frozen=True, order=True)
class Mx:
    preference: int
    host: str


async def txt(name: str, *, fresh: bool = False) -> Answer:
    """The TXT records of `name`, each one's strings joined. Raises Unavailable where nobody answers."""
    records, exists = await _resolve(name, "TXT", fresh)
    return Answer(tuple(_text(record) for record in records), exists)


async def mx(name: str, *, fresh: bool = False) -> tuple[list[Mx], bool]:
    """The mail exchangers, most preferred first, and whether the name exists (RFC 5321 5.1)."""
    records, exists = await _resolve(name, "MX", fresh)
    found = [Mx(record.preference, _host(record.exchange)) for record in records if isinstance(record, MX)]
    return sorted(found), exists


async def alias_of(name: str, *, fresh: bool = False) -> str:
    """The host that `name` is a CNAME for; empty where it is none."""
    records, _ = await _resolve(name, "CNAME", fresh)
    return next((_host(record.target) for record in records if isinstance(record, CNAME)), "")


async def addresses(host: str, *, fresh: bool = False) -> Answer:
    """IPv6 and IPv4 addresses of a host, IPv6 first. Of nameservers that answer about one kind only, that kind."""
    asked = (_resolve(host, kind, fresh) for kind in ("AAAA", "A"))
    found = await asyncio.gather(*asked, return_exceptions=True)
    answered = [each for each in found if not isinstance(each, BaseException)]
    values = tuple(record.to_text() for records, _ in answered for record in records)
    for failure in found:
        if isinstance(failure, BaseException) and not (values and isinstance(failure, Unavailable)):
            raise failure
    return Answer(values, any(exists for _, exists in answered))


async def _resolve(name: str, kind: str, fresh: bool) -> tuple[Sequence[Rdata], bool]:
    resolver = resolving.resolver(tuple(settings.current().nameservers), remembers=not fresh)
    try:
        answer = await resolver.resolve(name, kind, search=False, lifetime=resolving.TOTAL_SECONDS)
    except dns.resolver.NXDOMAIN:
        return (), False
    except dns.resolver.NoAnswer:
        return (), True
    except dns.name.EmptyLabel:
        return (), False
    except dns.exception.DNSException as error:
        raise Unavailable(f"The DNS gave no answer about {name}.", code="dns_unavailable") from error
    return list(answer), True


def _text(record: Rdata) -> str:
    """A TXT record's strings, joined without a space (RFC 7208 3.3); what is not UTF-8 shows as such."""
    return b"".join(record.strings).decode("utf-8", "backslashreplace") if isinstance(record, TXT) else ""


def _host(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


__all__ = [
    "Answer",
    "Known",
    "Memory",
    "Mx",
    "Patience",
    "Question",
    "addresses",
    "alias_of",
    "memory",
    "mx",
    "txt",
]
