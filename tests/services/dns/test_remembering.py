"""Answers are remembered for their time, a storm asks once, and silence is not waited for twice."""

import threading
import time
from collections.abc import Iterator

import pytest

from services import dns
from services import settings as configuration
from services.dns import Memory, Patience, remembering, resolving
from services.settings import Settings
from tests import dns_server
from tests.dns_server import Zone

CALM = Patience(whole=60, silence=30, hurried=False)
HURRIED = Patience(whole=3, silence=0.3)


@pytest.fixture
def zone() -> Iterator[Zone]:
    with dns_server.serving() as served:
        yield served


@pytest.fixture
def memory(zone: Zone) -> Memory:
    return Memory((("127.0.0.1", zone.port),))


def asked(memory: Memory, name: str, kind: str = "TXT", patience: Patience = CALM) -> tuple[str, ...] | None:
    memory.ask([(name, kind)], patience)
    found = memory.known(name, kind)
    return found.values if found and not found.failed else None


def test_every_kind_in_plain_text(memory: Memory, zone: Zone) -> None:
    zone.set_text("acme.test", "v=spf1 -all", 'quoted " \\ é' * 40)
    zone.set("acme.test", "MX", "10 mx.acme.test.", "20 .")
    zone.set("mx.acme.test", "A", "192.0.2.1")
    zone.set("mx.acme.test", "AAAA", "2001:db8::1")
    zone.set("1.2.0.192.in-addr.arpa", "PTR", "mx.acme.test.")
    zone.set("alias.test", "CNAME", "acme.test.")
    text = ('quoted " \\ é' * 40).encode().decode("latin-1")
    assert set(asked(memory, "acme.test") or ()) == {"v=spf1 -all", text}
    assert set(asked(memory, "ALIAS.test.") or ()) == {"v=spf1 -all", text}
    assert set(asked(memory, "acme.test", "MX") or ()) == {"10 mx.acme.test", "20 ."}
    assert asked(memory, "mx.acme.test", "A") == ("192.0.2.1",)
    assert asked(memory, "mx.acme.test", "AAAA") == ("2001:db8::1",)
    assert asked(memory, "1.2.0.192.in-addr.arpa", "PTR") == ("mx.acme.test",)
    for nothing in ("nowhere.test", "mx.acme.test", "a..b", "x" * 64 + ".test", "\u2028.test"):
        assert asked(memory, nothing) == ()


def test_a_storm_asks_once(memory: Memory, zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "TRY_SECONDS", resolving.TOTAL_SECONDS)  # or who is late is asked again
    zone.set_text("acme.test", "one")
    threads = [threading.Thread(target=asked, args=(memory, "acme.test")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(20):
        assert asked(memory, "acme.test") == ("one",)
        assert asked(memory, "nowhere.test") == ()
    assert zone.asked.count(("acme.test", "TXT")) == zone.asked.count(("nowhere.test", "TXT")) == 1


def test_answers_live_as_long_as_they_say(memory: Memory, zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    zone.ttl = 120
    zone.set_text("acme.test", "one")
    assert asked(memory, "acme.test") == ("one",)
    zone.set_text("acme.test", "two")
    known = memory.known("acme.test", "TXT")
    assert known and 100 < known.until - time.monotonic() <= 120
    real = time.monotonic
    monkeypatch.setattr(remembering.time, "monotonic", lambda: real() + 121)
    assert memory.known("acme.test", "TXT") is None
    assert asked(memory, "acme.test") == ("two",)


def test_how_much_is_remembered_has_a_bound(memory: Memory, zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST", 3)
    for number in range(5):
        asked(memory, f"n{number}.test")
    assert [memory.known(f"n{number}.test", "TXT") is not None for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_silence_is_waited_for_once(memory: Memory, zone: Zone) -> None:
    """The second question of a dead resolver costs nothing; a sign of life, and it is trusted again."""
    zone.silent = True
    assert asked(memory, "acme.test", patience=HURRIED) is None
    started = time.monotonic()
    for number in range(50):
        assert asked(memory, f"n{number}.test", patience=Patience(whole=30, silence=30)) is None
    assert time.monotonic() - started < 60, "each of them would have waited for six seconds"
    zone.silent = False
    zone.set_text("back.test", "one")
    assert asked(memory, "back.test") == ("one",)
    assert asked(memory, "other.test", patience=Patience(60, 30)) == ()


def test_what_is_late_is_there_for_who_asks_again(memory: Memory, zone: Zone) -> None:
    zone.silent = True
    zone.set_text("acme.test", "one")
    assert asked(memory, "acme.test", patience=Patience(0.1, 0.1)) is None
    zone.silent = False
    deadline = time.monotonic() + 30
    while memory.known("acme.test", "TXT") is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert asked(memory, "acme.test") == ("one",)


def test_a_server_that_fails_is_no_answer(memory: Memory, zone: Zone) -> None:
    zone.broken = True
    memory.ask([("acme.test", "TXT")], CALM)
    known = memory.known("acme.test", "TXT")
    assert known and known.failed


def test_the_memory_is_that_of_the_resolvers_in_force() -> None:
    configuration.use(Settings(dns_nameservers="127.0.0.1:1"))
    first = dns.memory()
    assert dns.memory() is first
    configuration.use(Settings(dns_nameservers="127.0.0.1:2"))
    assert dns.memory() is not first
