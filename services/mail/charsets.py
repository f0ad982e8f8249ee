"""Bytes of mail to text: what the label says if that works, else a guess; never NUL, never half a surrogate pair."""

import codecs
import re
from functools import lru_cache

from services.mail.guessing import likeliest

ALIASES = {
    "ascii": "cp1252",  # a superset, and what those who lie mean (WHATWG Encoding)
    "usascii": "cp1252",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "ansix341968": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "shiftjis": "cp932",
    "xsjis": "cp932",
    "sjis": "cp932",
    "xgbk": "gb18030",
    "big5": "big5hkscs",
    "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "windows874": "cp874",
    "xmacroman": "mac_roman",
    "macintosh": "mac_roman",
    "xmaccyrillic": "mac_cyrillic",
    "unicode11utf7": "utf_7",
    "xutf7": "utf_7",
    "utf8mb4": "utf_8",
    "utf8": "utf_8",
    "unicode11utf8": "utf_8",
    "iso2022jp": "iso2022_jp_ext",
    "cp850": "cp850",
}
_OF_TWO_BYTES = {"gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "euc_jis_2004", "johab", "shift_jis_2004", "cp874"}
NOT_FOR_MAIL = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
SAMPLE = 4096
_META = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_LONE = re.compile("[\ud800-\udfff]")
# also what would turn the words after it around, ours among them (Unicode UAX 9 2.1, 2.2)
_CONTROLS = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def decode(data: bytes, charset: str = "") -> str:
    """The text of `data`; `charset` is what its sender claims."""
    if data.isascii() and b"\x1b" not in data and b"\0" not in data and not _is_seven_bit_code(charset):
        return data.decode("ascii")
    codec = codec_of(charset)
    if codec == "cp1252":
        return scrub(_labelled_western(data) if charset and not _is_ascii_label(charset) else guess(data))
    if not codec:
        return scrub(guess(data))
    if codec in {"utf_16", "utf-16"}:  # without a mark Python takes its own machine's order
        codec = _wide(data[:SAMPLE]) or codec
    if (text := _mislabelled(data, codec)) is not None:
        return scrub(text)
    try:
        return scrub(data.decode(codec).removeprefix("\ufeff"))
    except (UnicodeError, ValueError):
        return scrub(_repaired(data, codec))


def html_charset(data: bytes, charset: str) -> str:
    """The charset of HTML: what the label says unless that is nothing or ASCII, else what the document says."""
    if codec_of(charset) and not _is_ascii_label(charset):
        return charset
    found = _META.search(data, 0, SAMPLE) if b"charset" in data[:SAMPLE].lower() else None
    said = found[1].decode("ascii", "replace") if found else ""
    return said if codec_of(said)[:6] not in {"utf_16", "utf-16"} else charset  # it was read as bytes until here


def unlabelled(data: bytes, charset: str) -> str | None:
    """Bytes that are not UTF-8 in the charset that is spoken around them; None where that says nothing of them."""
    codec = "" if data.isascii() or _is_ascii_label(charset) else codec_of(charset)
    if not codec:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return None
    try:
        return scrub(_western(data) if codec == "cp1252" else data.decode(codec))
    except (UnicodeError, ValueError):
        return None


def scrub(text: str) -> str:
    """Without what PostgreSQL refuses in text: NUL and lone surrogates."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii() or not _LONE.search(text):
        return text
    return _LONE.sub("\ufffd", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def one_line(text: str) -> str:
    """`text` with every run of control characters (line ends and overrides of its direction among them) made one
    space."""
    return text if text.isprintable() else _CONTROLS.sub(" ", text)


@lru_cache(maxsize=512)
def codec_of(charset: str) -> str:
    """Python's codec for a charset's name, or "" if it has none that may be used on a stranger's bytes."""
    name = charset.strip().strip("'\"").lower()
    folded = re.sub(r"[^a-z0-9]", "", name)
    if folded in ALIASES:
        return ALIASES[folded]
    for candidate in (name, re.sub(r"^x-|^cp-?(?=\d)", "cp" if name.startswith("cp") else "", name)):
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        usable = getattr(found, "_is_text_encoding", False) and found.name.replace("-", "_") not in NOT_FOR_MAIL
        return found.name if usable else ""
    return ""


def guess(data: bytes) -> str:
    """The text of bytes without a (true) label: UTF-8, a likely legacy charset, else Windows-1252."""
    if b"\x1b$" in data or b"\x1b(" in data:
        return data.decode("iso2022_jp_ext", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    codec = _wide(data[:SAMPLE]) or likeliest(data)
    return data.decode(codec, "replace") if codec not in {"", "cp1252"} else _western(data)


def _wide(sample: bytes) -> str:
    """UTF-16 by its mark, or by the zeros on one side of what is ASCII in it."""
    if sample[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf_16"
    for codec, zeros in (("utf_16_be", sample[::2].count(0)), ("utf_16_le", sample[1::2].count(0))):
        if zeros * 6 > len(sample) and zeros * 10 > sample.count(0) * 9:
            return codec
    return ""


def _repaired(data: bytes, codec: str) -> str:
    """Text of bytes that break their own label: patched if mostly right, else guessed."""
    patched = data.decode(codec, "replace")
    if codec[:4] in {"utf_", "utf-"} and codec[4:6] in {"16", "32"}:
        return patched.removesuffix("\ufffd")  # cut within a character
    beyond = sum(1 for char in patched[: 16 * SAMPLE] if char > "\x7f")
    if patched[: 16 * SAMPLE].count("\ufffd") * 4 <= beyond:
        return patched
    return guess(data)


def _labelled_western(data: bytes) -> str:
    """Latin-1 is what many call UTF-8; no Latin text of any length happens to be UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _western(data)


def _mislabelled(data: bytes, codec: str) -> str | None:
    """UTF-8 under the label of a charset that its program used before; where two bytes make a letter, three prove it.

    "联通" in GBK is UTF-8 too, so a word or two of that prove nothing.
    """
    if codec.startswith(("utf", "hz", "iso2022")):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    beyond = [char for char in text[:SAMPLE] if char > "\x7f"]
    if codec in _OF_TWO_BYTES:
        return text if any(char > "\u07ff" for char in beyond) and len(beyond) > 2 else None
    return text if len(beyond) > 1 else None


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_C1)


def _is_ascii_label(charset: str) -> bool:
    return codec_of(charset) == "cp1252" and "ascii" in charset.lower()


def _is_seven_bit_code(charset: str) -> bool:
    """Codes whose ASCII bytes do not mean ASCII."""
    return bool(charset) and codec_of(charset)[:6] in {
        "utf_7",
        "utf-7",
        "utf_16",
        "utf-16",
        "utf_32",
        "utf-32",
        "hz",
        "iso202",
    }


_C1 = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", chr(code)) for code in range(0x80, 0xA0)}
