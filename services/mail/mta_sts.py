"""MTA-STS (RFC 8461): the record that announces a policy, and the policy: over TLS only, to these servers only."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 31_557_600  # seconds a policy may hold (RFC 8461 3.2)
_RECORD = re.compile(r"v=STSv1[ \t]*;")
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]{1,10}")


class Mode(StrEnum):
    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True)
class Policy:
    """`mx` are names, or patterns whose left-most label is a star; `max_age` is in seconds."""

    mode: Mode
    mx: tuple[str, ...]
    max_age: int

    def covers(self, host: str) -> bool:
        """Whether a mail server's name is one of the policy's; a star stands for exactly one label (4.1)."""
        name = host.rstrip(".").lower()
        parent = name.partition(".")[2]
        return any(each == name or (each[:2] == "*." and each[2:] == parent != "") for each in self.mx)


def id_of(texts: Iterable[str]) -> str:
    """The id in the TXT records of `_mta-sts.<domain>`; "" where there is none, or not exactly one (3.1)."""
    records = [text for text in texts if _RECORD.match(text)]
    if len(records) != 1:
        return ""
    pairs = (part.partition("=") for part in records[0].split(";"))
    found = [value.strip() for name, _, value in pairs if name.strip() == "id"]
    return found[0] if len(found) == 1 and _ID.fullmatch(found[0]) else ""


def parse(text: str) -> Policy:
    """A policy file (3.2). Raises ValueError for what is none."""
    fields: dict[str, list[str]] = {}
    for line in filter(str.strip, re.split(r"\r?\n", text)):
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", name.rstrip()):
            raise ValueError(f"not a line of a policy: {line[:80]!r}")
        fields.setdefault(name.rstrip(), []).append(value.strip())
    if fields.get("version", [""])[0] != "STSv1":
        raise ValueError("it has no version STSv1")
    mode, age = fields.get("mode", [""])[0], fields.get("max_age", [""])[0]
    if mode not in list(Mode) or not _NUMBER.fullmatch(age):
        raise ValueError("its mode or max_age is missing or unknown")
    patterns = tuple(value.rstrip(".").lower() for value in fields.get("mx", ()))
    if not all(map(_HOST.fullmatch, patterns)) or not (patterns or mode == Mode.NONE):
        raise ValueError("its mx lines name no mail servers")
    return Policy(Mode(mode), patterns, min(int(age), LONGEST))


def render(mode: Mode, mx: Sequence[str], max_age: int) -> str:
    """A policy file, as it is served."""
    lines = ["version: STSv1", f"mode: {mode.value}", *(f"mx: {each}" for each in mx), f"max_age: {max_age}"]
    return "".join(f"{line}\r\n" for line in lines)
