"""Text as its writer meant it: flowed, enriched, HTML that names its own charset, words that were encoded wrongly."""

import pytest

from services.mail.message import body_text, parse, snippet
from services.mail.message.enriched import to_plain
from services.mail.message.flowed import unflow


def test_flowed_text_is_joined() -> None:
    text = "A first \nparagraph.\n> quoted \n> words\n>> deeper\n \nstuffed:\n >From\n-- \nAnn \nBob"
    assert unflow(text, delsp=False) == (
        "A first paragraph.\n> quoted words\n>> deeper\n\nstuffed:\n>From\n-- \nAnn Bob"
    )


def test_delsp_takes_the_space_away() -> None:
    raw = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n日本 \n語\nnext\n"
    assert parse(raw.encode()).text == "日本語\nnext\n"


def test_text_that_says_nothing_of_flowing_stays() -> None:
    assert parse(b"Content-Type: text/plain\n\na \nb\n").text == "a \nb\n"


def test_enriched_text_alone_is_the_text() -> None:
    raw = b"Content-Type: text/enriched\n\n<bold>Now</bold> is\nthe <<time>\n\n<color><param>red</param>go</color>"
    assert body_text(parse(raw)) == "Now is the <time>\ngo"
    assert to_plain("<bold>a</bold><nl>b<lt>", "text/richtext") == "a\nb<"


def test_links_of_html_are_read_but_for_those_that_count_clicks() -> None:
    html = (
        f'<p>Reset it <a href="https://a.example/reset?t=1">here</a></p><a href="https://a.example/{"x" * 300}">b</a>'
    )
    text = body_text(parse(b"Content-Type: text/html\n\n" + html.encode()))
    assert text == "Reset it here <https://a.example/reset?t=1>\n\nb"
    assert snippet(text) == "Reset it here b"


@pytest.mark.parametrize("label", ["", "; charset=us-ascii"])
def test_html_may_tell_its_charset_itself(label: str) -> None:
    head = f"Content-Type: text/html{label}\n\n<html><head><meta charset='windows-1251'></head><p>".encode()
    assert body_text(parse(head + "Привет".encode("cp1251"))) == "Привет"


def test_raw_fields_are_in_the_charset_of_the_text() -> None:
    raw = "Subject: Привет мир\nFrom: Пётр <p@example.org>\nContent-Type: text/plain; charset=koi8-r\n\nx"
    parsed = parse(raw.encode("koi8-r"))
    assert (parsed.subject, parsed.author.name) == ("Привет мир", "Пётр")
    assert parsed.header("subject") == "Привет мир"
    assert parse(raw.encode()).subject == "Привет мир"


def test_plain_words_labelled_base64_are_shown() -> None:
    raw = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nThis was never encoded, see?\n"
    assert parse(raw).text == "This was never encoded, see?\n"


@pytest.mark.parametrize("head", [b"", b"\n", b"Received: from a\n\tby b; Mon, 1 Jan 2024 00:00:00 +0000\n"])
def test_mail_without_any_field_is_all_text(head: bytes) -> None:
    assert parse(head + b"disk full on host seven\nsend help\n\nnow\n").text == (
        "disk full on host seven\nsend help\n\nnow\n"
    )
