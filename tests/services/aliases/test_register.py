"""Making, changing and removing aliases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from models import AliasStatus, DisabledPolicy, IntegrationType
from services import aliases, clock, database, events, integrations, mailboxes
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.mailboxes import Directory
from tests.conftest import People
from tests.services.aliases.conftest import Places


def test_plain_alias_feeds_the_first_mailbox(people: People, places: Places, session: Session) -> None:
    mailboxes.create(session, "Sales", actor=people.alice)
    made = aliases.add(session, places.ours, "Support", actor=people.alice)
    assert made.address == "support@acme.example"
    assert made.alias.mailbox_id == people.mailbox_id and made.alias.status is AliasStatus.ACTIVE
    assert made.member_ids == () and made.alias.received_count == 0


def test_everything_can_be_chosen(people: People, places: Places, session: Session) -> None:
    sales = mailboxes.create(session, "Sales", actor=people.alice)
    hook = integrations.add(session, IntegrationType.SLACK, "#sales", "https://hooks.slack.com/x", actor=people.alice)
    expires = clock.now() + timedelta(days=3)
    made = aliases.add(
        session,
        places.ours,
        "sales",
        mailbox_id=sales.id,
        member_ids=[people.bob.user_id or 0, people.alice.user_id or 0, people.bob.user_id or 0],
        integration_id=hook.integration.id,
        display_name="Acme\r\nSales",
        description="Spring fair",
        status=AliasStatus.DISABLED,
        disabled_policy=DisabledPolicy.DROP,
        expires_at=expires,
        actor=people.alice,
    )
    read = aliases.get(session, made.alias.id or 0, actor=people.olga)
    assert set(read.member_ids) == {people.alice.user_id, people.bob.user_id}
    assert (read.alias.display_name, read.alias.description) == ("Acme  Sales", "Spring fair")
    assert read.alias.expires_at == expires and read.alias.disabled_policy is DisabledPolicy.DROP
    assert (read.alias.mailbox_id, read.alias.integration_id) == (sales.id, hook.integration.id)


def test_change_leaves_the_rest(people: People, places: Places, session: Session) -> None:
    made = aliases.add(
        session, places.ours, "a", description="kept", member_ids=[people.bob.user_id or 0], actor=people.alice
    )
    changed = aliases.update(session, made.alias.id or 0, status=AliasStatus.DISABLED, actor=people.alice)
    assert changed.alias.status is AliasStatus.DISABLED
    assert (changed.alias.description, changed.member_ids) == ("kept", (people.bob.user_id,))
    changed = aliases.update(session, made.alias.id or 0, member_ids=[], mailbox_id=None, actor=people.alice)
    assert changed.member_ids == () and changed.alias.mailbox_id == people.mailbox_id


def test_whole_address_and_catch_all(people: People, places: Places, session: Session) -> None:
    assert aliases.add_address(session, "Info@ACME.example", actor=people.alice).address == "info@acme.example"
    assert aliases.add_address(session, "@acme.example", actor=people.alice).alias.local_part == "*"
    with pytest.raises(Invalid):
        aliases.add_address(session, "info", actor=people.alice)
    with pytest.raises(NotFound):
        aliases.add_address(session, "info@other.example", actor=people.alice)


@pytest.mark.parametrize("local_part", ["support", "SUPPORT", "*"])
def test_duplicate_is_a_conflict(people: People, places: Places, session: Session, local_part: str) -> None:
    aliases.add(session, places.ours, "support", actor=people.alice)
    aliases.add(session, places.ours, "*", actor=people.alice)
    with pytest.raises(Conflict):
        aliases.add(session, places.ours, local_part, actor=people.alice)


def test_foreign_ids_are_absent(people: People, places: Places, session: Session) -> None:
    theirs = aliases.add(session, places.theirs, "support", actor=people.charlie)
    hook = integrations.add(session, IntegrationType.SLACK, "x", "https://hooks.slack.com/x", actor=people.charlie)
    mine = aliases.add(session, places.ours, "mine", actor=people.alice).alias.id or 0
    for work in (
        lambda: aliases.add(session, places.theirs, "new", actor=people.alice),
        lambda: aliases.get(session, theirs.alias.id or 0, actor=people.alice),
        lambda: aliases.update(session, theirs.alias.id or 0, description="x", actor=people.alice),
        lambda: aliases.remove(session, theirs.alias.id or 0, actor=people.alice),
        lambda: aliases.update(session, mine, mailbox_id=people.other_mailbox_id, actor=people.alice),
        lambda: aliases.update(session, mine, integration_id=hook.integration.id, actor=people.alice),
        lambda: aliases.update(session, mine, member_ids=[people.charlie.user_id or 0], actor=people.alice),
        lambda: aliases.update(session, mine, mailbox_id=1 << 40, actor=people.alice),
    ):
        with pytest.raises(NotFound):
            work()
    assert aliases.all(session, domain_id=places.theirs, actor=people.alice) == []


def test_only_leads_change_aliases(people: People, places: Places, session: Session) -> None:
    mine = aliases.add(session, places.ours, "mine", actor=people.alice).alias.id or 0
    for work in (
        lambda: aliases.add(session, places.ours, "new", actor=people.bob),
        lambda: aliases.update(session, mine, description="x", actor=people.bob),
        lambda: aliases.remove(session, mine, actor=people.bob),
    ):
        with pytest.raises(NotPermitted):
            work()


def test_bad_options_name_their_field(people: People, places: Places, session: Session) -> None:
    mine = aliases.add(session, places.ours, "mine", actor=people.alice).alias.id or 0
    cases: list[tuple[str, dict[str, object]]] = [
        ("forward_to", {"forward_to": ["nowhere"]}),
        ("forward_to", {"forward_to": [f"x{number}@elsewhere.example" for number in range(21)]}),
        ("expires_after", {"expires_after": 0}),
        ("display_name", {"display_name": "x" * 201}),
        ("description", {"description": "x" * 1001}),
        ("expires_at", {"expires_at": datetime(2001, 1, 1, tzinfo=UTC)}),
    ]
    for field, options in cases:
        with pytest.raises(Invalid) as caught:
            aliases.update(session, mine, actor=people.alice, **options)  # type: ignore[arg-type]
        assert caught.value.field == field


def test_lists_search_and_pages(people: People, places: Places, session: Session) -> None:
    for local in ("a", "b", "c", "d", "e_e"):
        aliases.add(session, places.ours, local, actor=people.alice)
    aliases.add(session, places.ours, "off", status=AliasStatus.DISABLED, description="Flea Market", actor=people.alice)

    def names(**options: object) -> list[str]:
        return [each.alias.local_part for each in aliases.all(session, actor=people.bob, **options)]  # type: ignore[arg-type]

    assert names() == ["a", "b", "c", "d", "e_e", "off"]
    assert names(q="fleA") == ["off"] and names(q="e_e") == ["e_e"] and names(q="%") == []
    assert names(status=AliasStatus.DISABLED) == ["off"]
    page, total = aliases.page(session, number=2, limit=4, actor=people.bob)
    assert ([each.alias.local_part for each in page], total) == (["e_e", "off"], 6)


def test_listener_and_pages_learn_at_once(people: People, places: Places) -> None:
    directory, heard = Directory(), []
    stop = events.subscribe(heard.append)
    with database.transaction() as session:
        alias_id = aliases.add(session, places.ours, "support", actor=people.alice).alias.id or 0
    stop()
    assert events.DirectoryChanged(people.alice.organisation_id) in heard
    with database.reading() as session:
        directory.load(session)
    assert directory.verify_recipient("support+x@acme.example").alias_id == alias_id
    with database.transaction() as session:
        aliases.remove(session, alias_id, actor=people.alice)
    with database.reading() as session:
        directory.load(session)
    with pytest.raises(NotFound):
        directory.verify_recipient("support@acme.example")
