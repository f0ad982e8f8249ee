"""Fields a template left open in somebody's text: ⟦order.id⟧, until it is filled in."""

import re

from services.errors import Invalid

_GAP = re.compile(r"⟦([^⟦⟧\n]{1,200})⟧")


def refuse(*texts: str) -> None:
    """Raises Invalid `unfilled` naming what is still open, so that no customer reads a placeholder."""
    open_ones = list(dict.fromkeys(name for text in texts for name in _GAP.findall(text)))
    if open_ones:
        words = ", ".join(open_ones[:5])
        raise Invalid(f"Fill in {words} first: a template left a mark for it.", code="unfilled", field="text")
