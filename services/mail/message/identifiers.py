"""Message ids in header fields (RFC 5322 3.6.4), with their angle brackets, as they are and as they are broken."""

import re

LONGEST = 998
_ANGLED = re.compile(r"<\s*([^<>]{1,990}?)\s*>")
_BARE = re.compile(r"(?<![^\s<>(),;\"'])[^\s<>(),;\"']+@[^\s<>(),;\"']+")  # begun only where a word begins: linear
_COMMENT = re.compile(r"\([^()]*\)")


def ids_of(text: str) -> list[str]:
    """The ids of a Message-ID, In-Reply-To or References field, in order, each once."""
    if not text:
        return []
    found = ["".join(each.split()) for each in _ANGLED.findall(text)]
    if not found:
        found = _BARE.findall(_COMMENT.sub(" ", text))
    if not found and len(text.split()) == 1:
        found = [text.strip("<> ")]
    return list(dict.fromkeys(f"<{each}>" for each in found if each and len(each) < LONGEST - 2))
