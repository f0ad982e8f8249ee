"""The matcher says what a plain loop over all rules says, and its work does not grow with their number."""

import time

from hypothesis import given
from hypothesis import strategies as st

from models import Match
from services.rules import Act, Condition, Draft, Subject, patterns, reading
from services.rules.engine import Matcher, ready
from services.rules.reading import Reading
from tests.services.rules import oracle
from tests.services.rules.oracle import subject

TAG = (Act("tag", {"value": "x"}),)


def matcher(drafts: list[Draft]) -> Matcher:
    return Matcher(ready(number, draft) for number, draft in enumerate(drafts))


def held(drafts: list[Draft], message: Subject) -> list[int]:
    return [hit.rule.id for hit in matcher(drafts).decide(message).hits]


@given(st.lists(oracle.drafts, max_size=12), st.lists(oracle.subjects, min_size=1, max_size=4))
def test_as_a_plain_loop_over_all_rules(drafts: list[Draft], messages: list[Subject]) -> None:
    compiled = matcher(drafts)
    for message in messages:
        decided = compiled.decide(message)
        assert [hit.rule.id for hit in decided.hits] == oracle.decide(drafts, message)
        for hit in decided.hits:
            true = [each for each in drafts[hit.rule.id].conditions if oracle.holds(each, message)]
            assert len(hit.reasons) == len(true)


def test_everybody_at_a_domain_may_be_asked_for_alone_or_in_a_list() -> None:
    drafts = [
        Draft("alone", (Condition("from", "is", "@B.test"),), TAG),
        Draft("not", (Condition("from", "is", "@b.test", negate=True),), TAG),
        Draft("elsewhere", (Condition("from", "is", "@test"),), TAG),
    ]
    assert held(drafts, subject("abc", author="Bo <bo@b.test>")) == [0]


def test_order_is_kept_and_stop_ends_it() -> None:
    drafts = [
        Draft("a", (Condition("subject", "contains", "b"),), TAG),
        Draft("quiet", (), TAG, stop=True, shadow=True),
        Draft("stops", (Condition("from", "in", ["@a.test"]),), (*TAG, Act("stop"))),
        Draft("never", (), TAG),
    ]
    assert held(drafts, subject("abc")) == [0, 1, 2]
    assert held(drafts, subject("abc", author="x@b.test")) == [0, 1, 3]


def test_reasons_are_sentences() -> None:
    any_of = (Condition("subject", "contains", "bill"), Condition("from", "ends", "@a.test"))
    hits = matcher([Draft("x", any_of, TAG, match=Match.ANY)]).decide(subject("Invoice")).hits
    assert hits[0].reasons == ("from ends with “@a.test”",)


def test_few_are_asked_of_many() -> None:
    """What is asked of a message is what could hold for it, however many rules there are."""
    drafts = [Draft("x", (Condition("subject", "contains", f"word{n:05}"),), TAG) for n in range(3000)]
    drafts += [Draft("x", (Condition("from", "is", f"{n}@a.test"),), TAG) for n in range(3000)]
    drafts += [Draft("x", (Condition("from", "ends", f"@{n}.test"),), TAG) for n in range(3000)]
    drafts += [Draft("x", (Condition("body", "matches", rf"order{n:04}-\d+"),), TAG) for n in range(1000)]
    message = subject("a word00012 here", "Cy <7@8.test>", "order0003-x and order0004-44")
    assert matcher(drafts)._candidates(Reading(message)) == [12, 6008, 9003, 9004]
    assert held(drafts, message) == [12, 6008, 9004]


def test_expressions_share_one_budget_of_time() -> None:
    """B10: what is left when time is up is not looked at, neither as holding nor as not holding."""
    slow = tuple(Condition("body", "matches", f"[ab]a[ab]{{9{n}}}c") for n in range(40))
    drafts = [Draft("slow", (each,), TAG) for each in slow]
    drafts.append(Draft("last", (Condition("body", "matches", "zzz", negate=True),), TAG))
    drafts.append(Draft("plain", (Condition("subject", "is", "hello"),), TAG))
    decided = matcher(drafts * 2).decide(subject(text="ab" * 32_000 + "abb"))
    assert decided.is_exhausted and "last" not in [hit.rule.draft.name for hit in decided.hits[-3:]]
    assert [hit.rule.draft.name for hit in decided.hits][-1] == "plain"


class Interrupted:
    """An expression in whose midst the machine did something else."""

    def search(self, text: str) -> None:
        time.sleep(1.5 * reading.BUDGET)


def test_the_pauses_of_a_busy_machine_use_up_no_budget() -> None:
    message, body = Reading(subject(text="abc")), ("body", "", False)
    assert message.search(Interrupted(), body) is False
    assert message.search(patterns.compiled("b"), body) is True and not message.is_exhausted
