"""What a mailbox's flags and quota say at RCPT, and a mailbox that signs in."""

import asyncio
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from models import Domain, DomainStatus, Mailbox, Outbound
from services import clock, database
from services.errors import StorageFull
from smtp.listener import Listener
from tests.conftest import PASSWORD, People, cheap_hash
from tests.smtp.conftest import CONTENT, Client, add_alias
from tests.smtp.test_submission import plain

MB = 1 << 20


@pytest.fixture
def box(addresses: People) -> int:
    """ida@acme.test, a mailbox without an alias, whose password is PASSWORD."""
    with database.transaction() as session:
        domain = session.exec(select(Domain).where(Domain.name == "acme.test")).one()
        row = Mailbox(
            organisation_id=addresses.alice.organisation_id,
            name="Ida",
            domain_id=domain.id,
            local_part="ida",
            password_hash=cheap_hash(),
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id or 0


@pytest.fixture
def change(box: int, listener: Listener, addresses: People) -> Callable[..., None]:
    """Set what is given, and let the listener read it."""

    def set_values(**values: object) -> None:
        with database.transaction() as session:
            _set(session, box, values)
        read_again(listener)

    return set_values


def read_again(listener: Listener) -> None:
    with database.reading() as session:
        listener.directory.load(session)


def _set(session: Session, box: int, values: dict[str, object]) -> None:
    row = session.get_one(Mailbox, box)
    for name, value in values.items():
        setattr(row, name, value)


async def rcpt(client: Client, address: str = "ida@acme.test", *, mail: str = "MAIL FROM:<ann@customer.test>") -> str:
    await client.say("RSET")
    assert (await client.say(mail)).startswith("250"), mail
    return await client.say(f"RCPT TO:<{address}>")


async def test_its_own_address_receives_without_an_alias(box: int, listener: Listener) -> None:
    client = await Client.to(listener.ports["smtp"])
    assert (await rcpt(client)).startswith("250")
    assert (await rcpt(client, "IDA+shop@acme.test")).startswith("250")
    assert (await rcpt(client, "idaa@acme.test")).startswith("550 5.1.1")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"active": False}, "550 5.2.1"),
        ({"tls_in": True}, "530 5.7.0"),
        ({"quota": 1, "used_bytes": MB}, "452 4.2.2"),
    ],
)
async def test_flags_speak_at_rcpt(
    client: Client, change: Callable[..., None], values: dict[str, object], code: str
) -> None:
    change(**values)
    assert (await rcpt(client)).startswith(code)
    change(active=True, tls_in=False, used_bytes=0)
    assert (await rcpt(client)).startswith("250")


async def test_flags_hold_for_what_leads_to_it(client: Client, addresses: People, change: Callable[..., None]) -> None:
    with database.transaction() as session:
        _set(session, addresses.mailbox_id, {"active": False})
    change()
    assert (await rcpt(client, "support@acme.test")).startswith("550 5.2.1")


async def test_an_announced_size_that_does_not_fit(client: Client, change: Callable[..., None]) -> None:
    change(quota=1, used_bytes=MB // 2)
    mail = "MAIL FROM:<ann@customer.test> SIZE="
    assert (await rcpt(client, mail=f"{mail}{MB + 1}")).startswith("552 5.2.2")
    assert (await rcpt(client, mail=f"{mail}{MB // 2 + 1}")).startswith("452 4.2.2")
    assert (await rcpt(client, mail=f"{mail}{MB // 2}")).startswith("250")


async def test_what_was_taken_counts_at_once(client: Client, change: Callable[..., None]) -> None:
    change(quota=1, used_bytes=0)
    content = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 9000
    assert (await client.send("ida@acme.test", content=content)).startswith("250")
    assert (await client.send("ida@acme.test", content=content)).startswith("452 4.2.2")
    assert (await client.send("ida@acme.test", "info@other.test", content=content)).startswith("250")
    assert (await client.send("ida@acme.test", content=content * 2)).startswith("452 4.2.2")


async def test_a_backup_takes_every_address(client: Client, addresses: People, listener: Listener) -> None:
    with database.transaction() as session:
        domain = session.exec(select(Domain).where(Domain.name == "pending.test")).one()
        domain.is_backup = True
    read_again(listener)
    assert (await rcpt(client, "anybody@pending.test")).startswith("250")


async def test_a_mailbox_signs_in_and_writes_as_itself(
    listener: Listener, box: int, change: Callable[..., None], addresses: People
) -> None:
    change(tls_out=True)
    client = await Client.to(listener.ports["submission"])
    assert await client.say(plain("Ida@acme.test", PASSWORD)) == "235 2.7.0 Welcome"
    assert await client.say("MAIL FROM:<support@acme.test>") == "550 5.7.1 You may send only as your own address"
    content = b"From: Ida <ida@acme.test>\r\nSubject: Offer\r\n\r\nDear Ann\r\n"
    assert (await client.send("ann@customer.test", content=content, sender="ida@acme.test")).startswith("250")
    forged = content.replace(b"ida@", b"support@")
    assert (await client.send("ann@customer.test", content=forged, sender="ida@acme.test")).startswith("550 5.7.1")
    with database.reading() as session:
        (row,) = session.exec(select(Outbound)).all()
    assert (row.reverse_path, row.needs_tls) == ("ida@acme.test", True)


@pytest.mark.parametrize("values", [{"active": False}, {"password_hash": ""}])
async def test_who_may_not_sign_in_learns_nothing(
    listener: Listener, change: Callable[..., None], values: dict[str, object]
) -> None:
    change(**values)
    client = await Client.to(listener.ports["submission"])
    assert await client.say(plain("ida@acme.test", PASSWORD)) == "535 5.7.8 The name or the password is wrong"


async def test_a_password_that_is_due_is_asked_for(listener: Listener, box: int, change: Callable[..., None]) -> None:
    change(must_change_password=True)
    client = await Client.to(listener.ports["submission"])
    assert await client.say(plain("ida@acme.test", "wrong")) == "535 5.7.8 The name or the password is wrong"
    words = f"535 5.7.8 Change the password first: http://mailroom.test/mailboxes/{box}"
    assert await client.say(plain("ida@acme.test", PASSWORD)) == words


async def test_a_suspended_domain_signs_nobody_in(listener: Listener, box: int, addresses: People) -> None:
    with database.transaction() as session:
        session.exec(select(Domain).where(Domain.name == "acme.test")).one().status = DomainStatus.SUSPENDED
    client = await Client.to(listener.ports["submission"])
    assert (await client.say(plain("ida@acme.test", PASSWORD))).startswith("535 5.7.8")


async def test_of_many_at_once_only_as_many_as_fit(listener: Listener, change: Callable[..., None]) -> None:
    change(quota=1, used_bytes=0)
    content = b"Subject: big\r\n\r\n" + (b"y" * 76 + b"\r\n") * 4000  # three of them fit
    replies = await at_once(listener, 10, "ida@acme.test", content)
    assert sorted(reply[:9] for reply in replies) == ["250 2.6.0"] * 3 + ["452 4.2.2"] * 7


async def test_of_many_at_once_an_alias_takes_as_many_as_it_may(
    listener: Listener, change: Callable[..., None], addresses: People
) -> None:
    with database.transaction() as session:
        domain = session.exec(select(Domain).where(Domain.name == "acme.test")).one()
        add_alias(session, domain.id or 0, "twice", addresses.mailbox_id, expires_after=2)
    change()
    replies = await at_once(listener, 8, "twice@acme.test", CONTENT)
    assert sorted(reply[:9] for reply in replies) == ["250 2.6.0"] * 2 + ["550 5.2.1"] * 6


async def test_what_could_not_be_stored_takes_no_room(
    listener: Listener, client: Client, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(quota=1, used_bytes=0)
    content = b"Subject: big\r\n\r\n" + (b"y" * 76 + b"\r\n") * 9000

    def refuse(envelope: object, size: int) -> asyncio.Future[str]:
        kept: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        kept.set_exception(StorageFull("The disk is full."))
        return kept

    with monkeypatch.context() as broken:
        broken.setattr(listener._desk.writer, "submit", refuse)
        assert (await client.send("ida@acme.test", content=content)).startswith("452")
    assert (await client.send("ida@acme.test", content=content)).startswith("250")


async def at_once(listener: Listener, count: int, recipient: str, content: bytes) -> list[str]:
    """What so many sessions hear that have all been promised the recipient before the first sends its content."""
    clients = [await Client.to(listener.ports["smtp"]) for _ in range(count)]
    for client in clients:
        for line in ("MAIL FROM:<ann@customer.test>", f"RCPT TO:<{recipient}>", "DATA"):
            assert (await client.say(line))[0] in "23"
    return await asyncio.gather(*(client.say(content + b".") for client in clients))
