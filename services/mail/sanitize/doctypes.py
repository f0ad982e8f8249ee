"""By which of a browser's three ways of reckoning a mail was drawn: its document type says (HTML 13.2.6.4.1)."""

import re

STANDARD = "<!doctype html>"
# pictures in table cells leave no room for letters below them: what most newsletters were drawn with
ALMOST = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
QUIRKS = ""
LOOKED_AT = 3_000  # characters in which it stands
_FOUND = re.compile(
    r"\s*(?:<\?[^>]{0,500}>\s*|<!--.{0,1000}?-->\s*){0,5}<!doctype\s+html\s*([^<>]{0,500})>", re.IGNORECASE | re.DOTALL
)
_TRANSITIONAL = re.compile(
    r"""public\s*["']-//w3c//dtd x?html (1\.0|4\.01) (?:transitional|frameset)//""", re.IGNORECASE
)
_OLD = re.compile(r"""public\s*["'](?:-//w3c//dtd html (?:3|4\.0 )|-//ietf//|html["'])""", re.IGNORECASE)
_SYSTEM = re.compile(r"""["']https?://""", re.IGNORECASE)


def doctype(html: str) -> str:
    """The document type to lay the mail out by: one of three, never the author's own words."""
    found = _FOUND.match(html[:LOOKED_AT])
    if found is None or _OLD.match(found[1]):
        return QUIRKS
    transitional = _TRANSITIONAL.match(found[1])
    if transitional is None:
        return STANDARD
    return ALMOST if transitional[1] == "1.0" or _SYSTEM.search(found[1]) else QUIRKS
