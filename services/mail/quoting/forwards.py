"""Whether what is quoted is a mail passed on, which its reader has not seen before: shown whole, never folded."""

from itertools import islice

from services.mail.quoting.dividers import FORWARD
from services.mail.quoting.headlines import bare
from services.mail.quoting.markup import read

LOOKED_AT = 2  # lines: a rule may stand above
LONGEST = 20_000


def is_forward(quoted: str) -> bool:
    """Whether the quoted text begins as a forwarded mail does."""
    written = (line for line in map(bare, quoted[:LONGEST].split("\n")) if line)
    return any(map(FORWARD.match, islice(written, LOOKED_AT)))


def is_forward_html(quoted: str) -> bool:
    """As `is_forward`, for HTML."""
    return any(FORWARD.match(bare(line.text)) for line in read(quoted[:LONGEST]).lines[:LOOKED_AT])
