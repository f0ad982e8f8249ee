"""A DNS server on loopback: answers from a zone that tests change as they go."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class Zone:
    """`records` maps (name, type) to lines of presentation format; names that appear nowhere are NXDOMAIN."""

    port: int = 0
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: bool = False  # let every question time out
    silences: set[str] = field(default_factory=set)  # or those about these names that there is no record for
    broken: bool = False  # answer SERVFAIL
    failures: set[tuple[str, str]] = field(default_factory=set)  # or to these names and types
    ttl: int = 60
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def nameservers(self) -> str:
        """For Settings.dns_nameservers."""
        return f"127.0.0.1:{self.port}"

    def set(self, name: str, kind: str, *values: str) -> None:
        """Put records in the place of those of that name and type; none removes them."""
        if values:
            self.records[name.lower(), kind] = list(values)
        else:
            self.records.pop((name.lower(), kind), None)

    def set_text(self, name: str, *texts: str) -> None:
        """TXT records, cut into strings of 255 characters as the wire wants them."""
        self.set(name, "TXT", *(" ".join(map(_quoted, _cut(text))) or '""' for text in texts))

    def answer(self, question: bytes) -> bytes | None:
        query = dns.message.from_wire(question)
        asked = query.question[0]
        name, kind = _plain(asked.name), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        if self.silent or (name in self.silences and (name, kind) not in self.records):
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self.broken or (name, kind) in self.failures:
            response.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._add_to(response, asked.name, kind)
        return response.to_wire(max_size=65_000)

    def _add_to(self, response: dns.message.Message, name: dns.name.Name, kind: str, links: int = 0) -> None:
        """The records, those that a CNAME leads to after it, as a resolver gives them."""
        plain = _plain(name)
        alias = self.records.get((plain, "CNAME"))
        if (plain, kind) in self.records:
            response.answer.append(dns.rrset.from_text(name, self.ttl, "IN", kind, *self.records[plain, kind]))
        elif alias and links < 8:
            response.answer.append(dns.rrset.from_text(name, self.ttl, "IN", "CNAME", *alias))
            self._add_to(response, dns.name.from_text(alias[0]), kind, links + 1)
        elif not any(known == plain for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)


def _plain(name: dns.name.Name) -> str:
    """As tests write it, whatever characters its labels have."""
    return b".".join(name.labels[:-1]).decode("latin-1").lower()


def _cut(text: str) -> list[bytes]:
    data = text.encode()
    return [data[at : at + 255] for at in range(0, len(data), 255)]


def _quoted(data: bytes) -> str:
    """A string of a TXT record in presentation format."""
    plain = (32 <= each < 127 and each not in b'"\\' for each in data)
    return (
        '"'
        + "".join(chr(each) if is_plain else f"\\{each:03}" for each, is_plain in zip(data, plain, strict=True))
        + '"'
    )


_ports: set[int] = set()


def _server(handler: type[socketserver.BaseRequestHandler]) -> socketserver.ThreadingUDPServer:
    """On a port that no zone of this process had before: what was remembered of that one is nothing of this one's."""
    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), handler)
    port = server.server_address[1]
    if port not in _ports:
        _ports.add(port)
        return server
    with server:
        return _server(handler)


@contextmanager
def serving() -> Iterator[Zone]:
    """An empty zone, served until the end of the block."""
    zone = Zone()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, connection = self.request
            wire = zone.answer(data)
            if wire is not None:
                connection.sendto(wire, self.client_address)

    with _server(Handler) as server:
        zone.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield zone
        finally:
            server.shutdown()
            thread.join()
