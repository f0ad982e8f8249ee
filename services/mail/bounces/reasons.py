"""Why mail was refused, from a server's codes and words; and what that means for the address."""

import re
from collections.abc import Iterable
from functools import lru_cache

from services.mail.bounces import notions
from services.mail.bounces.phrases import PHRASES, VAGUE
from services.mail.bounces.providers import PROVIDERS
from services.mail.bounces.report import Affected, Kind, Mention
from services.mail.bounces.terse import TERSE
from services.mail.bounces.tongues import TONGUES

# RFC 3463 and the registry of enhanced codes (IANA), by what they say about a recipient.
_BY_CODE = {
    "1.0": "", "1.1": "unknown_user", "1.2": "domain", "1.3": "unknown_user", "1.4": "unknown_user", "1.6": "moved",
    "1.7": "rejected", "1.8": "rejected", "1.9": "", "1.10": "domain", "2.1": "disabled", "2.2": "full", "2.3": "size",
    "2.4": "", "3.1": "system", "3.2": "domain", "3.3": "system", "3.4": "size", "3.5": "system", "4.0": "network",
    "4.1": "network", "4.2": "network", "4.3": "network", "4.4": "domain", "4.5": "rate", "4.6": "network",
    "4.7": "network", "5.3": "rate", "5.2": "policy", "5.4": "policy", "6.0": "content", "6.1": "content",
    "6.2": "content", "6.3": "content", "6.5": "content", "6.9": "content", "7.1": "", "7.2": "policy", "7.7":
    "content", "7.8": "policy", "7.13": "disabled", "7.17": "unknown_user", "7.20": "authentication",
    "7.21": "authentication", "7.22": "authentication", "7.23": "authentication", "7.24": "authentication",
    "7.25": "authentication", "7.26": "authentication", "7.27": "rejected", "7.29": "authentication",
    "7.509": "authentication", "7.515": "authentication",
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "unknown_user": "hard", "moved": "hard", "domain": "hard", "disabled": "hard", "full": "soft", "filtered": "soft",
    "blocked": "block", "rejected": "block", "policy": "block", "spam": "block", "content": "block", "size": "block",
    "authentication": "block", "network": "transient", "rate": "transient", "system": "transient",
}  # fmt: skip
REASONS = (*_KINDS, "other")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\w-])([45]\d\d)(?=[\s:;,)>'-]|$)(?!\.\d)")
_AT_DATA = re.compile(
    r"(?:in reply to|after|response to|did not like our(?: final)?|"
    r"rejected at) ?:?\s*(?:end of )?(?:pipelined )?\"?DATA|"
    r">>> ?DATA|SMTP command\s+DATA|end of data|550:? : user unknown|5\.2\.0 .{0,40}unknown user",
    re.IGNORECASE,
)
_AT_MAIL = re.compile(
    r"(?:in reply to|after|response to|did not like our|>>>) ?:?\s*\"?MAIL FROM|"
    r"sender (?:address )?(?:was )?(?:rejected|refused|denied)|"
    r"my name was rejected|sender domain (?:not|must|does|is|could|resol)|sender \S+@\S+ has no|"
    r"domain of (?:the )?sender",
    re.IGNORECASE,
)
_AT_RCPT = re.compile(
    r"RCPT|recipient address rejected|does not like recipient|requested action not taken: mailbox unavailable \(|"
    r"mail\.local: |\bbad-mailbox\b|user not found|account|dd this user|not listed in|illegal alias",
    re.IGNORECASE,
)
_UNWANTED = re.compile(r"@\S*docomo\.", re.IGNORECASE)  # says "unknown user" to whom its readers want no mail from
_NULL_MX = re.compile(r"null ?mx", re.IGNORECASE)  # RFC 7505: it never takes mail
_SENDMAIL = re.compile(r"\.\.\. ")  # its form of an answer to RCPT, where no code says otherwise
# a reply, with its rest where it is broken
_QUOTED = re.compile(r"(?m)(?<![\d.\w-])[45]\d\d[ -].*(?:\n(?![ \t]*(?:[45]\d\d|$)).*)?")
_NOBODY_LEFT = re.compile(r"no valid recipients|RCPT TO|need RCPT", re.IGNORECASE)
# Postfix says it whatever the reason
_PREAMBLE = re.compile(r"recipient address rejected: (?!access denied)(?=\S)", re.IGNORECASE)
_WORDS = r"\s<>@\u2018-\u201f\u3000-\uffff"  # among them those that Chinese puts around an address without a space
# the dots in them end no sentence
_NAMES = re.compile(rf"<?[^{_WORDS}]{{1,64}}@[^{_WORDS},;:()]{{1,255}}>?|\[?\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b\]?")
_WEAK = {"", "rejected"}  # what a sentence's notions may say better
_OF_RECIPIENTS = {"unknown_user", "moved", "domain", "disabled", "full", "filtered"}
MOST_QUOTED = 5
LONGEST = 4_000  # characters of a server's words that are looked at,
MOST = 60_000  # and of all that one report says; at least
SHORTEST = 150  # of each


def judge(mention: Mention, among: int = 1) -> Affected:
    """What became of one recipient of `among`."""
    longest = min(LONGEST, max(SHORTEST, MOST // among))
    told, said = mention.words[:longest], mention.said[:longest]
    code = _enhanced(mention.status, told, said)
    reply = _reply(told) or _reply(said)
    reason = reason_of(told, code, reply, about=said)
    if mention.late and reason == "unknown_user":
        reason = "filtered"
    return Affected(
        address=mention.address,
        kind="delayed" if mention.action == "delayed" else kind_of(reason, code, reply, mention.action),
        reason=reason,
        enhanced_code=code,
        reply_code=reply,
        diagnostic=" ".join((told or said).split())[:2000],
        original=mention.original,
    )


def reason_of(told: str, enhanced: str, reply: int | None, *, about: str = "") -> str:
    """One of REASONS: by the server's words, else those around them, which say more than the codes; else by these."""
    words, around = " ".join(told.split()), " ".join(about.split())
    subject = enhanced.partition(".")[2]
    if _AT_MAIL.search(words or around) or (
        subject == "1.8" and _by_words(words) in {"", "rejected", "unknown_user", "domain"}
    ):
        return _by_sender(words or " ".join(" ".join(_QUOTED.findall(about)[:MOST_QUOTED]).split()) or around)
    by_code = _BY_CODE.get(subject, "")
    reason = _by_words(words) or ("" if words and by_code else _by_report(about))
    if reason in {"", "rejected", "other"} and by_code:
        reason = by_code
    if reason == "unknown_user" and not subject.startswith("1.") and _is_late(f"{words} {around}", enhanced, reply):
        return (
            "rejected" if _is_vague(enhanced) and _UNWANTED.search(words) else "filtered"
        )  # for all we know its server took the recipient, and refused it only with the message
    if reason == "domain" and enhanced.startswith("4.") and subject != "1.2" and not _NULL_MX.search(words):
        return "network"  # its name servers don't answer now
    return reason or _by_report(about) or _by_reply(subject, reply)


def _is_late(text: str, enhanced: str, reply: int | None) -> bool:
    """Whether a server's reply came with the message, or at a stage and with a code that tell nothing."""
    if _AT_DATA.search(text):
        return not _NOBODY_LEFT.search(text)
    return reply is not None and not _AT_RCPT.search(text) and not (_is_vague(enhanced) and _SENDMAIL.search(text))


def _is_vague(enhanced: str) -> bool:
    return not enhanced or enhanced.endswith(".0.0")


def _by_sender(words: str) -> str:
    """What was refused is the reverse-path or who brings it, whatever the words seem to say of a user."""
    reason = _by_words(words)
    return "rejected" if reason in {"", "unknown_user", "domain", "policy", "moved", "disabled"} else reason


def kind_of(reason: str, enhanced: str, reply: int | None, action: str = "failed") -> Kind:
    """What that means for the address (PRODUCT.md 5)."""
    kind = _KINDS.get(reason)
    if kind is None:
        kind = "block" if enhanced.startswith("5.7.") else "hard" if enhanced.startswith("5.1.") else "transient"
    temporary = enhanced.startswith("4.") or (not enhanced and reply is not None and reply < 500)
    return "transient" if temporary and kind == "hard" else kind


def _by_reply(subject: str, reply: int | None) -> str:
    if subject.startswith("7."):
        return "policy"
    if subject.startswith("1."):
        return "unknown_user" if subject not in {"1.5"} else "other"
    if subject.startswith("4."):
        return "network"
    if subject.startswith("6."):
        return "content"
    return {552: "full", 551: "unknown_user", 553: "unknown_user", 556: "domain"}.get(reply or 0, "other")


@lru_cache(maxsize=1)
def _houses() -> list[tuple[str, re.Pattern[str]]]:
    return _compiled(PROVIDERS)


@lru_cache(maxsize=1)
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    return _compiled((*TERSE, *PHRASES, *TONGUES))


@lru_cache(maxsize=1)
def _vague() -> list[tuple[str, re.Pattern[str]]]:
    return _compiled(VAGUE)


def _compiled(known: Iterable[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    """The dot within a host's name ends no sentence."""
    return [(reason, re.compile(pattern.replace("[^.]", r"(?:[^.]|\.\w)"), re.IGNORECASE)) for reason, pattern in known]


@lru_cache(maxsize=16)
def _by_words(words: str) -> str:
    plain = _plain(words)
    words = " ".join(plain.split())
    known = _first(_houses(), words)
    if known:
        return known
    known = _first(_phrases(), words)
    return known if known not in _WEAK else notions.reason_in(plain) or known or _first(_vague(), words)


def _first(known: list[tuple[str, re.Pattern[str]]], words: str) -> str:
    return next((reason for reason, pattern in known if pattern.search(words)), "")


def _plain(words: str) -> str:
    return _NAMES.sub("@", _PREAMBLE.sub("", words.replace("\u2019", "'")))


def _by_report(about: str) -> str:
    """What it says of a recipient, else what a server is quoted with: its own phrases may seem to give reasons."""
    reason = _by_words(about)
    if reason in _OF_RECIPIENTS:
        return reason
    found = (_by_words(" ".join(each.split())) for each in _QUOTED.findall(about)[:MOST_QUOTED])
    return next((each for each in found if each not in {"", "rejected", "system"}), reason)


def _enhanced(status: str, told: str, said: str) -> str:
    """The most telling code: a server's own before that of the report, one with a detail before x.0.0."""
    found = [*_ENHANCED.findall(told), *_ENHANCED.findall(status), *_ENHANCED.findall(said)]
    telling = [code for code in found if not code.endswith(".0.0")]
    return next(iter(telling or found), "")


def _reply(text: str) -> int | None:
    found = _REPLY.findall(text)
    return int(found[0]) if found else None
