"""Forms nothing else understands: what flufl.bounce knows, and as the last word the addressees of the message that
came back."""

import email

from services.mail.address import parse_list
from services.mail.bounces.report import Mention, Sections
from services.mail.bounces.sections import LARGEST, field_of
from services.mail.bounces.texts import said_of

MOST = 50
MOST_LINES = 2_000  # for flufl.bounce, which asks fifty expressions of every one


def mentions(sections: Sections, raw: bytes) -> list[Mention]:
    addresses = _known(raw) or _addressees(sections)
    return [Mention(each, said=said_of(sections.words, each, addresses) or sections.words) for each in addresses]


def _known(raw: bytes) -> list[str]:
    """flufl.bounce's detectors; loaded when first needed, and none of them stops us by a fault of its own."""
    from flufl.bounce import all_failures

    lines = raw[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", MOST_LINES)
    message = email.message_from_bytes(b"\n".join(lines[:MOST_LINES]))
    if "From" not in message:
        message["From"] = "nobody@invalid"
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        return []
    found = {each.decode("utf-8", "replace") for each in {*temporary, *permanent}}
    return sorted(each for each in found if "@" in each)[:MOST]


def _addressees(sections: Sections) -> list[str]:
    field = field_of(sections.returned, "To")
    return [each.address for each in parse_list(field) if each.address][:MOST]
