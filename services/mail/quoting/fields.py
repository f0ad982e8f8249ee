"""A block of header fields (From, Sent, To, Subject) above what is quoted or forwarded, in any order and language."""

import re
from itertools import islice

from services.mail.quoting.dividers import RULE
from services.mail.quoting.labels import FIELD, ROLES, Role, role_of
from services.mail.quoting.languages import TIME, YEAR, has_address

_INNER = re.compile(rf"(?<![^\s*]){FIELD.pattern}", re.IGNORECASE)
MOST = 14  # lines that such a block has
_SINGLE = 3
_MOST_INNER = 12


def length(lines: list[str], at: int) -> int:
    """How many of the (bare) lines from `at` on are such a block, with the rule above it: 0 if none begins here."""
    if RULE.match(lines[at]):
        following = next((index for index in range(at + 1, min(at + 4, len(lines))) if lines[index]), at)
        below = 0 if following == at or RULE.match(lines[following]) else length(lines, following)
        return below and following - at + below
    first = role_of(lines[at])
    if first is None:
        return 0
    roles, last = _roles(lines, at)
    if not _is_block(lines[at : at + last + 1], roles):
        return 1 if first is Role.AUTHOR and _is_on_one_line(lines[at]) else 0
    return last + 1


def _roles(lines: list[str], at: int) -> tuple[list[tuple[int, Role]], int]:
    """The fields found with their distance, and the distance of the last; two lines of something else end it."""
    found: list[tuple[int, Role]] = []
    strange = last = 0
    for distance, line in enumerate(lines[at : at + MOST]):
        role = role_of(line)
        if role is not None:
            found.append((distance, role))
            last, strange = distance, 0
        else:
            strange += 1
            if strange > 2:
                break
    return found, last


def _is_block(block: list[str], found: list[tuple[int, Role]]) -> bool:
    roles = {role for _, role in found}
    told = any(has_address(line) for line in block)
    if len(roles - {Role.OTHER}) >= 3:
        return told or (Role.AUTHOR in roles and _is_of_mail(block, roles) and not block[0].lstrip("*_")[:1].islower())
    if len(found) < 2 or len(roles) < 2 or found[1][0] != 1:
        return False
    if {Role.AUTHOR, Role.DATE} <= roles:
        return True
    dated = Role.DATE in roles and any(YEAR.search(line) for line in block)
    return (Role.AUTHOR in roles or (told and dated)) and (told or dated)


def _is_of_mail(block: list[str], roles: set[Role]) -> bool:
    """Whether no journey is told of, which too goes from one place to another on some date."""
    return Role.SUBJECT in roles or any(map(TIME.search, block))


def _is_on_one_line(line: str) -> bool:
    """All of the fields behind each other, as some programs flatten them."""
    found = list(islice(_INNER.finditer(line), _MOST_INNER))
    roles = {ROLES[(match.lastindex or 1) - 1] for match in found}
    dated = Role.DATE in roles and YEAR.search(line) is not None
    return len(roles) >= _SINGLE or (len(roles) == 2 and dated and has_address(line))
