"""Recipients out of words: reports with nothing for programs in them, as most servers before RFC 3464 wrote them."""

import re

from services.mail.bounces.report import Mention, Sections
from services.mail.bounces.sections import field_of
from services.mail.bounces.tongues import DELAYS, ELSEWHERE, FAILURES

MOST = 200
MOST_LINES = 400
_SENDERS = ("from", "return-path", "reply-to", "sender")
_OTHERS = (*_SENDERS, "to", "x-original-to")  # unless it is about mail one sent to oneself
# Chinese and Japanese put no space between an address and the words around it, and have punctuation of their own
_GLUED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LOCAL = r"\s<>\"(),:;@\\\[\]*|`\u2018-\u201f\u3000-\u303f\uff00-\uff20\uff3b-\uff40\uff5b-\uff65"
_HOST = r"(?:[\w-]{1,63}\.){0,9}(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,62}|[^\W\d_]{1,63})"
_ADDRESS = rf"(?:\"[^\"\n]{{1,64}}\"|(?!')[^{_LOCAL}{_GLUED}]{{1,255}}|[^{_LOCAL}]{{1,64}}(?<=[{_GLUED}]))@{_HOST}"
_FOUND = re.compile(_ADDRESS)
_ALONE = re.compile(rf"[\s*>-]*[\"'<\[(]*(?:mailto:)?({_ADDRESS})[\"'>\])]*\s*[:,;.]?\s*", re.IGNORECASE)
_LEADS = re.compile(
    rf"\s*(?:\d+\)?\s+)?[\"'<\[]*({_ADDRESS})[\"'>\]]*\s*(?::\s|\.\.\.|\(|, |- |on \w{{3}},|\s(?:invalid|"
    rf"unknown|not|is|was|has|user|mailbox))",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"(?:^|[\s(*>\":;-])(?:recipients?|smtp|address(?:es)?|rcpt to|"
    rf"deliver\w*(?: failed)?(?: \d+ attempts)?(?: (?:your |the )?(?:message|mail|e-?mail))?(?: to)?|"
    rf"undeliverable to|unknown user|user unknown|user|mailbox|account|for|to|failed|unknown|recipient\(s\)|"
    rf"mailing list|宛先|受取人)"
    rf"(?:\s*[:=]\s*|\s+|(?=<))[\"'<\[(]*({_ADDRESS})",
    re.IGNORECASE,
)
_CODED = re.compile(rf"(?:^|\s)[45]\d\d[ -].{{0,120}}?[<\[]?({_ADDRESS})[>\]]?")
_NOT_THEIRS = re.compile(
    r"(?:mail from|return.path|from|sender|contact|reply.to|envelope-from|by|message.?id|msgid|id|abuse|"
    r"help|support|subject|questions?|sie (?:sich|bitte) an|"
    rf"{ELSEWHERE}|送信者)\s*[:=]?\s*[\"'<\[(]*$",
    re.IGNORECASE,
)
_FIELD_LINE = re.compile(
    r"\s*(?:from|sender|original[ -]sender|reply-to|return-path|message-id|subject|x-[\w-]+|received|"
    r"mail from|>>> ?mail from|date|sent|auth-sender|the sender|list-\w+|cc|by)\s*:",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"undeliver|not (?:be |been )?(?:deliver|sent|transmit|complete|reach|forward)|unable|couldn'?t|"
    r"could not|fail|failure|error|return|reject|refus|problem|unknown|"
    r"invalid|does ?n[o']t exist|no such|not found|full|quota|exceed|disabled|suspend|denied|block|bounce|"
    r"hand(?:ed)? over|came back|did(?: not|n't) arrive|delay|not (?:a )?(?:valid|reach|accept|recogni|exist|member|"
    r"here)|did not reach|wasn'?t able|"
    r"impossible|postponed|expired|"
    rf"\b[45]\d\d[ -]|[45]\.\d\.\d|{FAILURES}|{DELAYS}",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|abuse|noreply|no-reply|administrator)@", re.IGNORECASE
)
_BEGINS = re.compile(r"did not reach the following recipient", re.IGNORECASE)  # Exchange; before it, what was sent
_CONTROL = re.compile(r"\S+-ctl@", re.IGNORECASE)  # FML's


def mentions(sections: Sections) -> list[Mention]:
    """The recipients the words name, each with what is said of it; none where they speak of no failure."""
    words = sections.words
    named = sections.fields.get("x-failed-recipients", "")
    if not _FAILS.search(words) and not _FAILS.search(sections.fields.get("subject", "")) and not named:
        return []
    found = _FOUND.findall(named)[:MOST]
    for others in (_OTHERS, _SENDERS):
        found = found or _search(words, _others(sections, others))
    found = found or _search(sections.fields.get("subject", ""), _others(sections, _OTHERS))
    told = f"{sections.fields.get('subject', '')}\n\n{words}" if not words.strip() else words
    return [Mention(each, said=said_of(told, each, found)) for each in dict.fromkeys(found)]


def said_of(words: str, address: str, others: list[str]) -> str:
    """What the words say of one recipient: its line and those after it, up to where another one's turn comes."""
    lines = words.split("\n")[:MOST_LINES]
    lowered = address.lower()
    different = {each.lower() for each in others} - {lowered}
    taken: list[str] = []
    open_ = False
    for line in lines:
        low = line.lower()
        if lowered in low:
            open_ = True
        elif open_ and any(each in low for each in different):
            open_ = False
        if open_ and line.strip():
            taken.append(line.strip())
    telling = "\n".join(taken)
    rest = "" if len(different) else "\n".join(line.strip() for line in lines if line.strip())
    return f"{telling}\n{rest}" if rest and rest != telling else telling


def _others(sections: Sections, names: tuple[str, ...]) -> set[str]:
    """Who has a part in it and is no recipient: whoever reports, and whoever had sent."""
    fields = (sections.fields.get(name, "") for name in names)
    returned = (field_of(sections.returned, name) for name in ("From", "Return-Path", "Sender", "Reply-To"))
    return {each.lower() for value in (*fields, *returned) for each in _FOUND.findall(value)}


def _search(words: str, others: set[str]) -> list[str]:
    """By the surest form that finds somebody: a line of its own, a line it leads, behind a label, in a reply."""
    begins = _BEGINS.search(words)
    words = words[begins.start() :] if begins else words
    lines = [line for line in words.split("\n")[:MOST_LINES] if line.strip() and not _FIELD_LINE.match(line)]
    for patterns in ((_ALONE, _LEADS), (_CODED, _LABELLED), (_FOUND,)):
        found: dict[str, str] = {}
        spoke = False
        for line in lines:
            spoke = spoke or bool(_FAILS.search(line))
            for address in _in_line(line, patterns):
                if (spoke or patterns[0] is not _ALONE) and _is_theirs(line, address, others, patterns):
                    found.setdefault(address.lower(), address)
            if len(found) >= MOST:
                break
        if found:
            return list(found.values())
    return []


def _in_line(line: str, patterns: tuple[re.Pattern[str], ...]) -> list[str]:
    several: list[str] = []
    for pattern in patterns:
        if pattern is _ALONE:
            match = pattern.fullmatch(line)
            if match:
                return [match[1]]
        elif pattern is _LEADS:
            match = pattern.match(line)
            if match:
                return [match[1]]
        else:
            several += pattern.findall(line)
    return several


def _is_theirs(line: str, address: str, others: set[str], patterns: tuple[re.Pattern[str], ...]) -> bool:
    if address.lower() in others or _CONTROL.match(address) or (_ROBOT.match(address) and patterns[0] is not _ALONE):
        return False
    return not _NOT_THEIRS.search(line[: line.find(address)])
