"""Rules as a Sieve script (RFC 5228) for another server, as far as Sieve can say it; what it cannot is named.

A message goes to one place at the end, as here the last move wins: the variable `place` (RFC 5229) collects it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models import Match
from services import access
from services.access import Actor, Permission
from services.rules import register, words
from services.rules.choosing import Choices, choices
from services.rules.drafts import Act, Condition, Draft, draft_of
from services.rules.fields import DAYS, FIELDS, Kind

_REQUIRED = ("variables", "fileinto", "mailbox", "imap4flags", "envelope", "body", "date", "relational", "mime")
_HEADERS = {"subject": "subject", "from": "from", "to": "to", "cc": "cc"}
_FILE = 'if not string :is "${place}" "" {\n    fileinto :create "${place}";\n}\n'
_KEYWORD = re.compile(r"[^A-Za-z0-9_.-]+")


class Unsayable(Exception):
    """Sieve has no words for it; the message says what."""


@dataclass(frozen=True)
class Script:
    """`left_out` has a sentence for each rule or action that is not in the text."""

    text: str
    left_out: tuple[str, ...]


def sieve(session: Session, *, actor: Actor) -> Script:
    """The active rules, in order, as a script."""
    access.require(actor, Permission.READ_RULES)
    kept = [draft_of(rule) for rule in register.all(session, actor=actor) if rule.active and not rule.shadow]
    return script(kept, choices(session, actor=actor))


def script(drafts: Sequence[Draft], names: Choices) -> Script:
    blocks, left_out = [], []
    for draft in drafts:
        try:
            block, missing = _rule(draft, names)
            left_out += [f"“{draft.name}”: {each}" for each in missing]
            blocks.append(block)
        except Unsayable as error:
            left_out.append(f"“{draft.name}” as a whole: {error}")
    remarks = "".join(f"# Not in this script: {_one_line(each)}\n" for each in left_out)
    required = [*_REQUIRED, *{act.type for draft in drafts for act in draft.actions if act.type == "reject"}]
    head = f'require [{", ".join(map(_quoted, required))}];\n\n{remarks}set "dollar" "$";\nset "place" "";\n'
    return Script("\n".join([head, *blocks, _FILE]), tuple(left_out))


def _rule(draft: Draft, names: Choices) -> tuple[str, list[str]]:
    """An if block, and what of its actions is missing. Raises Unsayable where nothing would be left."""
    done, missing = [], []
    for act in draft.actions:
        try:
            done += _ACTS[act.type](act, names)
        except KeyError:
            missing.append(f"Sieve cannot {words.act(act, names)}.")
    if draft.stops:
        done += [*_FILE.splitlines(), "stop;"]
    if not done:
        raise Unsayable(" ".join(missing))
    tests = [_test(each) for each in draft.conditions] or ["true"]
    joint = "anyof" if draft.match == Match.ANY else "allof"
    test = tests[0] if len(tests) == 1 else f"{joint}(\n    " + ",\n    ".join(tests) + ")"
    body = "\n".join(f"    {line}" for line in done)
    return f"# {_one_line(draft.name)}\nif {test} {{\n{body}\n}}\n", missing


def _one_line(text: str) -> str:
    return " ".join(text.split())


_ACTS: dict[str, Callable[[Act, Choices], list[str]]] = {
    "tag": lambda act, _: [f"addflag {_quoted(_keyword(str(act.values['value'])))};"],
    "move": lambda act, names: [f'set "place" {_quoted(names.mailboxes[_number(act)])};'],
    "spam": lambda act, _: ['set "place" "Junk";'],
    "discard": lambda act, _: ['set "place" "Trash";'],
    "forward": lambda act, _: [f"redirect {_quoted(str(act.values['to']))};", "keep;"],
    "reject": lambda act, _: [f"reject {_quoted(_one_line(str(act.values['value'])))};", "stop;"],  # RFC 5429 2.2
    "stop": lambda act, _: [],
}


def _number(act: Act) -> int:
    return int(str(next(iter(act.values.values()))))


def _keyword(tag: str) -> str:
    """A tag as an IMAP keyword, which is an atom (RFC 9051 2.3.2)."""
    return _KEYWORD.sub("_", tag) or "_"


def _test(condition: Condition) -> str:
    field = FIELDS[condition.field]
    if condition.operator == "matches":
        raise Unsayable("Sieve has no such expressions.")
    if field.name in _TESTS:
        said = _TESTS[field.name](condition)
    elif field.name == "body":
        said = _body(condition)
    else:
        said = _header(condition, field.kind)
    return f"not {said}" if condition.negate else said


def _header(condition: Condition, kind: Kind) -> str:
    name = condition.name or _HEADERS[condition.field]
    if condition.operator == "exists":
        return f"exists {_quoted(name)}"
    if kind is Kind.ADDRESS and condition.operator != "contains":
        return _address("address", condition, name)
    return f"header {_compared(condition)}".replace("%", _quoted(name), 1)


def _address(test: str, condition: Condition, name: str) -> str:
    """`@example.com` is everybody there."""
    if condition.operator not in ("is", "in"):
        return f"{test} :all {_compared(condition)}".replace("%", _quoted(name), 1)
    wanted = [str(each) for each in (condition.value if isinstance(condition.value, list) else [condition.value])]
    whole = [each for each in wanted if not each.startswith("@")]
    domains = [each[1:] for each in wanted if each.startswith("@")]
    tests = [f"{test} :all :is {_quoted(name)} {_list(whole)}"] if whole else []
    tests += [f"{test} :domain :is {_quoted(name)} {_list(domains)}"] if domains else []
    return tests[0] if len(tests) == 1 else f"anyof({', '.join(tests)})"


def _compared(condition: Condition) -> str:
    """Match type, `%` for what is compared, and the values."""
    operator, value = condition.operator, condition.value
    if operator == "in":
        return f":is % {_list([str(each) for each in value] if isinstance(value, list) else [])}"
    text = str(value)
    if operator in ("is", "contains"):
        return f":{operator} % {_quoted(text)}"
    escaped = re.sub(r"([*?\\])", r"\\\1", text)
    return f":matches % {_quoted(f'{escaped}*' if operator == 'starts' else f'*{escaped}')}"


def _body(condition: Condition) -> str:
    if condition.operator != "contains":
        raise Unsayable("Sieve looks at a body in parts, so it can only ask what it contains.")
    return f"body :text :contains {_quoted(str(condition.value))}"  # RFC 5173


def _file(condition: Condition, option: str, field: str) -> str:
    """RFC 5703: tests on the fields of MIME parts."""
    return f"header :mime :anychild {option} {_compared(condition)}".replace("%", _quoted(field), 1)


def _unsayable(condition: Condition) -> str:
    raise Unsayable(f"Sieve cannot ask whether a message {words.condition(condition)}.")


def _flag(condition: Condition) -> str:
    said = 'header :mime :anychild :is "content-disposition" "attachment"'
    return said if condition.value else f"not {said}"


def _weekday(condition: Condition) -> str:
    """RFC 5260: 0 is Sunday."""
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    return f'currentdate :is "weekday" {_list([str((DAYS.index(str(each)) + 1) % 7) for each in wanted])}'


_TESTS: dict[str, Callable[[Condition], str]] = {
    "recipient": lambda c: _address("envelope", c, "to") if c.operator != "contains" else _envelope(c),
    "size": lambda c: f"size {':over' if c.operator == 'greater' else ':under'} {c.value}",
    "has_attachment": _flag,
    "attachment_name": lambda c: _file(c, ':param "filename"', "content-disposition"),
    "attachment_type": lambda c: _file(c, ":contenttype", "content-type"),
    "automatic": _unsayable,
    "contact": _unsayable,
    "company": _unsayable,
    "language": _unsayable,
    "verdict": _unsayable,
    "spf": _unsayable,
    "dkim": _unsayable,
    "dmarc": _unsayable,
    "time_of_day": lambda c: f'currentdate :value "{"lt" if c.operator == "before" else "ge"}" "time" "{c.value}:00"',
    "day_of_week": _weekday,
}


def _envelope(condition: Condition) -> str:
    return f'envelope :all :contains "to" {_quoted(str(condition.value))}'


def _list(texts: list[str]) -> str:
    return _quoted(texts[0]) if len(texts) == 1 else f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A quoted string (RFC 5228 2.4.2) in which no variable is seen (RFC 5229 3)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("${", "${dollar}{")
    return f'"{escaped}"'
