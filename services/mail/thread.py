"""What ties a message to a conversation: subjects folded, ids to look for, other ties, the token of a reply address."""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Literal

from services.mail.address import split
from services.mail.message import Parsed, ids_of

LONGEST = 200
MOST_TIES = 30
MOST_ADDRESSEES, MOST_HOUSES, MOST_INVITED = 50, 5, 3
_ANSWER = r"""(?:
        (?:re|aw|sv|vs|antw|antwort|odp|ynt|yanıt|atb|res|rif|r|bls|vá|válasz|tlr|απ|σχετ|hb|rép|réf|ref|odg|ats
          |回复|答复|回覆|返信|答覆|답장|회신|ответ|ha|отв|отг|на|відп|відповідь|رد|ردّ|الرد|پاسخ|השב|תגובה|odgovor|yan
          |balas|tl|vast|er|trả\ lời|ตอบ(?:กลับ)?|reply|réponse|resp|respuesta)
        \.?(?:\s*[\[(]\d{1,3}[\])]|\s*\^\d{1,3}|\s*\*\d{1,3})?\s*[:\uff1a]
      | automatic\ reply:|automatische\ antwort:|réponse\ automatique\s?:|respuesta\ automática:|risposta\ automatica:
      | resposta\ automática:|automatisch\ antwoord:|autosvar:|automatiskt\ svar:
    )\s*"""
_AROUND = r"""(?:
        (?:fwd|fw|wg|vb|vl|tr|rv|i|enc|doorst|pd|ilt|i̇lt|tov(?:ábbítás)?|πρθ|转发|轉寄|转寄|転送|전달|пересл|fs|trs
          |videresendt|chuyển\ tiếp|הועבר|إعادة\ توجيه|ext|external)
        \.?(?:\s*\[\d{1,3}\])?\s*[:\uff1a]
      | \[[^\[\]\d]{1,60}\] | \((?:ext|external|extern)\) | \*{2,4}[^*\d]{1,40}\*{2,4}:? | \{[^{}\d]{1,40}\}
    )\s*"""
_ANSWER_PREFIX = re.compile(_ANSWER, re.IGNORECASE | re.VERBOSE)
_PREFIX = re.compile(f"{_ANSWER}|{_AROUND}", re.IGNORECASE | re.VERBOSE)
_SUFFIX = re.compile(r"\s*(?:\((?:fwd|fw|was:[^()]*)\)|\[sec=[^\[\]]{0,60}\])\s*$", re.IGNORECASE)
_ENCLOSED = re.compile(r"\[(?:fwd|fw|wg|tr)\s?:\s*(.+)\]$", re.IGNORECASE)  # by older programs
_UNSEEN = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_TOKEN = re.compile(r"t([1-9][0-9]{0,17})\.([a-z0-9]{1,52})", re.IGNORECASE)
_LIST_ID = re.compile(r"<\s*([^<>\s]{1,255})\s*>\s*$")
_NOBODYS = re.compile(
    r"(?:(?:do[-_.]?)?no(?:t|n)?[-_.]?repl(?:y|ies)|notif(?:y|ications?|ier)|alerts?|monitor(?:ing)?|forms?|webforms?|"
    r"mailer|robot|bot|root|cron|daemon|www-data|nagios|zabbix|jenkins|scanner|printer|kontaktformular|contact-?form)"
    r"(?:[-_+.].*)?",
    re.IGNORECASE,
)
_PUBLIC = re.compile(  # providers at which neighbours are strangers
    r"(?:gmail|googlemail|aol|icloud|me|mac|msn|mail|email|qq|163|126|sina|sohu|foxmail|naver|daum|hanmail|zoho"
    r"|rediffmail"
    r"|comcast|verizon|att|protonmail|fastmail|tutanota|hey|inbox|posteo|freenet|web|laposte|orange|wanadoo|free|sfr"
    r"|libero|virgilio|tiscali|seznam|centrum|wp|onet|interia|o2|uol|bol|terra|rambler|bk|list|ukr|mailbox|t-online"
    r"|btinternet|sky|bluewin|telenet|skynet|ziggo|kpnmail|proton|pm|yahoo|ymail|rocketmail|hotmail|outlook|live|gmx"
    r"|yandex|ya)\.(?:com|net|org|[a-z]{2}|com?\.[a-z]{2}|email|me)",
)
_INDEX_HEAD = 22  # bytes; each answer adds five (MS-OXOMSG 2.2.1.3)

Bond = Literal["answered", "named", "index", "list"]


@dataclass(frozen=True, slots=True)
class Tie:
    """`mark` is a digest; `identifier` the Message-ID where it stands for one."""

    bond: Bond
    mark: str
    identifier: str = ""


def subject_key(subject: str) -> str:
    """The subject as conversations share it: without Re:, Fwd:, AW: … and [tags], folded, at most 200 characters.

    A tag with a number in it stays: it tells one case from the next.
    """
    rest = _words(subject)
    while (match := _PREFIX.match(rest)) and rest[match.end() :].strip():
        rest = rest[match.end() :]
    if enclosed := _ENCLOSED.match(rest):
        return subject_key(enclosed[1])
    if (match := _PREFIX.fullmatch(rest)) and rest[0] not in "[({*":
        rest = ""
    return _SUFFIX.sub("", rest).strip().casefold()[:LONGEST]


def _words(subject: str) -> str:
    return " ".join(subject[:1000].translate(_UNSEEN).split())


def is_answer(subject: str) -> bool:
    """Whether the subject begins as answers do, behind tags and marks of forwarding."""
    rest = _words(subject)
    while match := _PREFIX.match(rest):
        if _ANSWER_PREFIX.match(rest):
            return True
        rest = rest[match.end() :]
    return False


def begins_as_answer(subject: str) -> bool:
    """As `is_answer`, and was not passed on since."""
    return _ANSWER_PREFIX.match(_words(subject)) is not None


def ids(parsed: Parsed) -> list[str]:
    """Message ids this one may answer, likeliest first: In-Reply-To, then References from its end (RFC 5322 3.6.4)."""
    if not (parsed.references or parsed.count("in-reply-to")):
        return []
    answered = [each for value in parsed.all("in-reply-to") for each in reversed(ids_of(value))]
    found = dict.fromkeys([*answered, *reversed(parsed.references)])
    found.pop(parsed.message_id, None)
    return list(found)


def ties(parsed: Parsed, key: str) -> Iterator[Tie]:
    """What else ties a message of that subject key to others, surest first, also where the message that both speak of
    never came here: somebody answered it before it arrived, both name one id, Outlook's index, a list's subject."""
    house = house_of(parsed.author.address)
    if "@" in parsed.message_id:
        yield Tie("answered", _mark("id", f"{parsed.message_id} {house}"), parsed.message_id)
    yield from _left_for(house, parsed, key, ids(parsed)[:MOST_TIES])
    if key and (found := _LIST_ID.search(parsed.header("list-id"))):
        yield Tie("list", _mark("list", f"{found[1].lower()} {key}"))


def invitations(parsed: Parsed, key: str, ours: Collection[str]) -> Iterator[Tie]:
    """The same ties for the houses of those it was written to beside `ours`: they may go on with it, and no stranger
    whom somebody wrote the same letter."""
    if not (parsed.references or parsed.count("in-reply-to") or parsed.count("thread-index")):
        return  # there is nothing that they could speak of
    addressees = islice(chain(parsed.to, parsed.cc), MOST_ADDRESSEES)
    houses = dict.fromkeys(house_of(each.address) for each in addressees if each.address.lower() not in ours)
    for house in list(houses)[:MOST_HOUSES]:
        if house not in {house_of(parsed.author.address), ""}:
            yield from _left_for(house, parsed, key, ids(parsed)[:MOST_INVITED])


def house_of(address: str) -> str:
    """Who may speak of the same matter: everybody of a domain, but each on their own at a public provider."""
    address = address.lower()
    domain = split(address)[1]
    return address if _is_public(domain) else domain


@lru_cache(maxsize=4096)
def _is_public(domain: str) -> bool:
    return _PUBLIC.fullmatch(domain) is not None


def _left_for(house: str, parsed: Parsed, key: str, identifiers: list[str]) -> Iterator[Tie]:
    for identifier in identifiers:
        if "@" in identifier:
            yield Tie("named", _mark("id", f"{identifier} {house}"), identifier)
    root = index_root(parsed)
    if root and key:
        yield Tie("index", _mark("index", f"{root} {key} {house}"))


def index_root(parsed: Parsed) -> str:
    """What all messages of one Outlook conversation share in their Thread-Index, in hex; "" where there is none."""
    value = "".join(parsed.header("thread-index").split())
    try:
        index = base64.b64decode(value[:400] + "=" * (-len(value[:400]) % 4), validate=True) if value else b""
    except (ValueError, binascii.Error):
        return ""
    return index[:_INDEX_HEAD].hex() if len(index) >= _INDEX_HEAD else ""


def is_nobodys(parsed: Parsed) -> bool:
    """Whether one address stands for many people or cases: forms, monitors, notices. Their subjects repeat."""
    answers_go = {each.address.lower() for each in parsed.reply_to} - {""}
    elsewhere = bool(answers_go) and parsed.author.address.lower() not in answers_go
    return elsewhere or bool(_NOBODYS.fullmatch(split(parsed.author.address)[0]))


def token(detail: str) -> tuple[int, str] | None:
    """Ticket number and mark from the detail of a reply address, t<number>.<mark>; case does not matter."""
    match = _TOKEN.fullmatch(detail.strip())
    return (int(match[1]), match[2].lower()) if match else None


def _mark(kind: str, value: str) -> str:
    return hashlib.blake2b(f"{kind} {value}".encode("utf-8", "replace"), digest_size=16).hexdigest()
