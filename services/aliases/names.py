"""What may stand before the @ of an alias: a name, a pattern with one `*`, or `*` alone."""

import re

from services.errors import Invalid
from services.mail import srs

CATCH_ALL = "*"
_ATEXT = r"[a-z0-9!#$%&'/=?^_`{|}~*-]+"  # RFC 5322 3.2.3 without + (it opens the detail); * stands for anything
_DOT_ATOM = re.compile(rf"{_ATEXT}(\.{_ATEXT})*")


def checked_local_part(text: str) -> str:
    """The local-part, lower-cased: a dot-atom (RFC 5321 4.1.2) of at most 64 octets (4.5.3.1.1), perhaps with a `*`."""
    local = text.strip().lower()
    if local == CATCH_ALL:
        return local
    if not local:
        raise _invalid("Type what stands before the @, or * for every other address of the domain.")
    if "@" in local:
        raise _invalid("Only what stands before the @.")
    if "+" in local:
        raise _invalid("Leave out the + and what follows: every alias takes mail for alias+anything by itself.")
    if local.count("*") > 1:
        raise _invalid("One * is enough: it stands for anything, as in sales-*.")
    if srs.is_ours(local):
        raise _invalid("Names that begin with SRS0 or SRS1 are for the bounces of forwarded mail.")
    if len(local.encode()) > 64:
        raise _invalid("What stands before the @ has at most 64 characters.")
    if not _DOT_ATOM.fullmatch(local):
        raise _invalid(f"“{local}@” cannot be an address: letters, digits, - _ and single dots between them can.")
    return local


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_local_part", field="local_part")
