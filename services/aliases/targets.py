"""Where an alias may forward: real addresses outside, and never round in a circle."""

from collections.abc import Sequence

from sqlmodel import Session

from models import Alias, Domain
from services import mailboxes
from services.errors import Invalid
from services.mail import address

MOST_TARGETS = 20


def checked_targets(session: Session, alias: Alias, targets: Sequence[str]) -> list[str]:
    """The addresses as the envelope names them, each once. Raises Invalid for what cannot be one, and where following
    them leads back to the alias, which is stored already."""
    addresses = list(dict.fromkeys(_checked(each) for each in targets if each.strip()))
    if len(addresses) > MOST_TARGETS:
        raise _invalid(f"An alias forwards to at most {MOST_TARGETS} addresses.")
    own = f"{alias.local_part}@{session.get_one(Domain, alias.domain_id).name}"
    for each in addresses:
        way = _way_back(session, alias, each)
        if way:
            raise _invalid(f"That goes round in a circle: {' → '.join([own, *way])}.")
    return addresses


def _way_back(session: Session, alias: Alias, start: str) -> list[str]:
    """The addresses from `start` round to the alias; none where every way from it ends outside or in a queue."""
    seen: set[str] = set()
    ways = [[start]]
    while ways:
        way = ways.pop()
        target = mailboxes.resolve(session, way[-1])
        if target is None or target.organisation_id != alias.organisation_id or way[-1].lower() in seen:
            continue
        if target.alias_id == alias.id:
            return way
        seen.add(way[-1].lower())
        ways += [[*way, following] for following in target.forward_to]
    return []


def _checked(text: str) -> str:
    text = text.strip()
    try:
        normal = address.normalise(text)
    except ValueError:
        raise _invalid(f"“{text[:100]}” is not an address mail can be forwarded to.") from None
    return f"{address.split(text)[0]}@{address.split(normal)[1]}"


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_forward", field="forward_to")
