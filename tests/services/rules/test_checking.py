"""What a rule can say, and the sentences that refuse the rest."""

from dataclasses import replace

import pytest

from services import rules
from services.errors import Invalid
from services.rules import Act, Condition, Draft, check, words

TAG = (Act("tag", {"value": "billing"}),)
INVOICES = Draft("Invoices", (Condition("subject", "contains", "invoice"),), TAG)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (Condition("size", "greater", "5 MB"), 5 << 20),
        (Condition("size", "less", "1,5 kb"), 1536),
        (Condition("size", "less", 900), 900),
        (Condition("time_of_day", "before", "9:05"), "09:05"),
        (Condition("day_of_week", "in", "Saturday, sun"), ["sat", "sun"]),
        (Condition("verdict", "is", " Fail "), "fail"),
        (Condition("spf", "in", "fail, softfail"), ["fail", "softfail"]),
        (Condition("has_attachment", "is", "no"), False),
        (Condition("from", "in", "ann@a.test\n@b.test"), ["ann@a.test", "@b.test"]),
        (Condition("header", "exists", None, name="List-Id"), None),
        (Condition("subject", "is", 42), "42"),
    ],
)
def test_values_are_read_as_people_type_them(condition: Condition, kept: object) -> None:
    assert rules.check_condition(condition).value == kept


@pytest.mark.parametrize(
    ("condition", "field", "sentence"),
    [
        (Condition("size", "greater", "huge"), "value", "it can't be compared with “huge”"),
        (Condition("size", "contains", "5"), "operator", "only “is greater than”, “is less than”"),
        (Condition("subject", "matches", "(a"), "value", "This expression can't be read"),
        (Condition("subject", "matches", "a{999}b{999}"), "value", "too large"),
        (Condition("subject", "contains", "  "), "value", "Say what subject is compared with"),
        (Condition("subject", "in", []), "value", "List 1 to"),
        (Condition("mood", "is", "good"), "field", "There is no field “mood”"),
        (Condition("subject", "sounds", "good"), "operator", "There is no operator “sounds”"),
        (Condition("header", "is", "x"), "name", "Say the name of a header field"),
        (Condition("header", "is", "x", name="Not: one"), "name", "is not the name"),
        (Condition("time_of_day", "after", "25:00"), "value", "a time such as 17:30"),
        (Condition("day_of_week", "is", "someday"), "value", "one of mon, tue"),
        (Condition("dmarc", "is", "softfail"), "value", "one of pass, fail, none"),
        (Condition("verdict", "contains", "fail"), "operator", "only “is”"),
        (Condition("automatic", "is", 3), "value", "either true or false"),
        (Condition("from", "exists"), "operator", "From can't be asked whether it exists"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(condition: Condition, field: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(INVOICES, conditions=(*INVOICES.conditions, condition)))
    assert refused.value.field == f"conditions.1.{field}" and sentence in refused.value.message


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (Act("explode"), "type"),
        (Act("tag", {"value": ""}), "value"),
        (Act("priority", {"value": "soon"}), "value"),
        (Act("status", {"value": "snoozed"}), "value"),
        (Act("forward", {"to": "nobody"}), "to"),
        (Act("assign", {}), "user_id"),
        (Act("round_robin", {"user_ids": []}), "user_ids"),
        (Act("spam", {"colour": "red"}), "colour"),
    ],
)
def test_impossible_actions_are_refused(act: Act, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(INVOICES, actions=(act,)))
    assert refused.value.field == f"actions.0.{field}"


def test_a_rule_needs_a_name_and_something_to_do() -> None:
    for draft, field in [(replace(INVOICES, name=" "), "name"), (replace(INVOICES, actions=()), "actions")]:
        with pytest.raises(Invalid) as refused:
            check(draft)
        assert refused.value.field == field
    assert check(replace(INVOICES, actions=(), stop=True)).stop


def test_rules_read_as_sentences() -> None:
    names = rules.Names(users={7: "Bob"})
    draft = Draft(
        "x",
        (
            Condition("subject", "contains", "invoice"),
            Condition("has_attachment", "is", True, negate=True),
            Condition("header", "exists", name="List-Id", negate=True),
            Condition("size", "greater", 5 << 20),
        ),
        (Act("assign", {"user_id": 7}), Act("assign", {"user_id": 8}), Act("spam")),
        stop=True,
    )
    assert words.draft(draft, names) == (
        "Subject contains “invoice” and has no attachment and header “List-Id” does not exist and size is greater "
        "than 5 MB → assign to Bob, assign to somebody who left, mark as spam, stop"
    )
    assert words.act(draft.actions[0], names, done=True) == "assigned to Bob"


def test_every_entry_of_the_registries_has_its_words() -> None:
    samples = {"text": "x", "address": "x", "size": 1, "time": "09:00", "day": "mon", "flag": True}
    for field in rules.FIELDS.values():
        for name in field.operators:
            sample = field.choices[0] if field.choices else samples[field.kind]
            value = [sample] if rules.OPERATORS[name].takes is rules.Takes.LIST else sample
            checked = rules.check_condition(Condition(field.name, name, value, name="X-A"))
            assert words.condition(checked)
