"""Mail files in and out over HTTP, and the screen that follows them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import ImportState
from services import database, ids, imports, settings
from services.flows import importing
from services.mail.archives import escaped
from tests.conftest import People
from tests.pages.conftest import Web

AT = datetime(2024, 1, 1, tzinfo=UTC)
MAIL = b"From: carl@customer.test\r\nSubject: Order 1\r\nMessage-ID: <1@old.test>\r\n\r\nFrom me\r\n"


def address(mailbox_id: int) -> str:
    return f"/imports/file?mailbox={ids.encode('mbx', mailbox_id)}&name=old.mbox&status=closed&tag=old"


def kept() -> list[Path]:
    return list((settings.current().data_dir / "imports").glob("*"))


async def test_a_file_goes_in_and_comes_out(web: Web, acme: People) -> None:
    file = escaped(MAIL, AT) + escaped(b"\r\n", AT)
    async with web.browser(web.token(acme.alice)) as browser:
        taken = await browser.put(address(acme.mailbox_id), content=file)
        assert taken.status_code == 201 and [each.read_bytes() for each in kept()] == [file]
        await importing.bring_in(ids.decode("import", taken.json()["id"]))
        assert kept() == []
        faults = await browser.get(f"/imports/{taken.json()['id']}/faults.csv")
        assert faults.text == "message,where,why\r\n2,mbox,It is empty.\r\n"
        out = await browser.get(f"/imports/{ids.encode('mbx', acme.mailbox_id)}/export.mbox")
    assert out.content == escaped(MAIL, AT) and "attachment" in out.headers["content-disposition"]


async def test_who_may_not_leaves_nothing_behind(web: Web, acme: People) -> None:
    async with web.browser(web.token(acme.bob)) as browser:
        assert (await browser.put(address(acme.mailbox_id), content=MAIL)).status_code == 403
    async with web.browser(web.token(acme.charlie)) as browser:
        assert (await browser.put(address(acme.mailbox_id), content=MAIL)).status_code == 404
        assert (await browser.get(f"/imports/{ids.encode('mbx', acme.mailbox_id)}/export.mbox")).status_code == 404
    assert kept() == []


async def test_no_import_takes_the_room_of_new_mail(web: Web, acme: People, monkeypatch: pytest.MonkeyPatch) -> None:
    async with web.browser(web.token(acme.alice)) as browser:
        taken = await browser.put(address(acme.mailbox_id), content=escaped(MAIL, AT))
        disk = shutil.disk_usage(settings.current().data_dir)._replace(total=1 << 40, free=imports.SPARED + 10)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: disk)
        refused = await browser.put(address(acme.mailbox_id), content=MAIL)
        assert refused.status_code == 507 and len(kept()) == 1
        disk = disk._replace(free=imports.SPARED - 1)
        number = ids.decode("import", taken.json()["id"])
        await importing.bring_in(number)
        with database.reading() as session:
            row = imports.get(session, number, actor=acme.alice)
        assert (row.state, row.error, row.imported) == (ImportState.FAILED, importing.NO_ROOM, 0)
        disk = disk._replace(free=imports.SPARED + 10)
        with database.transaction() as session:
            imports.retry(session, number, actor=acme.alice)
        await importing.bring_in(number)
    with database.reading() as session:
        assert imports.get(session, number, actor=acme.alice).imported == 1


async def test_the_screen_tells_how_it_went(web: Web, acme: People, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(escaped(MAIL, AT))
    with database.transaction() as session:
        choice = imports.Choice()
        row = imports.begin(session, acme.mailbox_id, path, name="old.mbox", choice=choice, actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open("/imports")
    await screen.should_see("old.mbox")
    await screen.should_see("Into Support · waiting")
    await screen.should_see("No remote account yet")
    await importing.bring_in(row.id or 0)
    await screen.open("/imports")
    await screen.should_see("Into Support · 1 imported")
