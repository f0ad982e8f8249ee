"""Sending from the composer: for how long it can be taken back, as its writer or the organisation chose."""

from datetime import timedelta

from nicegui import ui

from models import Organisation, User
from services import accounts, clock, database
from tests.conftest import People
from tests.pages.conftest import Web, until
from tests.services.desk import Desk, desk

__all__ = ["desk"]


def test_the_window_promised_is_the_one_kept(web: Web, desk: Desk) -> None:
    from pages.inbox.writing import Sent, deliver  # screens belong to the application `web` has made

    alice = desk.people.alice
    with database.transaction() as session:
        session.get_one(Organisation, alice.organisation_id).settings = {"undo_seconds": 30}
    for chosen, promised in ((None, 30), (20, 20), (0, 0)):
        draft_id = desk.draft()
        with database.transaction() as session, clock.stopped(clock.now()):
            accounts.prefer(session, undo_seconds=chosen, actor=alice)
            sent = deliver(session, {"draft": draft_id, "confirm": True}, actor=alice)
            assert isinstance(sent, Sent) and sent.undo_seconds == promised
            assert sent.message.sent_at == clock.now() + timedelta(seconds=promised)


async def test_ones_own_window_is_chosen_on_the_profile(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/settings")
    [undo] = [each for each in screen.find(kind=ui.select).elements if each.props["aria-label"] == "Undo send"]
    assert undo.value == 10
    undo.value = 30

    def preferences() -> dict[str, object]:
        with database.reading() as session:
            return session.get_one(User, acme.bob.user_id).preferences

    await until(lambda: preferences().get("undo_seconds") == 30)
