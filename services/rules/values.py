"""Values of conditions and parameters of actions, read as somebody types them; what cannot be is refused in words."""

import re
from collections.abc import Callable, Sequence

from services.errors import Invalid
from services.mail import address
from services.rules.actions import Needs, Parameter
from services.rules.fields import DAYS, Kind

LONGEST = 1_000
LONGEST_LIST = 1_000
LONGEST_NOTE = 10_000
_SIZE = re.compile(r"(\d{1,12})(?:[.,](\d{1,3}))?\s*([kmg]?)i?b?", re.IGNORECASE)
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30}
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_HEADER = re.compile(r"[!-9;-~]{1,100}")  # RFC 5322 3.6.8
_DAY_NAMES = dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)
)


def _wrong(message: str) -> Invalid:
    return Invalid(message, code="invalid_value")


def text(label: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(f"{label} is compared with words; type some.")
    plain = str(value).replace("\0", "")
    if not plain.strip():
        raise _wrong(f"Say what {label.lower()} is compared with.")
    if len(plain) > LONGEST:
        raise _wrong(f"A value has at most {LONGEST} characters.")
    return plain


def size(label: str, value: object) -> int:
    """Bytes from a number, or from words such as 5 MB."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _wrong(f"{label} is a number of bytes, such as 5 MB; it can't be compared with {_quoted(value)}.")
    return int(float(f"{found[1]}.{found[2] or 0}") * (1 << _UNITS[found[3].lower()]))


def time(label: str, value: object) -> str:
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise _wrong(f"{label} is a time such as 17:30; it can't be compared with {_quoted(value)}.")
    return f"{int(found[1]):02}:{found[2]}"


def minutes(moment: str) -> int:
    """17:30 as minutes of the day."""
    hours, _, rest = moment.partition(":")
    return int(hours) * 60 + int(rest)


def day(label: str, value: object) -> str:
    word = value.strip().lower() if isinstance(value, str) else ""
    word = _DAY_NAMES.get(word, word)
    if word not in DAYS:
        raise _wrong(f"{label} is one of {', '.join(DAYS)}; it can't be compared with {_quoted(value)}.")
    return word


def choice(label: str, value: object, choices: Sequence[str]) -> str:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in choices:
        raise _wrong(f"{label} is one of {', '.join(choices)}; it can't be compared with {_quoted(value)}.")
    return word


def flag(label: str, value: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False}
    word = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(word, bool | str) or word not in known:
        raise _wrong(f"“{label}” is either true or false; it can't be compared with {_quoted(value)}.")
    return known[word]


READ: dict[Kind, Callable[[str, object], object]] = {
    Kind.TEXT: text,
    Kind.ADDRESS: lambda label, value: text(label, value).strip(),
    Kind.SIZE: size,
    Kind.TIME: time,
    Kind.DAY: day,
    Kind.FLAG: flag,
}


def listed(label: str, value: object) -> Sequence[object]:
    """The entries of a list, or of text with one a line or commas between."""
    entries = re.split(r"[\n,;]", value) if isinstance(value, str) else value
    if not isinstance(entries, list | tuple):
        raise _wrong(f"List what {label.lower()} may be.")
    found = [each.strip() if isinstance(each, str) else each for each in entries]
    found = list(dict.fromkeys(each for each in found if each != "" and not isinstance(each, dict | list)))
    if not 0 < len(found) <= LONGEST_LIST:
        raise _wrong(f"List 1 to {LONGEST_LIST} values that {label.lower()} may be.")
    return found


def header_name(name: str) -> str:
    if not _HEADER.fullmatch(name):
        what = f"“{name[:40]}” is not" if name else "Say"
        raise Invalid(f"{what} the name of a header field, such as List-Id.", code="invalid_name", field="name")
    return name


def _quoted(value: object) -> str:
    return f"“{str(value)[:40]}”" if isinstance(value, str | int | float) and value != "" else "nothing"


def _word(parameter: Parameter, value: object) -> str:
    plain = " ".join(value.replace("\0", "").split()) if isinstance(value, str) else ""
    if not 0 < len(plain) <= 64:
        raise _wrong(f"{parameter.label}: type 1 to 64 characters.")
    return plain


def _note(parameter: Parameter, value: object) -> str:
    plain = value.replace("\0", "").strip() if isinstance(value, str) else ""
    if not 0 < len(plain) <= LONGEST_NOTE:
        raise _wrong(f"{parameter.label}: type 1 to {LONGEST_NOTE} characters.")
    return plain


def _choice(parameter: Parameter, value: object) -> str:
    if value not in parameter.choices:
        raise _wrong(f"{parameter.label} is one of {', '.join(parameter.choices)}.")
    return str(value)


def _address(parameter: Parameter, value: object) -> str:
    try:
        return address.normalise(value if isinstance(value, str) else "")
    except ValueError:
        raise _wrong(f"{_quoted(value)} is not an address mail can be sent to.".capitalize()) from None


def _row(parameter: Parameter, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong(f"Choose: {parameter.label.lower()}.")
    return value


def _rows(parameter: Parameter, value: object) -> list[int]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= 100:
        raise _wrong(f"Choose 1 to 100: {parameter.label.lower()}.")
    return list(dict.fromkeys(_row(parameter, each) for each in value))


PARAMETER: dict[Needs, Callable[[Parameter, object], object]] = {
    Needs.WORD: _word,
    Needs.TEXT: _note,
    Needs.CHOICE: _choice,
    Needs.ADDRESS: _address,
    Needs.USER: _row,
    Needs.USERS: _rows,
    Needs.MAILBOX: _row,
    Needs.TEMPLATE: _row,
    Needs.INTEGRATION: _row,
}
