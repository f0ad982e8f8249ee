"""Addresses as header fields write them (RFC 5322 3.4) and as we compare them; reading never raises."""

import re
from dataclasses import dataclass

import idna

from services.mail.words import decode_words

MOST = 2_000  # addresses of one field that are looked at
LONGEST = 200_000  # characters of one field that are looked at
_SIMPLE = re.compile(r'\s*(?:"([^"\\]*)"|([^"<>(),:;@\\\[\]]*?))\s*<\s*([^\s<>"(),:;@\\]+@[^\s<>"(),:;@\\]+)\s*>\s*')
_BARE = re.compile(r'\s*([^\s<>"(),:;@\\]+@[^\s<>"(),:;@\\]+)\s*')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|\\.|[^",;:<>(\\]+|.', re.DOTALL)
_FOUND = re.compile(  # begun only where a word begins: linear in what has no @
    r"(?<![^\s<>\"(),:;\[\]\\])[^\s<>\"(),:;\[\]\\]+@[^\s<>\"(),:;\\]+"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_ATEXT = re.compile(r"[^\s\x00-\x20\x7f<>()\[\]\\,;:@\"]+")


@dataclass(frozen=True)
class Address:
    name: str
    address: str


def parse_list(header: str) -> list[Address]:
    """The mailboxes of a From, To, Cc or Reply-To field, groups flattened, display names decoded."""
    if not header:
        return []
    match = _SIMPLE.fullmatch(header)
    if match:
        return [Address(_name(match[1] or match[2] or ""), match[3])]
    match = _BARE.fullmatch(header)
    if match:
        return [Address("", match[1])]
    found: list[Address] = []
    piece: list[str] = []
    for token in _TOKEN.findall(header[:LONGEST]):
        if token in {",", ";"}:
            _add(found, _mailbox(piece))
            piece = []
        elif token == ":" and not any("@" in each or each.startswith("<") for each in piece):
            piece = []  # the name of a group
        else:
            piece.append(token)
        if len(found) >= MOST:
            return found
    _add(found, _mailbox(piece))
    return found


def _add(found: list[Address], more: list[Address]) -> None:
    """One mailbox more; "Jones, Bob <bob@example.org>" whose quotes were forgotten is one, after a name without any."""
    if found and more and found[-1].name and not found[-1].address and more[0].name and more[0].address:
        more = [Address(f"{found.pop().name}, {more[0].name}", more[0].address)]
    found += more


def _mailbox(tokens: list[str]) -> list[Address]:
    """One mailbox from its tokens: the last <…> is the address, what stands before is the name."""
    words, comments, angle = [], [], ""
    for token in tokens:
        if token[0] == "<":
            angle = token.strip("<> \t") or angle
        elif token[0] == "(":
            comments.append(_unquote(token[1:].removesuffix(")")))
        else:
            words.append(token)
    if angle:
        return [Address(_name("".join(words)) or _name(" ".join(comments)), _route_free(angle))]
    text = "".join(words).strip()
    if not text:
        return []
    spot = _FOUND.search(text)
    if spot and '"' not in text:
        return [Address(_name((text[: spot.start()] + text[spot.end() :]) or " ".join(comments)), spot[0])]
    if '"' in text and "@" in text.rsplit('"', 1)[1]:
        return [Address(_name(" ".join(comments)), text)]
    return [Address(_name(text), "")]


def _route_free(angle: str) -> str:
    """Without an obsolete source route, <@a,@b:user@c> (RFC 5322 4.4), and without the white space of folding."""
    if angle.startswith("@") and ":" in angle:
        angle = angle.split(":", 1)[1]
    return decode_words(angle.removeprefix("mailto:")).strip()


def _name(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    if '"' in text:
        text = " ".join(_unquote(each).strip('"') for each in re.findall(r'"(?:[^"\\]|\\.)*"?|[^"]+', text))
    text = " ".join(decode_words(text).split())
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == "'" else text


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def split(address: str) -> tuple[str, str]:
    """Local part and domain; the domain is "" where there is no @."""
    local, at, domain = address.rpartition("@")
    return (local, domain) if at else (address, "")


def domain_of(address: str) -> str:
    """The domain as it is compared, or "" if there is none."""
    domain = split(address)[1].strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return ascii_domain(domain)
    except ValueError:
        return domain


def detail(local: str) -> tuple[str, str]:
    """user+detail → (user, detail)."""
    base, plus, rest = local.partition("+")
    return (base, rest) if plus and base else (local, "")


def normalise(address: str) -> str:
    """The address as stored and compared; ValueError for what cannot be one (RFC 5321 4.5.3.1)."""
    local, domain = split(address.strip())
    if not local or not domain:
        raise ValueError(f"{address!r} is not an e-mail address")
    local = local.lower()
    if len(local.encode()) > 64:
        raise ValueError("The part before the @ is longer than 64 characters")
    if not all(map(_ATEXT.fullmatch, local.split("."))) and not re.fullmatch(
        r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"', local
    ):
        raise ValueError(f"{address!r} is not an e-mail address")
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(name: str) -> str:
    """A domain in lower-case A-labels (RFC 5891), without a final dot; ValueError for what cannot be one."""
    name = name.strip().rstrip(".").lower()
    if name.startswith("[") and name.endswith("]"):
        return name  # an address literal (RFC 5321 4.1.3)
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError, IndexError) as error:
            raise ValueError(f"{name!r} is not a domain name") from error
    if not name or len(name) > 253 or not all(map(_LABEL.fullmatch, name.split("."))):
        raise ValueError(f"{name!r} is not a domain name")
    return name
