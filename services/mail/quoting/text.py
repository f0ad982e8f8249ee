"""Quoted text in plain mail: what a headline, a divider, a block of header fields or > marks as somebody else's."""

from itertools import islice

from services.mail.quoting.languages import DIVIDER, FIELD, FROM_FIELD, HEADLINE, OPENER, RULE, SIGNATURE

MOST_LINES = 1_500  # looked at for what opens a quotation
LONGEST_LINE = 300
COLONS = (":", "\uff1a")
WRAPPED = 4  # lines over which a headline may be broken


def split_text(text: str) -> tuple[str, str]:
    """What is new and what is quoted; (text, "") where nothing is, or where nothing else would be left."""
    lines = text.replace("\r\n", "\n").split("\n")
    keep = _kept(lines)
    new = "\n".join(line for line, kept in zip(lines, keep, strict=True) if kept).strip()
    if not new or all(keep):
        return text, ""
    return new, "\n".join(line for line, kept in zip(lines, keep, strict=True) if not kept).strip("\n")


def _kept(lines: list[str]) -> list[bool]:
    """For each line whether it is the writer's own, or a quotation that the writer answers below."""
    keep = [True] * len(lines)
    at = own = 0  # own: the line after the last one of the writer
    while at < len(lines):
        length = _opening(lines, at)
        is_end = own > 0 and len(lines[at]) < 120 and SIGNATURE.match(lines[at]) is not None
        if is_end or (length and own and not _is_quote_next(lines, at + length)):
            keep[at:] = [False] * (len(lines) - at)
            break
        if length:  # what is quoted, or forwarded, stands below: answers may follow it
            keep[at : at + length] = [False] * length
            at += length
            while not own and at < len(lines) and not _is_own(lines[at]):
                keep[at] = False
                at += 1
            continue
        if _is_own(lines[at]):
            own = at + 1
        at += 1
    while own and RULE.match(lines[own - 1]):
        own -= 1
    return keep[:own] + [False] * (len(lines) - own) if own else keep


def _opening(lines: list[str], at: int) -> int:
    """How many lines from `at` on open a quotation: 0 if none does."""
    line = lines[at]
    if not line.strip() or at > MOST_LINES or len(lines[at]) > LONGEST_LINE:
        return 0
    if DIVIDER.match(line):
        return 1
    if fields := _fields(lines, at):
        return fields
    return 0 if line.lstrip().startswith(">") else _headline(lines, at)


def _headline(lines: list[str], at: int) -> int:
    """The length of an "On … wrote:" that begins at `at`, which mail programs break over several lines."""
    if _may_be_headline(lines[at]) and HEADLINE.match(lines[at]):
        return 1
    if not OPENER.match(lines[at]):
        return 0
    joined = lines[at].strip()
    for length in range(2, WRAPPED + 1):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        joined += " " + lines[at + length - 1].strip(" \t>")
        if joined.rstrip(" *").endswith(COLONS) and HEADLINE.match(joined[:LONGEST_LINE]):
            return length
    return 0


def _may_be_headline(line: str) -> bool:
    """A quick look before the slow one: it ends with a colon, or tells a date and is short."""
    end = line.rstrip(" \t*")[-1:]
    return end in COLONS or (end not in {".", "!", "?"} and len(line) < 160 and any(map(str.isdigit, line)))


def _fields(lines: list[str], at: int) -> int:
    """The length of a block of header fields, with the rule that may stand above it."""
    if RULE.match(lines[at]):
        following = next((index for index in range(at + 1, min(at + 4, len(lines))) if lines[index].strip()), at)
        below = 0 if RULE.match(lines[following][:LONGEST_LINE]) else _fields(lines, following)
        return below and following - at + below
    if not FIELD.match(lines[at][:LONGEST_LINE]):
        return 0
    block = lines[at : at + 12]
    found = [index for index, line in enumerate(block) if FIELD.match(line[:LONGEST_LINE])]
    if not any(FROM_FIELD.match(line[:LONGEST_LINE]) or "@" in line for line in block[:4]):
        return 0
    return found[-1] + 1 if len(found) >= 3 or (len(found) == 2 and found[1] == 1) else 0


def _is_quote_next(lines: list[str], at: int) -> bool:
    following = next((line for line in islice(lines, at, None) if line.strip()), "")
    return following.lstrip().startswith(">")


def _is_own(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(">") and not RULE.match(line)
