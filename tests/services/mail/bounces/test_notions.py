"""Reasons by what a sentence is about, where no phrase is known."""

import pytest

from services.mail.bounces import REASONS
from services.mail.bounces.lexicon import LEXICON
from services.mail.bounces.notions import _RULES, MOST, reason_in


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Nobody here goes by that name.", "unknown_user"),
        ("Het postvak heeft geen ruimte meer.", "full"),
        ("Аккаунт получателя приостановлен.", "disabled"),
        ("サーバーに接続できませんでした", "network"),
        ("All of this was most unfortunate.", ""),
    ],
)
def test_notions_that_meet_tell_a_reason(words: str, reason: str) -> None:
    assert reason_in(words) == reason


def test_what_meets_only_across_sentences_tells_nothing() -> None:
    assert reason_in("We looked after your mailbox. The moon is full tonight.") == ""


def test_advice_is_heard_last() -> None:
    advice = "Please check whether the mailbox is full."
    assert reason_in(f"{advice} The recipient's account was closed.") == "disabled"
    assert reason_in(advice) == "full"


def test_a_line_that_goes_on_is_one_sentence() -> None:
    assert reason_in("The mailbox of this\nperson is full") == "full"
    assert reason_in("The mailbox\nFull moon") == ""


def test_no_more_than_so_many_sentences_are_looked_at() -> None:
    assert reason_in("Well then. " * (MOST - 1) + "The mailbox is full.") == "full"
    assert reason_in("Well then. " * MOST + "The mailbox is full.") == ""


def test_rules_name_what_there_is() -> None:
    assert {reason for reason, _ in _RULES} <= set(REASONS)
    assert {each.lstrip("-") for _, told in _RULES for each in told.split()} <= LEXICON.keys()


def test_a_notion_begins_where_a_word_begins() -> None:
    assert reason_in("It did not reach the following recipient") == ""
    assert reason_in("对方拒绝了发信IP,已列入黑名单") == "blocked"
