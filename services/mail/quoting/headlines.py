"""The line that introduces a quotation ("On … wrote:"), told by its evidence: a date, an address, a verb, a colon."""

import re

from services.mail.quoting.languages import ADDRESS, ADDRESS_END, ISO, OPENER, TIME, VERB, WITHIN, YEAR, has_address

LONGEST = 300  # characters of a line that are looked at
SIGNED = 100  # of one in a language unknown here
WRAPPED = 5  # lines over which mail programs break a headline
COLONS = (":", "\uff1a")
# what is not seen, and what is drawn around: bidi marks in Hebrew and Arabic headlines, bold, > marks
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_SEEN = _UNSEEN | {0xA0: " ", 0x202F: " ", 0x3000: " ", 0xFF1E: ">"}
_SEEN |= dict.fromkeys((0x17D6, 0xFE30, 0xFE55), ":")  # colons of Khmer and of Chinese forms
_SEEN |= {zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)}
_DATED_START = re.compile(r"(?:[^\W\d_]{1,14}[.,']{0,2}\s){0,2}\W{0,2}\d", re.UNICODE)
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(r"[.!?…]{2}$|[^\W\d_]{4}[.!?。！？]$")  # exactly as many: a search does not go back over words
_ADDRESSED = re.compile(r"[^<>@]{0,80}[<(\[\"']")
_DATED_END = re.compile(r"[>)] \[[\d :/.+-]{8,40}\]\W{0,2}$")  # * Ann <ann@example.org> [2024-01-01 15:04]:
_ADDRESS_LAST = re.compile(rf"{ADDRESS.pattern}[\"'>]?\s?[:\uff1a]$")  # 1 Jan 2024, 15:04 by ann@example.org:
_BRACKETED = re.compile(r"[<(\[][^\s<>()\[\]]{1,100}@[^\s<>()\[\]]{1,200}[>)\]]")
_NAMED = re.compile(r"\W{0,2}(?:[^\W\d_][\w.'’-]*+,?\s?){1,5}\W{0,2}$")


def bare(line: str) -> str:
    """A line as it is compared: without marks of quotation, emphasis and direction."""
    return line[:LONGEST].translate(_SEEN).lstrip(" \t>*|").rstrip(" \t\r*")


def length(lines: list[str], at: int) -> int:
    """How many of the (bare) lines from `at` on are such a headline: 0 if none does."""
    line = lines[at]
    is_whole = _may_be(line) and is_headline(line) and not _is_logged(lines, at)
    if is_whole and line.endswith(COLONS):
        return 1
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if not (_DIGIT.search(line) or _DIGIT.search(below) or "@" in below):
        return int(is_whole)
    if _may_begin(line, lines[at - 1] if at else "", below) and (broken := _broken(lines, at)):
        return broken
    return int(is_whole)


def _is_logged(lines: list[str], at: int) -> bool:
    """Whether its neighbour begins with a date as it does: one of the lines of a log."""
    return ISO.match(lines[at]) is not None and any(
        map(ISO.match, (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]))
    )


def is_signed(line: str) -> bool:
    """Whether a line tells who and when, though nothing else: enough directly above marks of quotation."""
    if not (YEAR.search(line) and TIME.search(line)):
        return False
    return has_address(line) or (line.endswith(COLONS) and len(line) <= SIGNED)


def _broken(lines: list[str], at: int) -> int:
    """The length of a headline that ends lines below, with a colon."""
    joined, taken = lines[at], 1
    for index in range(at + 1, min(at + 2 * WRAPPED, len(lines))):
        if not lines[index]:
            if not _goes_on(lines, index):
                return 0
            continue
        if _SENTENCE.search(lines[index - 1]) and lines[index - 1].rfind("<") <= lines[index - 1].rfind(">"):
            return 0
        joined += " " + lines[index]
        taken += 1
        if lines[index].endswith(COLONS) and is_headline(joined):
            return index - at + 1
        if taken == WRAPPED or len(joined) > LONGEST or lines[index].endswith(COLONS):
            return 0
    return 0


def within(line: str) -> int | None:
    """Where a headline begins that stands behind the words of the answer on one line."""
    if len(line) > LONGEST or not line.rstrip(" \t*").endswith(COLONS):
        return None
    found = next((match for match in WITHIN.finditer(line) if match.start() > 0), None)
    return found.start() if found and VERB.search(line, found.end()) else None


def is_headline(line: str) -> bool:
    """Whether the whole line, with its parts joined, introduces somebody else's words."""
    if len(line) > LONGEST or len(line) < 6:
        return False
    verb, opened = VERB.search(line), OPENER.match(line) is not None
    dated = YEAR.search(line) is not None
    timed = TIME.search(line) is not None
    if line.endswith(COLONS):
        return _is_introduction(line, verb, opened, dated, timed)
    if "." in line[-1:] or "!" in line[-1:] or "?" in line[-1:]:
        return False
    begins = opened or _DATED_START.match(line) is not None
    if verb and begins and dated and (timed or has_address(line)):
        return True
    if ISO.match(line) and ADDRESS_END.search(line):
        return len(ISO.findall(line)) == 1
    return begins and dated and timed and _ends_with_name(line, opened)


def _is_introduction(line: str, verb: re.Match[str] | None, opened: bool, dated: bool, timed: bool) -> bool:
    addressed = has_address(line)
    if verb:
        if dated or timed or addressed:
            return True
        if opened and re.search(r"\d", line):
            return True
        return len(line) - verb.end() <= 12 and len(line.split()) <= 6 and not opened
    if addressed and (_DATED_END.search(line) or (dated and timed and _BRACKETED.search(line))):
        return True  # in whatever language
    begins = opened or _DATED_START.match(line) is not None
    if begins and (dated or timed) and addressed and (ADDRESS_END.search(line) or ISO.match(line)):
        return True
    if timed and dated and not opened and _DATED_START.match(line) and _ADDRESS_LAST.search(line):
        return True
    return ISO.match(line) is not None and timed


def _ends_with_name(line: str, opened: bool) -> bool:
    """A date and the name behind it, as some programs leave it: "2016-03-03 17:21 GMT+01:00 Some One"."""
    last = None
    for last in TIME.finditer(line):  # noqa: B007 (the last one is wanted)
        pass
    rest = line[last.end() :] if last else ""
    if ADDRESS_END.search(rest):
        return True
    rest = re.sub(r"^\s?(?:[ap]\.?m\.?|uhr)?[\s,]*(?:gmt|utc)?(?:[+-]\d\d:?\d\d)?[\s,]*", "", rest, flags=re.IGNORECASE)
    if not rest or not _NAMED.match(rest):
        return False
    return (opened or ISO.match(line) is not None) and rest[:1].isupper() and rest.istitle()


def _may_be(line: str) -> bool:
    """A quick look before the slow one."""
    return bool(line) and (line.endswith(COLONS) or (len(line) < 200 and _DIGIT.search(line) is not None))


def _may_begin(line: str, above: str, below: str) -> bool:
    """A headline that goes on below begins with a date, or below an empty line with a name and an address."""
    if YEAR.search(line) and TIME.search(line):
        return True
    if not line or line.endswith((".", "!", "?")):
        return False
    if OPENER.match(line) or _DATED_START.match(line):
        return True
    if above:
        return False
    if _ADDRESSED.match(line) and ("@" in line or line.endswith("<")):
        return True
    return below.startswith("<") and "@" in below and _NAMED.match(line) is not None


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether behind empty lines the address follows, as HTML made text leaves it."""
    following = next((line for line in lines[at : at + 3] if line), "")
    return following.startswith("<")
