"""What a mailbox promises: kept as given, by those who run the place, and only what can be."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from models import Priority, TargetKind
from services import service_levels
from services.errors import Invalid, NotFound, NotPermitted
from services.service_levels import Level
from tests.conftest import People

LEVEL = Level(
    "Europe/Berlin",
    {"mon": [["09:00", "17:00"]]},
    ["2026-12-25"],
    {Priority.URGENT: {TargetKind.FIRST: 30}},
    remind_minutes=10,
    close_days=14,
)


def test_what_was_promised_is_found_again(people: People, session: Session) -> None:
    service_levels.update(session, people.mailbox_id, LEVEL, actor=people.alice)
    assert service_levels.get(session, people.mailbox_id, actor=people.bob) == LEVEL
    nothing = replace(LEVEL, targets={})
    service_levels.update(session, people.mailbox_id, nothing, actor=people.alice)
    assert service_levels.get(session, people.mailbox_id, actor=people.alice).targets == {}


@pytest.mark.parametrize(
    ("level", "field"),
    [
        (replace(LEVEL, timezone="Nowhere"), "timezone"),
        (replace(LEVEL, hours={"mon": [["17:00", "09:00"]]}), "hours"),
        (replace(LEVEL, holidays=["soon"]), "holidays"),
        (replace(LEVEL, targets={Priority.LOW: {TargetKind.RESOLVE: 0}}), "targets"),
        (replace(LEVEL, targets={Priority.LOW: {TargetKind.RESOLVE: 60 * 24 * 365}}), "targets"),  # 20 years of Mondays
        (replace(LEVEL, remind_minutes=-1), "remind_minutes"),
        (replace(LEVEL, close_days=0), "close_days"),
    ],
)
def test_what_cannot_be_promised(people: People, session: Session, level: Level, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        service_levels.update(session, people.mailbox_id, level, actor=people.alice)
    assert refused.value.field == field


def test_only_those_who_run_the_place_and_only_their_own(people: People, session: Session) -> None:
    with pytest.raises(NotPermitted):
        service_levels.update(session, people.mailbox_id, LEVEL, actor=people.bob)
    with pytest.raises(NotFound):
        service_levels.update(session, people.mailbox_id, LEVEL, actor=people.charlie)
    with pytest.raises(NotFound):
        service_levels.get(session, people.mailbox_id, actor=people.charlie)
