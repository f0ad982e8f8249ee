"""Before a batch is filed: who its messages are from, with the network and outside every transaction.

Questions of all messages go out together, round by round; whoever answers late or not at all holds no mail back. What
such an answer would decide is filed as unknown and looked at again (`rechecking`).
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Protocol

from services import dns, settings
from services.dns import Memory, Patience, Question
from services.mail import authentication
from services.mail.authentication import Arrival, Case, Judgement, Missing, Unanswered, spf

HURRIED = Patience(whole=3.0, silence=0.6)
INSIDE = "LOCAL"  # the protocol of mail that never left this server
MOST_KEPT = 10_000
log = logging.getLogger("mailroom.inbound")
_kept: dict[tuple[Any, ...], tuple[float, Judgement | None]] = {}  # of mail without signatures, by how it came
_servers: dict[tuple[str, ...], tuple[float, spf.Finding | None]] = {}  # what SPF found, by server and domain
_NOTHING = (0.0, None)
_UNREADABLE = {"verdict": "none", "reason": "It could not be understood."}


class Accepted(Protocol):
    """A message as it was taken, with its envelope."""

    id: int
    content: bytes
    reverse_path: str
    helo: str
    peer: str
    protocol: str
    user_id: int | None
    received_at: datetime


def judge(messages: Sequence[Accepted], patience: Patience | None = None) -> Mapping[int, dict[str, Any]]:
    """By message, what is to be stored of it; never raises for what a message or its DNS is like."""
    found: dict[int, Judgement] = {}
    open_cases: dict[int, Case] = {}
    for each in messages:
        known = _without_asking(each)
        if isinstance(known, Judgement):
            found[each.id] = known
        else:
            open_cases[each.id] = known
    if open_cases:
        found |= _with_questions(open_cases, patience or HURRIED)
    return {number: judgement.stored for number, judgement in found.items()}


def _without_asking(message: Accepted) -> Judgement | Case:
    if message.protocol == INSIDE or message.user_id is not None:
        return authentication.own(by_member=True)
    came = Arrival(
        content=message.content,
        peer=message.peer,
        helo=message.helo,
        reverse_path=message.reverse_path,
        at=int(message.received_at.timestamp()),
        is_relayed=is_trusted(message.peer),
    )
    opened = authentication.case(came)
    if not opened.is_signed and came.is_relayed:
        return authentication.own(by_member=False)
    if opened.is_signed:
        until, by_spf = _servers.get(_server(came), _NOTHING)
        if by_spf is not None and until > time.monotonic():
            opened.by_spf = by_spf
        return opened
    until, judgement = _kept.get(_key(opened), _NOTHING)
    return judgement if judgement is not None and until > time.monotonic() else opened


def is_trusted(peer: str) -> bool:
    """Whether it is a server of our own, by the settings."""
    return not peer or _is_within(peer, settings.current().trusted_networks)


@lru_cache(maxsize=4096)
def _is_within(peer: str, networks: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _networks(networks))


@lru_cache(maxsize=8)
def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each.strip(), strict=False) for each in text.split(",") if each.strip())


def _server(came: Arrival) -> tuple[str, ...]:
    """What SPF rests on, unless a domain's policy speaks of single senders."""
    domain = came.reverse_path.rpartition("@")[2].lower()
    return came.peer, domain or came.helo, settings.current().dns_nameservers


def _key(opened: Case) -> tuple[Any, ...]:
    """What an unsigned message's judgement rests on."""
    return (*_server(opened.arrival), opened.authors)


def _with_questions(cases: Mapping[int, Case], patience: Patience) -> dict[int, Judgement]:
    memory, end = dns.memory(), time.monotonic() + patience.whole
    found: dict[int, Judgement] = {}
    waiting = {number: (each, Asking(memory)) for number, each in cases.items()}
    while waiting:
        questions: set[Question] = set()
        for number, (opened, asking) in list(waiting.items()):
            try:
                found[number] = _judge(opened, asking)
                del waiting[number]
            except Missing as error:
                questions |= error.questions
        left = Patience(end - time.monotonic(), patience.silence, patience.hurried)
        if not waiting or left.whole <= 0 or not _ask(memory, questions, left):
            break
    for number, (opened, asking) in waiting.items():
        asking.waits = False
        found[number] = _judge(opened, asking)
    return found


def _ask(memory: Memory, questions: set[Question], patience: Patience) -> bool:
    """Whether there is an answer to any."""
    memory.ask(questions, patience)
    return any(memory.known(*each) is not None for each in questions)


def _judge(opened: Case, asking: "Asking") -> Judgement:
    """Raises Missing."""
    try:
        judgement = opened.judge(asking)
    except Missing:
        raise
    except Exception:
        log.exception("could not judge a message of %s", opened.arrival.peer)
        return Judgement(_UNREADABLE)
    if not (opened.arrival.is_relayed or judgement.is_personal or asking.has_gaps):
        _keep(opened, judgement, asking.until)
    return judgement


def _keep(opened: Case, judgement: Judgement, until: float) -> None:
    """For the next messages of the same server; what was kept itself lives no longer for it."""
    server = _server(opened.arrival)
    if len(_kept) + len(_servers) >= MOST_KEPT:
        _kept.clear()
        _servers.clear()
    if not opened.is_signed:
        _kept[_key(opened)] = until, judgement
    if _servers.get(server, _NOTHING)[0] <= time.monotonic():
        _servers[server] = until, opened.by_spf


@dataclass(slots=True)
class Asking:
    """The function handed in: what is remembered. Not `waits`: what nobody knows yet counts as not answered.
    `until`: how long all of it holds; `has_gaps`: something was not answered."""

    memory: Memory
    waits: bool = True
    until: float = float("inf")
    has_gaps: bool = False

    def __call__(self, name: str, kind: str) -> Sequence[str]:
        known = self.memory.known(name, kind)
        if known is None and self.waits:
            raise Missing([(name, kind)])
        if known is None or known.failed:
            self.has_gaps = True
            raise Unanswered
        self.until = min(self.until, known.until)
        return known.values
