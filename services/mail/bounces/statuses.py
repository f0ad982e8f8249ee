"""The fields for programs (RFC 3464), also where they stand in plain text or are not quite what they should be."""

import re

from services.mail.bounces.report import Mention

MOST = 1_000  # recipients of one report
_FIELD = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)")
_ADDRESS = re.compile(r'(?:"[^"\n]{1,64}"|[^\s<>"(),:;@\\\[\]]{1,255})@[^\s<>"(),:;@\\]{1,255}')
_KNOWN = re.compile(r"(?im)^[ \t]*(?:final|original)-recipient[ \t]*:")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_ALWAYS_ESCAPED = frozenset(map(ord, "+=\\"))
_NAMED = {"final-recipient", "original-recipient", "x-actual-recipient"}


def has_fields(text: str) -> bool:
    return _KNOWN.search(text) is not None


def mentions(text: str) -> list[Mention]:
    """The recipients of a delivery status; those of which only the group of the message tells nothing are left out."""
    found: list[Mention] = []
    for group in _groups(text):
        address = _address(group.get("final-recipient", "")) or _address(group.get("x-actual-recipient", ""))
        original = _address(group.get("original-recipient", ""))
        if not address and not original:
            continue
        if original and "." not in address.rpartition("@")[2]:
            address = original  # a name inside that server's house
        found.append(
            Mention(
                address or original,
                original if original.lower() != address.lower() else "",
                group.get("action", "").split(" ", 1)[0].strip("();,.").lower(),
                group.get("status", ""),
                _words(group),
            )
        )
        if len(found) == MOST:
            break
    return found


def _words(group: dict[str, str]) -> str:
    """What the last server said; the type before the semicolon is nobody's word."""
    told = group.get("diagnostic-code") or group.get("x-notes") or ""
    kind, semicolon, rest = told.partition(";")
    words = rest if semicolon and len(kind) < 30 and " " not in kind.strip() else told
    more = (group.get(name, "") for name in ("x-supplementary-info", "x-powermta-bouncecategory"))
    return " ".join(each for each in (words.strip(), *more) if each)


def _groups(text: str) -> list[dict[str, str]]:
    """Fields by group; a second recipient begins another one, even without the empty line between them."""
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text.split("\n"):
        if not line.strip():
            if groups[-1]:
                groups.append({})
            name = ""
            continue
        match = _FIELD.fullmatch(line) if line[0] not in " \t" or not name else None
        if match is None:
            if name:
                groups[-1][name] += " " + line.strip()
            continue
        name = match[1].lower()
        group = groups[-1]
        if name in group and name in _NAMED:
            groups.append({})
        elif name in group and name == "diagnostic-code":
            group[name] += " " + match[2].strip()
            continue
        groups[-1].setdefault(name, match[2].strip())
    return _joined(groups)


def _joined(groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """What stands after an empty line, but names no recipient, belongs to the one before it."""
    whole: list[dict[str, str]] = []
    for group in groups:
        if whole and not _NAMED & group.keys() and _NAMED & whole[-1].keys():
            whole[-1] |= {name: value for name, value in group.items() if name not in whole[-1]}
        else:
            whole.append(group)
    return whole


def _address(value: str) -> str:
    """`rfc822; <user@domain>` and its wrong forms (RFC 3464 2.3.2); `utf-8; \\x{7528}@…` (RFC 6533 3)."""
    rest = _ESCAPED.sub(_letter, value.partition(";")[2] or value)
    found = _ADDRESS.search(rest)
    return found[0].strip("'.") if found else ""


def _letter(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    is_letter = number in _ALWAYS_ESCAPED or (0x80 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF)
    return chr(number) if is_letter else match[0]
