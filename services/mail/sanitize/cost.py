"""What a tree builder would pay for a piece of HTML, estimated in one pass, so that nobody can make us pay too much.

The HTML standard's algorithm walks its stack of open elements and its list of active formatting elements for nearly
every tag, and copies the latter: thirty thousand unclosed <font> keep it busy for half a minute.
"""

import re
from collections import Counter
from html import escape

from services.mail.sanitize.plain import to_text

DEAREST = 1_000_000  # open elements met, summed over all tags; a long newsletter reaches a tenth
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_NAMES = """area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead tfoot
    option colgroup rp rt html head body"""
_CLOSE_THEMSELVES = frozenset(_NAMES.split())


def affordable(html: str) -> str:
    """The HTML, or its plain text on a division where building its tree would cost too much."""
    open_elements: Counter[str] = Counter()
    depth = cost = 0
    for closing, tag in _TAG.findall(html):
        name = tag.lower()
        if name not in _CLOSE_THEMSELVES:
            if not closing:
                open_elements[name] += 1
                depth += 1
            elif open_elements[name]:
                open_elements[name] -= 1
                depth -= 1
        cost += depth
        if cost > DEAREST:
            return f'<div style="white-space: pre-wrap">{escape(to_text(html))}</div>'
    return html
