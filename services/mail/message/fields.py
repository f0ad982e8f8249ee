"""A message's header section as raw fields, whatever its line ends, and the parameters of its MIME fields."""

import re
from urllib.parse import unquote_to_bytes

from services.mail.charsets import decode
from services.mail.words import decode_words, field_text

MOST_FIELDS = 2_000
LONGEST_SECTION = 4_000_000
_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"^([^\s:\x00][^:\x00-\x08\x0a-\x1f]*):[ \t]*((?:[^\n]*)(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL)
_WINDOWS = re.compile(r"[A-Za-z]:\\|\\\\[^\\]")
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")

RawFields = list[tuple[str, bytes]]


def split_entity(raw: bytes, start: int, end: int) -> tuple[RawFields, int]:
    """The raw fields of the entity at raw[start:end], and where its body begins."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return [], start + (1 if raw[start] == 10 else 2)
    found = _END.search(raw, start, end)
    head_end, body = (found.start() + 1, found.end()) if found else (end, end)
    fields = []
    for match in _FIELD.finditer(raw, start, min(head_end, start + LONGEST_SECTION)):
        fields.append((match[1].rstrip().decode("ascii", "replace"), match[2]))
        if len(fields) == MOST_FIELDS:
            break
    return fields, min(body, end)


def after_trace(raw: bytes, start: int) -> int:
    """Where the words begin of a message that has the fields of servers and none of its writer's."""
    head = _END.search(raw, start)
    last = start
    for match in _FIELD.finditer(raw, start, head.start() + 1 if head else len(raw)):
        last = match.end() + 1
    return head.end() if head and last > head.start() else min(last, len(raw))


def first(fields: RawFields, name: str) -> str:
    """The text of the first field of that (lower-case) name, or ""."""
    for key, value in fields:
        if len(key) == len(name) and key.lower() == name:
            return field_text(value)
    return ""


def mime_fields(fields: RawFields) -> dict[str, str]:
    """The texts of the Content- fields by lower-case name; of several the first."""
    found: dict[str, str] = {}
    for key, value in fields:
        if key[0] in "Cc" and key[:8].lower() == "content-":
            found.setdefault(key.lower(), field_text(value))
    return found


def parse_value(text: str) -> tuple[str, dict[str, str]]:
    """A Content-Type or Content-Disposition field: its value in lower case, its parameters decoded."""
    value, semicolon, rest = text.partition(";")
    return value.strip().lower(), _parameters(";" + rest) if semicolon else {}


def _parameters(text: str) -> dict[str, str]:
    """Parameters with RFC 2231's continuations and charsets, and with RFC 2047 words where they don't belong."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for key, quoted, bare in _PARAMETER.findall(text[:LONGEST_SECTION]):
        value = _unescaped(quoted) if "\\" in quoted else (quoted or bare.strip())
        match = _CONTINUED.fullmatch(key.lower())
        if match and (match[2] or match[3]):
            pieces.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), value))
        else:
            plain.setdefault(key.lower(), decode_words(value))
    for key, parts in pieces.items():
        plain[key] = _joined(sorted(parts, key=lambda part: part[0]))
    return plain


def _unescaped(quoted: str) -> str:
    """Quoted pairs undone (RFC 5322 3.2.4), but not in a path of Windows, whose backslashes nobody doubled."""
    return re.sub(r'\\(["\\])' if _WINDOWS.match(quoted) else r"\\(.)", r"\1", quoted)


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    charset, data = "", b""
    for number, encoded, value in parts:
        if encoded:
            if number == 0 and value.count("'") >= 2:
                charset, _, value = value.split("'", 2)
            data += unquote_to_bytes(value)
        else:
            data += value.encode("utf-8", "replace")
    return decode_words(decode(data, charset))
