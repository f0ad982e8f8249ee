"""What the rule editor is told: what is wrong, at which row, and the rule in words."""

import pytest

from components.rule_forms import judged, registries, typed, written
from models import Match
from services.errors import Invalid
from services.rules import ACTIONS, FIELDS, Act, Choices, Condition, Draft

KNOWN = Choices(users={7: "Bob"}, mailboxes={3: "Billing"}, tags=("vip",))
SOUND = Draft(
    "Invoices",
    conditions=(Condition("subject", "contains", "invoice"), Condition("size", "greater", 5 << 20, negate=True)),
    actions=(Act("assign", {"user_id": 7}), Act("tag", {"value": "billing"})),
    stop=True,
)


def problems(draft: Draft) -> dict[str, str]:
    found: dict[str, str] = judged(draft, KNOWN)["problems"]
    return found


def test_the_pickers_offer_every_field_and_action_of_the_registries() -> None:
    told = registries(KNOWN)
    assert {each["name"] for each in told["fields"]} == set(FIELDS)
    assert {each["name"] for each in told["kinds"]} == set(ACTIONS) - {"stop"}
    assign = next(each for each in told["kinds"] if each["name"] == "assign")
    assert assign["parameters"][0]["options"] == [{"value": 7, "label": "Bob"}]


def test_a_sound_rule_is_read_aloud() -> None:
    verdict = judged(SOUND, KNOWN)
    assert verdict["problems"] == {}
    assert verdict["when"] == ["subject contains “invoice”", "size is not greater than 5 MB"]
    assert verdict["then"] == ["assign to Bob", "tag billing"] and verdict["joint"] == "and"
    assert judged(Draft("x", SOUND.conditions, SOUND.actions, match=Match.ANY), KNOWN)["joint"] == "or"


def test_what_goes_to_the_editor_comes_back_the_same() -> None:
    assert typed(written(SOUND)) == SOUND


def test_the_action_stop_is_the_editors_switch() -> None:
    line = written(Draft("x", actions=(Act("tag", {"value": "a"}), Act("stop"))))
    assert line["stop"] is True and [each["type"] for each in line["actions"]] == ["tag"]


@pytest.mark.parametrize(
    ("condition", "part", "words"),
    [
        (Condition("size", "greater", "huge MB"), "value", "number of bytes"),
        (Condition("time_of_day", "before", "25:99"), "value", "a time such as 17:30"),
        (Condition("subject", "matches", "a(b"), "value", "can't be read"),
        (Condition("subject", "in", []), "value", "List 1 to"),
        (Condition("header", "contains", "x", name="two words"), "name", "not the name of a header field"),
        (Condition("size", "contains", "5"), "operator", "only"),
        (Condition("moon", "is", "full"), "field", "no field"),
    ],
)
def test_an_impossible_condition_is_refused_at_its_part(condition: Condition, part: str, words: str) -> None:
    draft = Draft("x", (Condition("subject", "contains", "fine"), condition), SOUND.actions)
    verdict = judged(draft, KNOWN)
    assert (
        list(verdict["problems"]) == [f"conditions.1.{part}"] and words in verdict["problems"][f"conditions.1.{part}"]
    )
    assert verdict["when"] == ["subject contains “fine”", None]


def test_every_row_has_its_own_sentence() -> None:
    draft = Draft("x", (Condition("size", "less", ""), Condition("subject", "is", "")), (Act("tag", {"value": ""}),))
    assert set(problems(draft)) == {"conditions.0.value", "conditions.1.value", "actions.0.value"}


def test_what_an_action_names_must_still_be_there() -> None:
    assert "gone" in problems(Draft("x", actions=(Act("assign", {"user_id": 8}),)))["actions.0.user_id"]
    assert "gone" in problems(Draft("x", actions=(Act("round_robin", {"user_ids": [7, 8]}),)))["actions.0.user_ids"]


def test_the_rule_as_a_whole_needs_a_name_and_something_to_do() -> None:
    assert set(problems(Draft(" ", actions=SOUND.actions))) == {"name"}
    assert set(problems(Draft("x", SOUND.conditions))) == {"actions"}
    assert problems(Draft("x", SOUND.conditions, stop=True)) == {}


@pytest.mark.parametrize("line", [{}, {**written(SOUND), "conditions": [3]}, {**written(SOUND), "actions": None}])
def test_what_no_editor_sends_is_refused(line: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        typed(line)
