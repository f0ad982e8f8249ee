"""Drafts tried on stored mail: what they hold for is what they would have held for when it came."""

from models import Match
from services import database, rules
from services.flows import rules as flow
from services.rules import Act, Condition, Draft
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, letter, post, send

__all__ = ["post"]
EITHER = Draft(
    "Either",
    conditions=(Condition("subject", "contains", "invoice"), Condition("subject", "contains", "payment")),
    actions=(Act("tag", {"value": "billing"}),),
    match=Match.ANY,
)


def test_any_of_several_conditions_is_enough(people: People, post: None) -> None:
    for subject in ("Invoice 7", "A payment", "Hello"):
        send(letter(subject))
    file_all()
    with database.transaction() as session:
        begun = rules.backtest(session, EITHER, wanted=100, actor=people.alice).id or 0
    while flow.advance():
        pass
    with database.reading() as session:
        found = rules.tried(session, begun, actor=people.alice)
    assert [each.subject for each in found] == ["A payment", "Invoice 7"]
    assert [verdict.holds for verdict in found[0].conditions] == [False, True]
