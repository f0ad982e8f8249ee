"""What people type into the search field, taken apart. Nothing is an error: what is no operator is text."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""(?P<minus>-)?                           # -not
        (?:(?P<name>[a-z]+):)?                  # operator:
        (?:"(?P<phrase>[^"]*)(?:"|$)            # "phrase", also one that was never closed
         |(?P<word>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")  # as the index cuts text into words
TEXT_FIELDS = {"from": "author", "to": "recipients", "subject": "subject", "body": "text"}
OPERATORS = {*TEXT_FIELDS, "has", "is", "in", "tag", "assignee", "auth", "before", "after"}


@dataclass(frozen=True)
class Term:
    """Words that stand together in one place. `field` "" = anywhere; `prefix` = the last word may go on."""

    words: tuple[str, ...]
    field: str = ""
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Filter:
    """An operator that is about the conversation, not about words."""

    name: str
    value: str
    negated: bool = False


@dataclass
class Query:
    terms: list[Term] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)


def parse(text: str) -> Query:
    """`from:carl "printer on fire" -tag:spam inv*`: the last word matches its beginning while one types."""
    query = Query()
    matches = list(_TOKEN.finditer(text.replace("\0", " ")))[:64]
    for match in matches:
        name = (match["name"] or "").lower()
        typed = match["phrase"] if match["phrase"] is not None else match["word"]
        if name and name not in OPERATORS:
            name, typed = "", f"{match['name']}:{typed}"
        negated = bool(match["minus"])
        if name in OPERATORS - TEXT_FIELDS.keys():
            query.filters.append(Filter(name, typed.strip().lower(), negated))
            continue
        words = tuple(word.lower() for word in _WORD.findall(typed))[:32]
        if words:
            open_end = match is matches[-1] and match["phrase"] is None and not text.endswith((" ", '"'))
            prefix = match["phrase"] is None and (typed.endswith("*") or open_end)
            query.terms.append(Term(words, TEXT_FIELDS.get(name, ""), prefix, negated))
    return query
