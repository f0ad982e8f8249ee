"""Other programs' mail files: every dialect, from any place on, in bounded memory, and back again byte for byte."""

import io
import tarfile
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.mail.archives import TOO_LARGE, Item, escaped, items

AT = datetime(2024, 3, 5, 7, 8, 9, tzinfo=UTC)
LINE = b"From carl@customer.test Tue Mar  5 07:08:09 2024\n"


def read(path: Path, start: tuple[int, int] = (0, 0), most: int = 1 << 20) -> list[Item]:
    return list(items(path, start, most=most))


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_each_line_end_and_the_escapes(tmp_path: Path, end: bytes) -> None:
    one = b"Subject: One\n\n>From here\n>>From there\nFrom me to you\n"
    file = LINE + one + b"\n" + LINE + b"Subject: Two\n\nText\n\n"
    found = read(put(tmp_path / "x.mbox", file.replace(b"\n", end)))
    shown = [each.content.replace(b"\r\n", b"\n") for each in found]
    assert shown == [b"Subject: One\n\nFrom here\n>From there\nFrom me to you\n", b"Subject: Two\n\nText\n"]
    assert found[0].at == AT


def test_content_length_counts_where_it_is_right(tmp_path: Path) -> None:
    body = b"From x Tue Mar  5 07:08:09 2024\n\nFrom y Tue Mar  5 07:08:09 2024\n"
    right = LINE + b"Content-Length: %d\n\n" % len(body) + body + b"\n"
    wrong = LINE + b"Content-Length: 7\n\nLonger than seven\n\n"
    first, second = read(put(tmp_path / "x", right + wrong))
    assert first.content.endswith(body) and second.content.endswith(b"Longer than seven\n")


def test_sentences_do_not_part_messages(tmp_path: Path) -> None:
    text = b"Subject: One\n\nHello.\n\nFrom now on all is well.\n"
    assert [each.content for each in read(put(tmp_path / "x", LINE + text + b"\n"))] == [text]


def test_it_goes_on_from_any_place(tmp_path: Path) -> None:
    path = put(tmp_path / "x", b"".join(escaped(b"Subject: %d\n\nText\n" % number, AT) for number in range(5)))
    whole = read(path)
    for number, item in enumerate(whole):
        assert [each.content for each in read(path, item.after)] == [each.content for each in whole[number + 1 :]]


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\r\n\r\nFrom me\r\n>From you\r\n>>From them\r\n",
        b"Subject: x\r\n\r\nno line end",
        b"Subject: x\n\nblank lines\n\n\n",
        b"Subject: x\r\n\r\nFrom a Tue Mar  5 07:08:09 2024\r\n\r\nFrom b Tue Mar  5 07:08:09 2024\r\n\r\n",
        b"Subject: x\r\nContent-Length: 3\r\n\r\na\n\nFrom \r\n",
    ],
)
def test_out_and_in_again_changes_no_byte(tmp_path: Path, content: bytes) -> None:
    other = b"Subject: other\r\n\r\nText\r\n"
    path = put(tmp_path / "x", b"".join(escaped(each, AT) for each in (content, other, content)))
    assert [each.content for each in read(path)] == [content, other, content]


def test_a_maildir_with_flags_and_folders(tmp_path: Path) -> None:
    put(tmp_path / "cur/1.a.host:2,FRS", b"Subject: One\n\nText\n")
    put(tmp_path / "new/2.a.host", b"Subject: Two\n\nText\n")
    put(tmp_path / "tmp/3.a.host", b"half")
    put(tmp_path / ".Projects.Alpha/cur/4.a.host:2,S", b"Subject: Four\n\nText\n")
    put(tmp_path / ".Junk/cur/5.a.host:2,", b"Subject: Five\n\nText\n")
    put(tmp_path / "dovecot-uidlist", b"3 V1\n")
    found = {each.content[9:13].decode(): each.marks for each in read(tmp_path)}
    assert len(found) == 4 and found["Five"].junk and not found["Two\n"].seen
    assert (found["One\n"].seen, found["One\n"].answered, found["One\n"].flagged) == (True, True, True)
    assert found["Four"].folder == "Projects/Alpha" and found["One\n"].folder == ""


def test_zip_and_tar_hold_both(tmp_path: Path) -> None:
    files = {"a/one.eml": b"Subject: One\n\nText\n", "Work.mbox": escaped(b"Subject: Two\n\nText\n", AT) * 2}
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    for name in ("x.zip", "x.tar.gz"):
        found = read(tmp_path / name)
        assert [each.content[9:12] for each in found] == [b"One", b"Two", b"Two"]
        assert [each.marks.folder for each in found] == ["a", "Work", "Work"]
        assert len(read(tmp_path / name, found[1].after)) == 1


def test_status_fields_and_labels(tmp_path: Path) -> None:
    heads = [
        b"Status: RO\nX-Status: AF\n",
        b"X-Mozilla-Status: 0009\n",
        b"X-Gmail-Labels: Inbox,Starred,Unread,Customers\n",
        b"X-Gmail-Labels: Sent,Opened\n",
    ]
    path = put(tmp_path / "x.mbox", b"".join(escaped(head + b"Subject: x\n\nText\n", AT) for head in heads))
    pine, mozilla, gmail, sent = (each.marks for each in read(path))
    assert pine.seen and pine.answered and pine.flagged and not pine.deleted
    assert mozilla.seen and mozilla.deleted
    assert gmail.flagged and not gmail.seen and gmail.folder == "Customers"
    assert sent.seen and sent.folder == ""


def test_a_huge_message_costs_no_memory_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.write(escaped(b"Subject: One\n\nText\n", AT) + LINE + b"Subject: Huge\n\n")
        for _ in range(30):
            file.write(b"x" * (1 << 20))
        file.write(b"\n\n" + escaped(b"Subject: Three\n\nText\n", AT))
    tracemalloc.start()
    found = read(path, most=1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [each.problem for each in found] == ["", TOO_LARGE, ""] and peak < 8 << 20
