"""Mailboxes on screen: how full they are, an address and a password given, and who may change them."""

from nicegui import ui

from models import Assignment, Mailbox, Priority, TargetKind
from services import accounts, database, domains, mailboxes, quotas, service_levels
from tests.conftest import People
from tests.pages.conftest import Web, until


async def test_a_mailbox_gets_an_address_and_a_password(web: Web, acme: People) -> None:
    await database.call(domains.add, "acme.test", actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open("/mailboxes")
    await screen.should_see("No address of its own")
    await screen.open(f"/mailboxes/{acme.mailbox_id}")
    await screen.should_not_see("Password for mail programs")
    address = next(
        each for each in screen.find(kind=ui.input).elements if each.props["aria-label"] == "Its own address"
    )
    address.value = "support@elsewhere.test"
    screen.find(kind=ui.button, content="Save address").click()
    await until(lambda: address.error)
    address.value = "support@acme.test"
    screen.find(kind=ui.button, content="Save address").click()
    await until(lambda: stored(acme).local_part == "support")
    await screen.open(f"/mailboxes/{acme.mailbox_id}")

    def ask(new: str, again: str) -> ui.input:
        fields = {each.props["aria-label"]: each for each in screen.find(kind=ui.input).elements}
        fields["New password"].value, fields["New password again"].value = new, again
        screen.find(kind=ui.button, content="Change password").click()
        return fields["New password again"]

    repeated = ask("correct horse battery", "correct horse")
    await until(lambda: repeated.error)
    ask("correct horse battery", "correct horse battery")
    await until(lambda: stored(acme).password_hash)
    assert "correct horse" not in stored(acme).password_hash


async def test_what_it_holds_shows_by_itself(web: Web, acme: People) -> None:
    await database.call(mailboxes.update, acme.mailbox_id, quota=10, actor=acme.alice)
    screen = web.screen(acme.olga)
    await screen.open("/mailboxes")
    await screen.should_see("0 MB of 10 MB · 0 messages")
    await database.call(quotas.use, {acme.mailbox_id: (3, 9 << 20)})
    await database.call(mailboxes.update, acme.mailbox_id, tls_out=True, actor=acme.alice)
    await screen.should_see("9.0 MB of 10 MB · 3 messages", retries=20)
    await screen.should_see("TLS out")


async def test_only_those_who_manage_see_its_settings(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open(f"/mailboxes/{acme.mailbox_id}")
    await screen.should_see("In use")
    await screen.should_not_see("Limits and safety")
    await screen.open(f"/mailboxes/{acme.other_mailbox_id}")
    await screen.should_see("There is no such mailbox")


async def test_hours_and_promises_are_kept_as_typed(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open(f"/mailboxes/{acme.mailbox_id}")

    def control(kind: type, label: str) -> ui.input:
        return next(each for each in screen.find(kind=kind).elements if each.props["aria-label"] == label)  # type: ignore[no-any-return]

    monday, minutes = control(ui.input, "Monday"), control(ui.number, "Urgent: first answer within")
    monday.value, minutes.value = "17:00-09:00", 30
    screen.find(kind=ui.button, content="Save promises").click()
    await until(lambda: monday.error)
    monday.value = "09:00-12:30, 13:00-17:00"
    screen.find(kind=ui.button, content="Save promises").click()
    await until(lambda: stored(acme).hours)
    level = await database.read(service_levels.get, acme.mailbox_id, actor=acme.alice)
    assert level.hours == {"mon": [["09:00", "12:30"], ["13:00", "17:00"]]}
    assert level.targets == {Priority.URGENT: {TargetKind.FIRST: 30}}


def stored(acme: People) -> Mailbox:
    with database.reading() as session:
        return session.get_one(Mailbox, acme.mailbox_id)


async def test_a_rota_is_set_up_and_shows_who_is_next(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open(f"/mailboxes/{acme.mailbox_id}")

    def control(kind: type, label: str) -> ui.input:
        return next(each for each in screen.find(kind=kind).elements if each.props["aria-label"] == label)  # type: ignore[no-any-return]

    control(ui.select, "They go to").value = Assignment.ROUND_ROBIN
    await screen.should_see("Who takes turns")
    takers = control(ui.select, "Who takes turns")
    screen.find(kind=ui.button, content="Save rota").click()
    await until(lambda: takers.error)
    takers.value = [acme.bob.user_id]
    control(ui.number, "At most this many open conversations each").value = 5
    screen.find(kind=ui.button, content="Save rota").click()
    await screen.should_see("0 of 5 open", retries=20)
    await screen.should_see("Next")
    await database.call(accounts.set_away, True, actor=acme.bob)
    await screen.should_see("Away", retries=20)
    screen = web.screen(acme.bob)
    await screen.open(f"/mailboxes/{acme.mailbox_id}")
    await screen.should_see("Who gets new conversations")
    await screen.should_not_see("Save rota")
