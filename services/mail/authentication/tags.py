"""Lists of tags, as signatures, keys and policies are written (RFC 6376 3.2)."""

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read(text: str) -> dict[str, str]:
    """Tags by name, white space around values taken off. Raises ValueError for what is no such list."""
    found: dict[str, str] = {}
    parts = text.split(";")
    for number, part in enumerate(parts):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not name and not equals and number == len(parts) - 1:
            break  # a final semicolon
        if not equals or not _NAME.fullmatch(name):
            raise ValueError(f"“{part.strip()[:40]}” is no tag")
        if name in found:
            raise ValueError(f"the tag {name}= is there twice")
        found[name] = value.strip()
    return found
