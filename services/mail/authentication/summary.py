"""A stored judgement in words: one result a mechanism, one sentence for people, and the details behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Stored = Mapping[str, Any]
_BEST = ("pass", "temperror", "fail", "policy", "neutral", "permerror", "none")
_LEVELS = {"pass": "passed", "unknown": "waiting", "none": "neutral"}


@dataclass(frozen=True, slots=True)
class Line:
    """What one mechanism came to, for whom, and why."""

    mechanism: str
    result: str
    domain: str
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """`level`: passed, neutral, waiting, doubtful or forged."""

    level: str
    sentence: str
    lines: tuple[Line, ...] = ()


def result_of(stored: Stored, mechanism: str) -> str:
    """The result of a mechanism (RFC 8601 2.7), the best one of several signatures."""
    found = stored.get(mechanism) or {}
    results = [each["result"] for each in (found if isinstance(found, list) else [found]) if each]
    return str(min(results, key=lambda each: _BEST.index(each) if each in _BEST else len(_BEST), default="none"))


def said(stored: Stored) -> Said | None:
    """None for what was never judged: mail of our own, and what came before there were judgements."""
    verdict = stored.get("verdict")
    if not verdict:
        return None
    if "dmarc" not in stored:
        return Said("passed" if verdict == "pass" else "neutral", _OWN.get(str(stored.get("trusted", "")), _UNREAD))
    author = stored["dmarc"]["domain"] or "its author"
    level = _LEVELS.get(str(verdict), "forged" if _is_refused(stored) else "doubtful")
    return Said(level, _sentence(stored, str(verdict), author), tuple(_lines(stored)))


_OWN = {
    "member": "Passed: sent from here by a member of the team",
    "relay": "Handed in by a server of your own, without a signature",
}
_UNREAD = "Its author could not be checked"


def _is_refused(stored: Stored) -> bool:
    return bool(stored["dmarc"]["result"] == "fail" and stored["dmarc"]["policy"] in ("quarantine", "reject"))


def _sentence(stored: Stored, verdict: str, author: str) -> str:
    if verdict == "pass":
        return _passed(stored, author)
    if verdict == "unknown":
        later = "; it is asked again" if not stored.get("final") else ""
        return f"Not checked yet: the DNS gave no answer about {author}{later}"
    if verdict == "none":
        if stored.get("trusted") == "relay":
            return f"Not checked: it came by a server of your own, and {author} has not signed it"
        return f"Not checked: {author} does not say how its mail can be told"
    if _is_refused(stored):
        return f"Warning: this mail claims to be from {author}, but {author} says it isn’t"
    if stored["dmarc"]["result"] == "fail":
        return f"Doubtful: this mail claims to be from {author}, which does not confirm it"
    return f"Doubtful: {author} says that its mail does not come from this server"


def _passed(stored: Stored, author: str) -> str:
    by_spf = stored["dmarc"]["by"] == "spf" or (stored["dmarc"]["by"] == "" and stored["spf"]["result"] == "pass")
    if by_spf:
        return f"Passed: sent by {author}’s own servers"
    return f"Passed: signed by {author}, and unchanged on the way"


def _lines(stored: Stored) -> list[Line]:
    lines = [_line("SPF", stored["spf"])]
    lines += [_line("DKIM", each) for each in stored["dkim"]] or [Line("DKIM", "none", "", "it is not signed")]
    dmarc = stored["dmarc"]
    asked = f"{dmarc['domain']} asks for {_WISHES[dmarc['policy']]}" if dmarc["policy"] else ""
    lines.append(Line("DMARC", dmarc["result"], dmarc["domain"], "; ".join(filter(None, (dmarc["reason"], asked)))))
    if stored["arc"]["result"] != "none":
        lines.append(_line("ARC", stored["arc"]))
    return lines


_WISHES = {
    "none": "nothing to be done with such mail",
    "quarantine": "such mail to be treated with suspicion",
    "reject": "such mail to be refused",
}


def _line(mechanism: str, found: Mapping[str, str]) -> Line:
    return Line(mechanism, found["result"], found["domain"], found["reason"])
