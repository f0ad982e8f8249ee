"""JSON as text, at a tenth of what the standard library takes: filing a message writes five pieces of it."""

import json
from typing import Any

import orjson


def write(value: Any) -> str:
    """`value` as JSON without spaces, in UTF-8's own characters."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a surrogate pair, a number beyond 64 bits: escaped, written out
        return json.dumps(value)
