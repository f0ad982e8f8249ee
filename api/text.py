"""What no request may hold although it can be written: text that neither mail nor a database can keep."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Scope

from api.errors import CODES, Fault, about

_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # how JSON writes NUL, and each half of a surrogate pair
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_WORDS = "A NUL character or half a character has no place in text."


def fault(scope: Scope, body: bytes) -> Fault | None:
    """What is wrong with path, query or body, if anything is."""
    if "\x00" in scope["path"]:
        return Fault(404, CODES[404], "There is nothing at this address.")
    if b"%00" in scope["query_string"]:
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return about([next((name for name, value in given if "\x00" in value), "query")], _WORDS)
    return _of_body(body)


def _of_body(body: bytes) -> Fault | None:
    """What is no JSON at all is left to whoever reads it."""
    if b"\x00" in body:  # UTF-16 or UTF-32, and JSON that travels is UTF-8 (RFC 8259 8.1)
        return Fault(400, "malformed_json", "The body is not JSON in UTF-8.")
    if not _ESCAPED.search(body):
        return None
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    place = next(_unfit(read), None)
    return about(place, _WORDS) if place is not None else None


def _unfit(read: Any) -> Iterator[list[str]]:
    """Where such text stands."""
    waiting: list[tuple[list[str], Any]] = [([], read)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            if any(_UNFIT.search(name) for name in value):
                yield place
            waiting += [([*place, name], each) for name, each in value.items()]
        elif isinstance(value, list):
            waiting += [([*place, str(index)], each) for index, each in enumerate(value)]
        elif isinstance(value, str) and _UNFIT.search(value):
            yield place
