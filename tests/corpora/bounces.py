"""Figures about reports: how often the recipients, the class and the reason are right, against the corpora's labels."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.mail import bounces
from services.mail.bounces import Affected, Report
from services.mail.message import parse

GROUPS = {
    "recipient": "userunknown hasmoved filtered user_unknown unknown_user moved suspend disabled user_disabled",
    "full": "mailboxfull full over_quota",
    "domain": "hostunknown notaccept domain domain_error",
    "refused": "blocked rejected badreputation requireptr authfailure policyviolation securityerror norelaying "
    "notcompliantrfc failedstarttls authentication policy",
    "content": "spamdetected contenterror virusdetected spam content",
    "size": "mesgtoobig exceedlimit message_too_large size",
    "network": "expired networkerror network speeding toomanyconn rateexceeded rate mailererror "
    "systemerror systemfull syntaxerror system",
    "other": "undefined onhold other unknown",
}
GROUP = {name: group for group, names in GROUPS.items() for name in names.split()}
CLASSES = {"feedback": "feedback", "vacation": "auto", "delivered": "delivered"}
SORTS = {"complaint": "feedback", "auto_reply": "auto", "delivered": "delivered"}


def read(path: Path) -> Report | None:
    raw = path.read_bytes()
    parsed = parse(raw)
    return bounces.read(raw, parsed, parsed.header("return-path").strip("<> "))


def counted(corpora: Path) -> dict[str, tuple[int, int]]:
    """By line of the report: how many are right, of how many."""
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for line, is_right in _judged(corpora / "bounces"):
        tried[line] += 1
        right[line] += is_right
    return {line: (right[line], tried[line]) for line in sorted(tried)}


def _judged(folder: Path) -> Iterator[tuple[str, bool]]:
    for name, expected in _labels(folder, "sisimai").items():
        yield from _sisimai(read(folder / "sisimai" / "messages" / name), expected)
    for name, expected in _labels(folder, "flufl").items():
        report = read(folder / "flufl" / "messages" / name)
        yield "recipients", _addresses(report) == {each.lower() for each in expected["addresses"]}
    for name, expected in _labels(folder, "bounceparser").items():
        report = read(folder / "bounceparser" / "messages" / name)
        if not expected["is_bounce"]:
            yield "left alone", report is None or report.sort not in {"failure", "complaint"}
        elif "addresses" in expected:
            yield "recipients", _addresses(report) == {each.lower() for each in expected["addresses"]}


def _labels(folder: Path, name: str) -> dict[str, Any]:
    labels: dict[str, Any] = json.loads((folder / name / "expected.json").read_text())
    return labels


def _addresses(report: Report | None) -> set[str]:
    return {each.address.lower() for each in report.affected} if report else set()


def _sisimai(report: Report | None, rows: list[dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    bad = [row for row in rows if row["reason"] not in {"vacation", "delivered"}]
    if all("recipient" in row for row in bad):
        yield "recipients", _addresses(report) == {row["recipient"].lower() for row in bad}
    by_address = {each.address.lower(): each for each in report.affected} if report else {}
    for position, row in enumerate(rows):
        affected = by_address.get(row.get("recipient", "").lower())
        if affected is None and report is not None and position < len(report.affected):
            affected = report.affected[position]
        wanted = CLASSES.get(row["reason"]) or ("hard" if row["hardbounce"] else "soft")
        found = _class(report, affected)
        yield "class", found == wanted
        yield f"class {wanted}", found == wanted
        if row["reason"] not in CLASSES:
            group = GROUP[row["reason"]]
            is_right = affected is not None and GROUP.get(affected.reason) == group
            yield "reason", is_right
            yield f"reason {group}", is_right


def _class(report: Report | None, affected: Affected | None) -> str:
    if report is None:
        return "none"
    if report.sort in SORTS:
        return SORTS[report.sort]
    if affected is None or affected.kind != "hard" or affected.reason == "disabled":
        return "soft"  # Sisimai takes a disabled account for soft, our PRODUCT.md for hard: its words are compared
    return "hard"
