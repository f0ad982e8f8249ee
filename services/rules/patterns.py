"""Regular expressions that cannot hang: RE2 runs in time linear to the text, whatever the pattern.

Size of pattern, program and text are bounded too: the worst there is takes a few hundred milliseconds, without the
interpreter's lock, where a backtracking engine takes for ever.
"""

from functools import lru_cache
from typing import Any

from services.errors import Invalid

LONGEST = 500  # characters of a pattern
LARGEST = 1_000  # instructions of its program
LOOKS_AT = 1 << 16  # characters of a text
MEMORY = 1 << 20  # bytes RE2 may use for it
_ENDS_RUN = frozenset("dDwWsSbBAzZ")
_SPECIAL = frozenset(".^$[{")
_OPTIONAL = frozenset("?*{")
SHORTEST_LITERAL = 3


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """The pattern, case ignored. Raises Invalid with what is wrong with it."""
    import re2  # not every process reads mail by rules

    if len(pattern) > LONGEST:
        raise Invalid(f"An expression has at most {LONGEST} characters.", code="invalid_pattern")
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MEMORY
    try:
        expression = re2.compile(pattern, options)
    except re2.error as error:
        raise Invalid(f"This expression can't be read: {_told(error)}.", code="invalid_pattern") from None
    if expression.programsize > LARGEST:
        raise Invalid("This expression is too large: repeat less.", code="invalid_pattern")
    return expression


def _told(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


def literal(pattern: str) -> str:
    """The longest ASCII text that stands in every match, in lower case; "" where none can be told for sure.

    What is in brackets, or may be left out, is not looked at; an alternative at the top ends the search.
    """
    runs, run, depth, at = [""], "", 0, 0
    while at < len(pattern):
        letter, at = pattern[at], at + 1
        if letter == "\\":
            letter, at = pattern[at : at + 1], at + 1
            if letter.isalnum() and letter not in _ENDS_RUN:
                return ""  # \Q, \x, \p: a language of their own
            plain = not letter.isalnum()
        elif letter == "[":
            at = _class_end(pattern, at)
            plain = False
        else:
            plain = letter not in "()|.^$[{}*+?"
        if letter == "|" and not plain and not depth:
            return ""
        if not plain:
            depth += (letter == "(") - (letter == ")")
        following = pattern[at : at + 1]
        if plain and not depth and letter.isascii() and following not in _OPTIONAL:
            run += letter
            if following != "+":
                continue
        runs.append(run)
        run = ""
        if letter == "{" and not plain:
            at = pattern.find("}", at) + 1 or len(pattern)
    longest = max([*runs, run], key=len).lower()
    return longest if len(longest) >= SHORTEST_LITERAL else ""


def _class_end(pattern: str, at: int) -> int:
    """Where a character class that begins before `at` is over; a first `]` belongs to it."""
    at += pattern[at : at + 1] == "^"
    at += 1
    while at < len(pattern) and pattern[at] != "]":
        if pattern.startswith("[:", at):
            at = pattern.find(":]", at) + 1 or len(pattern)
        at += 2 if pattern[at : at + 1] == "\\" else 1
    return at + 1
