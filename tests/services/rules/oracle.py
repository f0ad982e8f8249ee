"""What rules mean, said in the plainest way there is: one loop, no index, no cache; and material to compare with."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from models import Match
from services import rules
from services.mail.address import Address
from services.mail.message import parse
from services.rules import Act, Condition, Draft, Subject, patterns

WORDS = ["invoice", "INVOICE", "voice", "order", "a", "é", "straße", "STRASSE", "in", "ann@a.test", "bob@b.test"]
DOMAINS = ["a.test", "b.test", "sub.a.test"]


def holds(condition: Condition, subject: Subject) -> bool:
    """One condition, by the book."""
    field = rules.FIELDS[condition.field]
    values = field.read(subject, condition.name)
    answer = any(_one(condition, value) for value in values)
    return answer is not condition.negate


def _one(condition: Condition, value: object) -> bool:
    operator, wanted = condition.operator, condition.value
    if isinstance(value, bool):
        return value is wanted
    if isinstance(value, int):
        limit = wanted if isinstance(wanted, int) else int(str(wanted)[:2]) * 60 + int(str(wanted)[3:])
        compared = {"greater": value > limit, "less": value < limit, "before": value < limit, "after": value >= limit}
        return compared[operator]
    if isinstance(value, Address):
        shown = f"{value.name} <{value.address}>" if value.name else value.address
        text = shown if operator in ("contains", "matches") else value.address
    else:
        text = str(value)
    said = text.casefold()
    if operator == "exists":
        return bool(said)
    if operator == "matches":
        return bool(patterns.compiled(str(wanted)).search(text))
    if operator in ("is", "in"):
        domain = "@" + said.rpartition("@")[2] if isinstance(value, Address) and "@" in said else None
        texts = wanted if isinstance(wanted, list) else [str(wanted)]
        return any(said == each.casefold() or domain == each.casefold() for each in texts)
    text = str(wanted).casefold()
    tests = {"contains": text in said, "starts": said.startswith(text), "ends": said.endswith(text)}
    return tests[operator]


def decide(drafts: list[Draft], subject: Subject) -> list[int]:
    """The numbers of the drafts that hold, in their order, up to the first that stops."""
    found = []
    for number, draft in enumerate(drafts):
        answers = [holds(each, subject) for each in draft.conditions]
        if (any(answers) if draft.match is Match.ANY and answers else all(answers)) and draft.active:
            found.append(number)
            if draft.stops and not draft.shadow:
                break
    return found


def subject(
    title: str = "Hello",
    author: str = "Ann <ann@a.test>",
    text: str = "",
    recipients: tuple[str, ...] = ("support@acme.test",),
    at: datetime = datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
    verdict: str = "none",
    **fields: str,
) -> Subject:
    head = {"From": author, "To": "support@acme.test", "Subject": title, **fields}
    raw = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items()) + f"\r\n{text}"
    parsed = parse(raw.encode())
    return Subject(parsed, parsed.author, recipients, text, len(raw), at, authentication={"verdict": verdict})


texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
addresses = st.builds("{}@{}".format, st.sampled_from(["ann", "bob", "Cy"]), st.sampled_from(DOMAINS))
people = st.builds("{} <{}>".format, st.sampled_from(["", "Ann", "Bob Order"]), addresses)
subjects = st.builds(
    subject,
    title=texts,
    author=people,
    text=texts,
    recipients=st.lists(addresses, max_size=3).map(tuple),
    at=st.integers(0, 40_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    verdict=st.sampled_from(["pass", "fail", "unknown"]),
    Cc=st.lists(people, max_size=2).map(", ".join),
    X_Shop=st.sampled_from(["", "order", "Invoice 12"]),
)
_TEXTUAL = ("subject", "body", "header", "attachment_name")
_word = st.sampled_from([*WORDS, "n", "oi", "zzz"])
_pattern = st.sampled_from(["inv.ice", "order|voice", r"\bin\b", "^a", "stra(ß|ss)e", "bob.*", "oice$", r"[aé]\s"])
_address = st.one_of(addresses, st.sampled_from(["@a.test", "@b.test", "a.test", "ann"]))


def _valued(operators: list[str], values: st.SearchStrategy[object], fields: list[str]) -> st.SearchStrategy[Condition]:
    names = st.sampled_from(fields)
    return st.builds(Condition, names, st.sampled_from(operators), values, st.booleans(), st.just("X-Shop"))


conditions = st.one_of(
    _valued(["is", "contains", "starts", "ends"], _word, list(_TEXTUAL)),
    _valued(["is", "contains", "starts", "ends"], _address, ["from", "to", "cc", "recipient"]),
    _valued(["in"], st.lists(_address, min_size=1, max_size=3), ["from", "cc", "recipient"]),
    _valued(["in"], st.lists(_word, min_size=1, max_size=3), ["subject", "header"]),
    _valued(["matches"], _pattern, ["subject", "body", "from", "header"]),
    _valued(["exists"], st.none(), ["cc", "header", "to"]),
    _valued(["greater", "less"], st.integers(0, 400), ["size"]),
    _valued(["before", "after"], st.sampled_from(["00:00", "09:30", "17:00"]), ["time_of_day"]),
    _valued(["is"], st.sampled_from(["mon", "sat"]), ["day_of_week"]),
    _valued(["is"], st.sampled_from(["fail", "unknown"]), ["verdict"]),
    _valued(["is"], st.booleans(), ["has_attachment", "automatic"]),
).map(rules.check_condition)
drafts = st.builds(
    Draft,
    name=st.just("rule"),
    conditions=st.lists(conditions, max_size=3).map(tuple),
    actions=st.sampled_from([(Act("tag", {"value": "x"}),), (Act("stop"),)]),
    match=st.sampled_from(list(Match)),
    stop=st.sampled_from([False, False, False, True]),
    shadow=st.sampled_from([False, False, True]),
)
