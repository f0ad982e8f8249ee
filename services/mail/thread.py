"""What ties a message to a conversation: subjects folded, ids to look for, the token of a reply address."""

import re

from services.mail.message import Parsed, ids_of

LONGEST = 200
_PREFIX = re.compile(
    r"""(?:
        (?:re|aw|sv|vs|antw|antwort|odp|ynt|atb|res|rif|ref|r|bls|enc|fwd|fw|wg|vb|vl|tr|i|rv|doorst|pd|ilt|ynl|továbbítás
          |vá|válasz|tlr|απ|σχετ|πρθ|hb|ha|回复|答复|回覆|转发|轉寄|返信|転送|답장|전달|ответ|ha|пересл|отв)
        (?:\s*[\[(]\d{1,3}[\])]|\s*\^\d{1,3}|\s*\*\d{1,3})?\s*[:\uff1a]
      | \[[^\[\]]{1,60}\]
      | automatic\ reply:|automatische\ antwort:|réponse\ automatique\s?:|respuesta\ automática:|risposta\ automatica:
      | resposta\ automática:|automatisch\ antwoord:
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_SUFFIX = re.compile(r"\s*\((?:fwd|fw|was:[^()]*)\)\s*$", re.IGNORECASE)
_TOKEN = re.compile(r"t([1-9][0-9]{0,17})\.([a-z0-9]{1,52})", re.IGNORECASE)


def subject_key(subject: str) -> str:
    """The subject as conversations share it: without Re:, Fwd:, AW: … and [tags], folded, at most 200 characters."""
    rest = " ".join(subject[:1000].split())
    while (match := _PREFIX.match(rest)) and rest[match.end() :].strip():
        rest = rest[match.end() :]
    if (match := _PREFIX.fullmatch(rest)) and not rest.startswith("["):
        rest = ""
    return _SUFFIX.sub("", rest).strip().casefold()[:LONGEST]


def ids(parsed: Parsed) -> list[str]:
    """Message ids this one may answer, likeliest first: In-Reply-To, then References from its end (RFC 5322 3.6.4)."""
    answered = [each for value in parsed.all("in-reply-to") for each in reversed(ids_of(value))]
    found = dict.fromkeys([*answered, *reversed(parsed.references)])
    found.pop(parsed.message_id, None)
    return list(found)


def token(detail: str) -> tuple[int, str] | None:
    """Ticket number and mark from the detail of a reply address, t<number>.<mark>; case does not matter."""
    match = _TOKEN.fullmatch(detail.strip())
    return (int(match[1]), match[2].lower()) if match else None
