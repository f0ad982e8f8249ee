"""How many DNS look-ups an SPF record costs those who evaluate it; more than ten are an error (RFC 7208 4.6.4)."""

import re

from services import dns
from services.errors import Unavailable

ENOUGH = 11  # nobody needs to know how far beyond ten it goes
_TERM = re.compile(r"[+\-~?]?(include|a|mx|ptr|exists|redirect)(?:[:=]([^/\s]+))?(?:/\S*)?", re.IGNORECASE)


async def lookups(policy: str) -> int:
    """Look-ups that `policy` and all it includes cost, counted up to 11; what cannot be read counts itself only."""
    count, seen, waiting = 0, {""}, [policy]
    while waiting and count < ENOUGH:
        for match in map(_TERM.fullmatch, waiting.pop().split()[1:]):
            if match is None:
                continue
            count += 1
            target = (match[2] or "").lower()
            if match[1].lower() in ("include", "redirect") and "%" not in target and target not in seen:
                seen.add(target)
                waiting += await _policies(target)
    return min(count, ENOUGH)


async def _policies(name: str) -> list[str]:
    try:
        return [text for text in (await dns.txt(name, fresh=True)).values if text.lower().startswith("v=spf1 ")]
    except Unavailable:
        return []
