"""The rota of a mailbox as it is kept and shown."""

import pytest

from models import Assignment
from services import database, rotas
from services.errors import Invalid, NotFound, NotPermitted
from tests.conftest import People
from tests.services.rotas.conftest import change, mail


def save(people: People, user_ids: list[int], cap: int | None = None) -> rotas.Rota:
    with database.transaction() as session:
        return rotas.update(
            session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=user_ids, load_cap=cap,
            actor=people.alice,
        )  # fmt: skip


def test_it_shows_who_is_next_and_what_each_has_to_do(people: People, team: list[int]) -> None:
    save(people, team, cap=2)
    mail(5)
    change(team[1], is_away=True)
    with database.reading() as session:
        rota = rotas.get(session, people.mailbox_id, actor=people.olga)
    shown = [(turn.user_id, turn.load, turn.is_away, turn.is_full) for turn in rota.turns]
    assert shown == [
        (team[1], 1, True, False),
        (team[2], 1, False, False),
        (team[3], 1, False, False),
        (team[0], 2, False, True),
    ]
    assert (rota.next_id, rota.waiting, rota.load_cap) == (team[2], 0, 2)


def test_those_who_stay_keep_their_place(people: People, team: list[int]) -> None:
    save(people, team[:3])
    assert mail(2) == team[:2]
    save(people, [team[1], team[2], team[3]])
    assert mail(3) == [team[2], team[3], team[1]]


def test_bad_input_is_named(people: People, team: list[int]) -> None:
    for user_ids, cap, field in ([team[:1], 0, "load_cap"], [[], None, "user_ids"]):
        with pytest.raises(Invalid) as refused:
            save(people, user_ids, cap)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(Invalid):
        save(people, [people.olga.user_id or 0])
    with pytest.raises(NotFound):
        save(people, [people.charlie.user_id or 0])


def test_only_those_who_may_and_only_ones_own(people: People, team: list[int]) -> None:
    with database.transaction() as session:
        with pytest.raises(NotPermitted):
            rotas.update(session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=team, actor=people.bob)
        with pytest.raises(NotFound):
            rotas.get(session, people.other_mailbox_id, actor=people.alice)
