"""File names of parts: safe, sensible, never empty."""

import re
import unicodedata
from mimetypes import guess_extension, guess_type
from urllib.parse import unquote_to_bytes

from services.mail.charsets import codec_of, decode

LONGEST = 200
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff<>:"|?*]')
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}
_EXTENSIONS = {
    "text/calendar": ".ics",
    "application/ics": ".ics",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/ms-tnef": ".dat",
}
_NAMES = {
    "text/calendar": "invitation",
    "application/ics": "invitation",
    "message/rfc822": "message",
    "message/delivery-status": "delivery-status",
    "text/rfc822-headers": "headers",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "smime",
}


def safe(name: str) -> str:
    """The base name, without control, direction and reserved characters; "" if nothing is left."""
    base = re.split(r"[/\\]", _unquoted(name).strip())[-1]
    base = " ".join(_UNSAFE.sub("_" if "<" in name else "", base).split()).strip(" .") if base else ""
    if len(base) > LONGEST:
        stem, dot, extension = base.rpartition(".")
        base = f"{stem[: LONGEST - 17]}.{extension}" if dot and len(extension) <= 16 else base[:LONGEST]
    base = f"_{base}" if base.partition(".")[0].upper() in _DEVICES else base
    return unicodedata.normalize("NFC", base)


def _unquoted(name: str) -> str:
    """RFC 2231's percent signs where the asterisk was forgotten, and those of a web address."""
    charset, _, rest = name.partition("''")
    if rest and codec_of(charset):
        return decode(unquote_to_bytes(rest), charset)
    if "%" not in name or not name.isascii():
        return name
    data = unquote_to_bytes(name)
    try:
        return name if data.isascii() else data.decode("utf-8")
    except UnicodeDecodeError:
        return name


def extension_of(content_type: str) -> str:
    if content_type in _EXTENSIONS:
        return _EXTENSIONS[content_type]
    return guess_extension(content_type) or ".bin"


def type_of(filename: str) -> str:
    """The type of a file that came without one."""
    return guess_type(filename[-LONGEST:], strict=False)[0] or "application/octet-stream"


def for_part(given: str, content_type: str, index: int, *, subject: str = "") -> str:
    """The name a part is shown and saved under."""
    name = safe(given)
    if name:
        return name + ".ics" if content_type == "text/calendar" and "." not in name else name
    if content_type.startswith("message/") and subject:
        name = safe(re.sub(r"[/\\]", "-", subject))
        if name:
            return name + extension_of(content_type)
    kind = content_type.partition("/")[0]
    stem = _NAMES.get(content_type) or {"image": "image", "audio": "sound", "video": "video"}.get(kind, "attachment")
    return (
        f"{stem}-{index}{extension_of(content_type)}"
        if stem in {"image", "attachment"}
        else stem + extension_of(content_type)
    )
