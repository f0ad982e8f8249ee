"""The published vectors of SPF, ARC and DMARC, through the product's own resolver from a local DNS server.

`figures(folder)` gives (passed, total) by mechanism, for whoever prints them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from services import dns
from services import settings as configuration
from services.dns import Patience
from services.flows.inbound import authenticating
from services.mail.authentication import Ask, Missing, dmarc, judging, spf
from services.settings import Settings
from tests import dns_server
from tests.dns_server import Zone

PATIENT = Patience(whole=60.0, silence=5.0, hurried=False)
SPF_FILES = ("rfc7208-tests", "rfc4408-tests", "test")
T = TypeVar("T")


@dataclass
class Accepted:
    """A message as the listener hands it on."""

    id: int
    content: bytes
    reverse_path: str = ""
    helo: str = ""
    peer: str = "192.0.2.1"
    protocol: str = "ESMTP"
    user_id: int | None = None
    received_at: datetime = datetime(2026, 11, 21, tzinfo=UTC)


@contextmanager
def served() -> Iterator[Zone]:
    """A DNS server of our own as the product's only resolver."""
    before = configuration.current()
    with dns_server.serving() as zone:
        configuration.use(Settings(dns_nameservers=zone.nameservers))
        try:
            yield zone
        finally:
            configuration.use(before)


def scenarios(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every scenario of the SPF suites with a name of its own."""
    found = []
    for name in SPF_FILES:
        listed = json.loads((folder / "spf" / f"{name}.json").read_text(encoding="utf-8"))
        found += [(f"{name} {number}", scenario) for number, scenario in enumerate(listed)]
    return found


def spf_wrong(scenario: dict[str, Any]) -> list[str]:
    """What comes out otherwise than the suite says; all of a scenario at once, as a batch of mail is."""
    tests = scenario["tests"]
    with served() as zone:
        _fill(zone, scenario["zonedata"])
        mails = [
            Accepted(number, b"\r\n", test["mailfrom"], test["helo"], test["host"])
            for number, test in enumerate(tests.values())
        ]
        judged = authenticating.judge(mails, PATIENT)
        found = {name: judged[number]["spf"] for number, name in enumerate(tests)}
        for name, test in tests.items():
            if test.get("strict") == 0:  # of what came before the standard, which the product leaves out
                found[name] = asdict(_answered(partial(_lax, test)))
    return [f"{name}: {found[name]}" for name, test in tests.items() if not _is_right(test, found[name])]


def _lax(test: dict[str, Any], ask: Ask) -> spf.Finding:
    return spf.check(test["host"], test["helo"], test["mailfrom"], ask, strict=0)


def _is_right(test: dict[str, Any], found: dict[str, Any]) -> bool:
    wanted = test["result"] if isinstance(test["result"], list) else [test["result"]]
    said = test.get("explanation", found["reason"])
    return found["result"] in wanted and found["reason"] == ("" if said == "DEFAULT" else said)


def _answered(call: Callable[[Ask], T]) -> T:
    """The result once everything it asks is known."""
    memory = dns.memory()
    while True:
        try:
            return call(authenticating.Asking(memory))
        except Missing as missing:
            memory.ask(missing.questions, PATIENT)


def _fill(zone: Zone, data: dict[str, list[Any]]) -> None:
    """The suite's zones: what has a policy of type SPF has it as TXT too, unless it says otherwise."""
    for name, records in data.items():
        name = name.lower().rstrip(".")
        kinds: dict[str, list[str]] = {}
        texts: dict[str, list[str]] = {}
        for record in records:
            if record == "TIMEOUT":
                zone.silences.add(name)
                continue
            ((kind, value),) = record.items()
            if kind in ("SPF", "TXT"):
                texts.setdefault(kind, []).append("".join(value) if isinstance(value, list) else value)
            else:
                kinds.setdefault(kind, []).append(_presented(kind, value))
        for kind, lines in kinds.items():
            zone.set(name, kind, *lines)
        said = texts.get("TXT", texts.get("SPF", []))
        if said and said != ["NONE"]:
            zone.set_text(name, *said)
        zone.records.setdefault((name, "HINFO"), [])  # it exists, whatever else is there


def _presented(kind: str, value: Any) -> str:
    if kind == "MX":
        return f"{value[0]} {value[1].rstrip('.')}."
    return f"{value.rstrip('.')}." if kind in ("PTR", "CNAME") else str(value)


def arc_wrong(folder: Path) -> tuple[list[str], int]:
    """What of the validation suite comes out otherwise, and how many tests it has."""
    listed = json.loads((folder / "arc" / "arc-draft-validation-tests.json").read_text(encoding="utf-8"))
    wrong, total = [], 0
    for scenario in listed:
        with served() as zone:
            for name, text in scenario["txt-records"].items():
                zone.set_text(name, text)
            tests = scenario["tests"]
            mails = [Accepted(number, test["message"].encode()) for number, test in enumerate(tests.values())]
            judged = authenticating.judge(mails, PATIENT)
        for number, (name, test) in enumerate(tests.items()):
            total += 1
            wanted = test["cv"].lower() or "fail"  # nothing is added to a chain that says itself it is broken
            if judged[number]["arc"]["result"] != wanted:
                wrong.append(f"{name}: {judged[number]['arc']}")
    return wrong, total


def dmarc_wrong(folder: Path) -> tuple[list[str], int]:
    """The same for records, alignment, and the domain of a From field."""
    read = {
        name: json.loads((folder / "dmarc" / f"opendmarc_{name}.json").read_text(encoding="utf-8"))
        for name in ("parse", "alignment", "from_domain")
    }
    wrong = [each["record"] for each in read["parse"] if _reads(each["record"]) != _is_okay(each)]
    for each in read["alignment"]:
        strict = each["mode"] == "STRICT"
        if dmarc.is_aligned(each["header_domain"], each["policy_domain"], strict=strict) != each["aligned"]:
            wrong.append(str(each))
    for each in read["from_domain"]:
        mail = Accepted(0, f"From: {each['from_header']}\r\n\r\n".encode())
        found = judging.case(judging.Arrival(mail.content, "", "", "", 0)).authors
        if found[:1] != (each["domain"],):
            wrong.append(str(each))
    return wrong, sum(map(len, read.values()))


def _is_okay(vector: dict[str, str]) -> bool:
    return vector["opendmarc_result"] == "DMARC_PARSE_OKAY"


def _reads(record: str) -> bool:
    try:
        dmarc.read(record)
    except ValueError:
        return False
    return True


def wrong(corpora: Path) -> dict[str, tuple[list[str], int]]:
    """By mechanism, what comes out otherwise than its suite says, and how many vectors it has."""
    folder = corpora / "mail-auth"
    suites = scenarios(folder)
    total = sum(len(scenario["tests"]) for _, scenario in suites)
    by_spf = [f"{name}, {each}" for name, scenario in suites for each in spf_wrong(scenario)]
    return {"SPF": (by_spf, total), "ARC": arc_wrong(folder), "DMARC": dmarc_wrong(folder)}


def figures(corpora: Path) -> dict[str, tuple[int, int]]:
    """(passed, total) by mechanism."""
    return {name: (total - len(faults), total) for name, (faults, total) in wrong(corpora).items()}
