"""What may be a mail domain: a registrable name or something below one, as A-labels."""

import re
from functools import cache

from publicsuffixlist import PublicSuffixList

from services.errors import Invalid
from services.mail import address

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def checked_name(text: str) -> str:
    """The domain in lower-case A-labels. Raises Invalid (`invalid_domain`) with a sentence that says why not."""
    typed = text.strip().removesuffix(".")
    if not typed:
        raise _invalid("Type the domain's name, such as example.com.")
    if "@" in typed or "/" in typed:
        raise _invalid("Only the domain's name, such as example.com: no address and no URL.")
    try:
        name = address.ascii_domain(typed)
    except ValueError:
        raise _invalid(f"“{typed[:100]}” is not a domain name.") from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise _invalid(f"“{typed[:100]}” is not a domain name.")
    if len(labels) < 2:
        raise _invalid("A domain has at least two parts, such as example.com.")
    if _suffixes().privatesuffix(name) is None:
        raise _invalid(f"Everybody registers names under {typed[:100]}; nobody can own it.")
    return name


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_domain", field="domain")
