"""What a member's own program tells of them, taken out of mail they hand in: addresses, machines, blind copies.

Outside, a message is from the organisation's address and nobody else (RFC 5321 7.6: trace fields disclose; RFC 6409 8:
what a submission server may change).
"""

import hashlib
import re

# where it has been and who signed in where, as programs and providers write it; blind copies (RFC 5322 3.6.3)
_TOLD = frozenset(
    b"received return-path sender bcc x-sender x-originating-ip x-originating-email x-authenticated-sender"
    b" x-authenticated-user x-apparently-from x-apparently-to x-get-message-sender-via x-source x-source-args"
    b" x-source-dir x-mdremoteip x-client-ip x-real-ip x-forwarded-for resent-bcc delivered-to".split()
)
# what may lead back to the member: gone where it names their own address
_LEADING_BACK = frozenset(
    b"reply-to disposition-notification-to return-receipt-to errors-to resent-from resent-sender"
    b" resent-reply-to".split()
)
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_IDENTIFIER = re.compile(rb"<[^<>@\s]*@([^<>\s]*)>")


def scrubbed(content: bytes, *, domain: str, private: str = "") -> bytes:
    """`content` without what tells of its writer beyond the From; `private` is the address that nobody may learn.

    A Message-ID of another domain than the author's is replaced by one made of it, always the same.
    """
    head, gap, body = content.partition(b"\r\n\r\n")
    fields = [_kept(field, domain.lower().encode(), private.lower().encode()) for field in _FIELD_END.split(head)]
    return b"\r\n".join(field for field in fields if field is not None) + gap + body


def _kept(field: bytes, domain: bytes, private: bytes) -> bytes | None:
    name = field.partition(b":")[0].strip().lower()
    if name in _TOLD or (private and name in _LEADING_BACK and private in field.lower()):
        return None
    return _IDENTIFIER.sub(lambda match: _renamed(match, domain), field) if name == b"message-id" else field


def _renamed(match: re.Match[bytes], domain: bytes) -> bytes:
    host = match[1].lower()
    if host == domain or host.endswith(b"." + domain):
        return match[0]
    return b"<" + hashlib.sha256(match[0]).hexdigest()[:32].encode() + b"@" + domain + b">"
