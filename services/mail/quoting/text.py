"""Quoted text in plain mail: what a headline, a divider, a block of header fields or > marks as somebody else's."""

import re
from enum import Enum
from itertools import islice

from services.mail.quoting import disclaimers, headlines, notices
from services.mail.quoting.closings import NAMED, SIGN_OFF, SIGNED, is_delimiter, is_device, is_named_device
from services.mail.quoting.dividers import BETWEEN_MARKS, RULE
from services.mail.quoting.headlines import bare
from services.mail.quoting.openings import Openings

MOST_LINES = 1_500  # looked at for what opens a quotation
WIDEST = 78  # columns at which mail programs break lines
FOOTER = 14  # lines of a mailing list below its rule
NAMES = 6  # lines below "Kind regards," that are still the signature
LONGEST_SIGNATURE = 25  # lines
_MARK = re.compile(r"[ \t]{0,3}(?:[A-Z]{0,2}>|\uff1e)")
_LINK = re.compile(r"\W{0,3}(?:https?://|www\.)\S{1,500}\s{0,2}\W{0,3}$")
_CONTACT = re.compile(r"@|https?://|www\.|\+?\d[\d ()./-]{6,40}\d")
# Both begin with a letter that is there or not: a search for one is much quicker than a look at each line's beginning.
_SENTENCE = re.compile(  # and no company's or doctor's name
    r"(?<!\bltd)(?<!\bltda)(?<!\binc)(?<!\bcorp)(?<!\bco)(?<!\bjr)(?<!\bsr)(?<!\.[a-z])\.$|[?:]$", re.IGNORECASE
)
_HINT = re.compile(r"\n[ \t]*(?:[>|\uff1e]|[-_*=\u2013\u2014]{2}|[^\n:]{1,40}:[ \t]+\S)")
_HEADLINE = re.compile(r":[ \t]*\r?(?:\n|\Z)")


class Kind(Enum):
    """Whose a line is."""

    OWN = "own"
    QUOTED = "quoted"
    EMPTY = "empty"
    OPENING = "opening"


def may_quote(text: str) -> bool:
    """Whether anything in it could open a quotation: a mark, a rule, a headline, a field. Most mail has none."""
    return _HINT.search("\n" + text) is not None or _HEADLINE.search(text.replace("\uff1a", ":")) is not None


def split_text(text: str) -> tuple[str, str]:
    """What is new and what is quoted; (text, "") where nothing is, or where nothing else would be left."""
    lines = _apart(text.replace("\r\n", "\n").split("\n"))
    keep = _kept(_kinds(lines, [bare(line) for line in lines]), lines)
    new = "\n".join(line for line, kept in zip(lines, keep, strict=True) if kept).strip()
    if not new or all(keep):
        return text, ""
    return new, "\n".join(line for line, kept in zip(lines, keep, strict=True) if not kept).strip("\n")


def _apart(lines: list[str]) -> list[str]:
    """A headline that stands behind the last words of the answer gets a line of its own."""
    for at, line in enumerate(lines[:MOST_LINES]):
        if not _MARK.match(line) and (start := headlines.within(line)) and _is_quote_next(lines, at + 1):
            return [*lines[:at], line[:start], line[start:], *lines[at + 1 :]]
    return lines


def _kinds(lines: list[str], seen: list[str]) -> list[Kind]:
    """Each line's kind; everything behind the end of the answer is quoted."""
    kinds: list[Kind] = []
    openings, fence = Openings(seen), _fences(seen)
    has_own = False
    while (at := len(kinds)) < len(lines):
        if BETWEEN_MARKS.match(lines[at]):
            if has_own:
                break
            kinds.append(Kind.OPENING)
        elif _MARK.match(lines[at]):
            is_whole = all(kind is Kind.EMPTY for kind in kinds) and openings.length(at) > 0
            kinds.append(Kind.OPENING if is_whole else Kind.QUOTED)
        elif not seen[at] or (RULE.match(seen[at]) and not openings.length(at)):
            if has_own and at not in fence and at < MOST_LINES and _is_footer(openings, at):
                break
            kinds.append(Kind.EMPTY)
        elif at in fence or at >= MOST_LINES:
            kinds.append(Kind.OWN)
            has_own = True
        elif length := openings.length(at) or _led(lines, seen, at):
            if has_own and not _is_quote_next(lines, at + length):
                break
            kinds.extend([Kind.OPENING] * length)
        elif has_own and _is_end(openings, at):
            break
        elif length := _noticed(lines, seen, kinds, has_own=has_own):
            kinds.extend([Kind.EMPTY if has_own else Kind.OPENING] * length)
        else:
            is_wrapped = _is_wrapped(lines, kinds)
            kinds.append(Kind.QUOTED if is_wrapped else Kind.OWN)
            has_own = has_own or not is_wrapped
    return kinds + [Kind.OPENING] * (len(lines) - len(kinds))


def _kept(kinds: list[Kind], lines: list[str]) -> list[bool]:
    """The writer's own lines, and the quotations between them, since they are answered."""
    own = [at for at, kind in enumerate(kinds) if kind is Kind.OWN]
    if not own:
        return [True] * len(kinds)
    first, last = _first(own, kinds), _before_sign_off(own, kinds, lines)
    keep = [first <= at <= last and kind is not Kind.OPENING for at, kind in enumerate(kinds)]
    quoted = [at for at in range(own[0], last + 1) if kinds[at] is Kind.QUOTED]
    if quoted and all(SIGNED.match(bare(lines[at])) for at in own if at > quoted[-1]):
        keep = [kept and kind is not Kind.QUOTED for kept, kind in zip(keep, kinds, strict=True)]
    return keep


def _first(own: list[int], kinds: list[Kind]) -> int:
    """Where what is kept begins: a whole mail quoted above its answer is left out, a passage chosen by hand is not."""
    above = kinds[: own[0]]
    is_answered_between = Kind.QUOTED in kinds[own[0] : own[-1]]
    return own[0] if Kind.OPENING in above and not is_answered_between else 0


def _is_end(openings: Openings, at: int) -> bool:
    """Whether a signature begins here."""
    seen = openings.seen
    if is_delimiter(seen[at]):
        return _is_brief(openings, at)
    if seen[at] == "-----BEGIN PGP SIGNATURE-----":  # RFC 9580 7: below the signed text
        return True
    if at == 0 or not seen[at - 1] or is_device(seen[at - 1]):
        return is_device(seen[at])
    return is_named_device(seen[at]) and _is_last(openings, at)


def _is_last(openings: Openings, at: int) -> bool:
    """Whether nothing but a quotation stands below."""
    seen = openings.seen
    following = next((index for index in range(at + 1, min(at + 60, len(seen))) if seen[index]), None)
    return following is None or openings.length(following) > 0


def _led(lines: list[str], seen: list[str], at: int) -> int:
    """A line with an address and a moment is a headline if marks of quotation begin below."""
    return int(at + 1 < len(lines) and _MARK.match(lines[at + 1]) is not None and headlines.is_signed(seen[at]))


def _noticed(lines: list[str], seen: list[str], kinds: list[Kind], *, has_own: bool) -> int:
    """How many lines from here on a server wrote, above the letter or below it."""
    at = len(kinds)
    if at and seen[at - 1]:
        return 0
    text, length = notices.paragraph(lines, seen, at)
    if not has_own:
        return length if notices.is_banner(text) else 0
    above = next((index for index in range(at - 1, 0, -1) if seen[index]), 0)
    if kinds[above] is Kind.EMPTY and not RULE.match(seen[above]) and disclaimers.goes_on(text):
        return length
    if disclaimers.is_notice(text):
        return length
    following = next((index for index in range(at + length, len(seen)) if seen[index]), at)
    is_headed = disclaimers.is_heading(text) and disclaimers.goes_on(notices.paragraph(lines, seen, following)[0])
    return length if is_headed else 0


def _is_footer(openings: Openings, at: int) -> bool:
    """Whether below this rule only a signature stands, or what a mailing list adds."""
    line, seen = openings.seen[at], openings.seen
    if is_delimiter(line):
        return _is_brief(openings, at)
    until = next((index for index in range(at + 1, min(at + FOOTER, len(seen))) if openings.length(index)), at + FOOTER)
    below = [each for each in seen[at + 1 : until] if each]
    if len(line) < 2 or not below or any(seen[at + FOOTER : at + 4 * FOOTER]):
        return False
    return set(line) <= set("_ ") or (len(line) > 2 and any(map(_CONTACT.search, below)) and len(below) < 9)


def _is_brief(openings: Openings, at: int) -> bool:
    """Whether a signature's few lines follow, or those and a quotation, instead of the rest of a long letter."""
    seen = openings.seen
    below = [index for index in range(at + 1, min(at + 60, len(seen))) if seen[index]][:LONGEST_SIGNATURE]
    return len(below) < LONGEST_SIGNATURE or any(map(openings.length, below))


def _before_sign_off(own: list[int], kinds: list[Kind], lines: list[str]) -> int:
    """The last line of the answer: "Kind regards," and the few lines of a name below are no part of it."""
    is_close = len(own) > 1 and all(kind is Kind.EMPTY for kind in kinds[own[-2] + 1 : own[-1]])
    if is_close and own[-1] > own[-2] + 1 and NAMED.match(lines[own[-1]].strip()):
        return own[-2]
    for index in range(max(1, len(own) - NAMES - 1), len(own) - 1):
        if not SIGN_OFF.match(bare(lines[own[index]])):
            continue
        names = [lines[at].rstrip() for at in own[index + 1 :]]
        is_close = Kind.QUOTED not in kinds[own[index] : own[-1]]
        if is_close and all(len(name) <= 60 and not _SENTENCE.search(name) for name in names):
            return own[index - 1]
    return own[-1]


def _is_wrapped(lines: list[str], kinds: list[Kind]) -> bool:
    """Whether the line is the rest of the quoted one above, which was broken on its way, or a link out of it."""
    at = len(kinds)
    if not kinds or kinds[-1] is not Kind.QUOTED:
        return False
    if _LINK.match(lines[at]) and at + 1 < len(lines) and _MARK.match(lines[at + 1]):
        return True
    word = lines[at].split(maxsplit=1)[0]
    return (
        not lines[at][:1].isspace()
        and WIDEST - 14 < len(lines[at - 1]) <= WIDEST + 2 < len(lines[at - 1]) + len(word) + 2
    )


def _fences(seen: list[str]) -> set[int]:
    """The lines of fenced code, where nothing means what it means elsewhere."""
    marks = [at for at, line in enumerate(seen) if line.startswith("```")]
    return {at for start, end in zip(marks[::2], marks[1::2], strict=False) for at in range(start, end + 1)}


def _is_quote_next(lines: list[str], at: int) -> bool:
    following = next((line for line in islice(lines, at, None) if line.strip()), "")
    return _MARK.match(following) is not None
