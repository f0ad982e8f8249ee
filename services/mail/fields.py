"""Header fields as bytes: encoded words (RFC 2047), folding, address lists; no text can ever begin another field."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from services.mail.address import Address

# Controls would end the field; bidirectional overrides would show a name backwards.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")
_ESCAPED = re.compile(r'(["\\])')
_UNSAFE = r"\s\x00-\x20\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_ADDRESS = re.compile(
    rf'(?:"(?:[^"\\{_UNSAFE}]|[ ]|\\[ -~])*"|[^{_UNSAFE}<>()\[\],;:@"\\]+)'
    rf'@(?:\[[A-Za-z0-9:.]+\]|[^{_UNSAFE}<>()\[\],;:@"\\]+)'
)
_NAME = re.compile(r"[A-Za-z0-9-]+")
_IDENTIFIER = re.compile(r"<[^\s<>\x00-\x1f\x7f-\uffff]+>")
WIDTH = 76
MAX_REFERENCES = 40


def plain(text: str) -> str:
    """`text` on one line, without controls and bidirectional overrides."""
    return _HOSTILE.sub(" ", text).strip()


def unstructured(name: str, text: str) -> bytes:
    """A field such as Subject: as it is where it is short ASCII, otherwise folded or in encoded words."""
    text = plain(text)
    if text.isascii() and "=?" not in text:
        if len(name) + len(text) < WIDTH:
            return f"{_checked(name)}: {text}\r\n".encode()
        if max(map(len, text.split(" "))) < WIDTH:
            return _folded(name, text.split(" "), " ")
    return _folded(name, _encoded_words(text), " ")


def addresses(name: str, people: Iterable[Address]) -> bytes:
    """An address field, folded between addresses; nothing for nobody."""
    shown = [mailbox(person) for person in people]
    return _folded(name, shown, ", ") if shown else b""


def identifiers(name: str, ids: Iterable[str]) -> bytes:
    """Message-ID, In-Reply-To or References; of many references the first and the newest (RFC 5322 3.6.4)."""
    sound = [text for text in ids if _IDENTIFIER.fullmatch(text) and len(text) < 900]
    if len(sound) > MAX_REFERENCES:
        sound = [sound[0], *sound[1 - MAX_REFERENCES :]]
    return _folded(name, sound, " ") if sound else b""


def mailbox(person: Address) -> str:
    """`Name <local@domain>` as it may stand in a field. Raises ValueError for what is no address."""
    if not _ADDRESS.fullmatch(person.address) or len(person.address) > 320:
        raise ValueError(f"{person.address!r} is not an address.")
    name = plain(person.name)[:200]
    if not name:
        return person.address
    if not name.isascii() or "=?" in name or len(name) > WIDTH:
        return "\r\n ".join((*_encoded_words(name), f"<{person.address}>"))
    if not _ATOMS.fullmatch(name):
        name = '"' + _ESCAPED.sub(r"\\\1", name) + '"'
    return f"{name} <{person.address}>"


def parameter(name: str, value: str) -> str:
    """`; filename="…"`, or its RFC 2231 form where ASCII does not do."""
    value = plain(value).replace("/", "_").replace("\\", "_")
    value = value if len(value) <= 72 else value[:60] + value[-12:]  # percent-encoded within a line's 998 octets
    if value.isascii() and '"' not in value:
        return f';\r\n {name}="{value}"'
    return f";\r\n {name}*=utf-8''{quote(value, safe='')}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a field name.")
    return name


def _folded(name: str, words: list[str], separator: str) -> bytes:
    """`words` behind `name`, each on a new line where it would pass the width."""
    lines: list[str] = []
    line = _checked(name) + ":"
    for index, word in enumerate(words):
        piece = word + (separator.rstrip() if index + 1 < len(words) else "")
        if len(line) + 1 + len(piece) > WIDTH and index:
            lines.append(line)
            line = ""
        line += " " + piece
    return "\r\n".join([*lines, line, ""]).encode()


def _encoded_words(text: str) -> list[str]:
    """UTF-8 in Base64, at most 75 characters a word and no character cut in two (RFC 2047 2, 5)."""
    if len(text) <= 42 and len(whole := text.encode()) <= 42:
        return [_word(whole)]
    words: list[str] = []
    chunk = b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > 42:
            words.append(_word(chunk))
            chunk = b""
        chunk += encoded
    return [*words, _word(chunk)] if chunk else words


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode()}?="
