"""What a person answers, apart from what mail programs repeat below it."""

import time

import pytest

from services.mail.quoting import is_forward_html, split_html, split_text

HEADLINES = [
    "On Mon, 1 Jan 2024 at 10:00, Ann Smith <ann@example.org> wrote:",
    "On Mon, 1 Jan 2024 at 10:00, Ann Smith\n<ann@example.org> wrote:",
    "Am 01.01.2024 um 10:00 schrieb Ann Smith:",
    "Le lun. 1 janv. 2024 à 10:00, Ann Smith <ann@example.org> a écrit :",
    "El lun, 1 ene 2024 a las 10:00, Ann (<ann@example.org>) escribió:",
    "Il giorno lun 1 gen 2024 alle ore 10:00 Ann <ann@example.org> ha scritto:",
    "Em seg., 1 de jan. de 2024 às 10:00, Ann <ann@example.org> escreveu:",
    "Op ma 1 jan 2024 om 10:00 schreef Ann <ann@example.org>:",
    "Den mån 1 jan. 2024 kl 10:00 skrev Ann <ann@example.org>:",
    "pon., 1 sty 2024 o 10:00 Ann <ann@example.org> napisał(a):",
    "-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x",
    "-----Ursprüngliche Nachricht-----\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x",
    "________________________________\nDe : Ann <ann@example.org>\nEnvoyé : lundi\nÀ : Bob\nObjet : x",
    "*From:* Ann <ann@example.org>\n*Sent:* Monday\n*To:* Bob\n*Subject:* x",
    "Van: Ann <ann@example.org>\nVerzonden: maandag\nAan: Bob\nOnderwerp: x",
]


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_headlines(headline: str, mark: str) -> None:
    new, quoted = split_text(f"Thanks, that works.\n\nBob\n\n{headline}\n\n{mark}Try this.\n{mark}And that.\n")
    assert new == "Thanks, that works.\n\nBob"
    assert "Try this." in quoted


@pytest.mark.parametrize(
    "text", ["Hello", "On Monday I wrote to you.", "From: where?\nNowhere.", "a\n---\nb", "", "> only\n> this"]
)
def test_nothing_quoted(text: str) -> None:
    assert split_text(text) == (text, "")


def test_answers_between_keep_what_they_answer() -> None:
    new, quoted = split_text("On 1 Jan 2024, Ann wrote:\n\nFine.\n\n> first?\nyes\n\n> second?\nno\n\n> regards\n")
    assert new == "Fine.\n\n> first?\nyes\n\n> second?\nno"
    assert "regards" in quoted


def test_signatures_go_with_the_quotation() -> None:
    assert split_text("Yes.\n\n-- \nBob\nACME")[0] == "Yes."
    assert split_text("Yes.\n\nSent from my iPhone")[0] == "Yes."


QUOTES = [
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, Ann wrote:</div><blockquote>old</blockquote></div>',
    '<div class="gmail_quote gmail_quote_container"><div>On Mon, Ann wrote:</div><blockquote>old</blockquote></div>',
    '<div><br><blockquote type="cite"><div>On 1 Jan 2024, Ann wrote:</div>old</blockquote></div>',
    '<div class="moz-cite-prefix">Am 1.1.2024 um 10:00 schrieb Ann:</div><blockquote type="cite">old</blockquote>',
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt"><p><b>From:</b> Ann</p></div><p>old</p>',
    '<hr><div id="divRplyFwdMsg"><b>From:</b> Ann</div>old',
    "<hr style='width:98%'><div><font><b>De :</b> Ann<br><b>Envoyé :</b> lundi</font></div>old",
    "<div><b>Von:</b> Ann<br><b>Gesendet:</b> Montag</div>old",
    "<div>On 1 Jan 2024, at 10:00, Ann &lt;ann@example.org&gt; wrote:</div><blockquote>old</blockquote>",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_marks_of_mail_programs(quote: str) -> None:
    new, quoted = split_html(f"<html><body><p>Thanks!</p>{quote}</body></html>")
    assert "Thanks!" in new
    assert "old" not in new
    assert "old" in quoted


def test_html_that_is_left_whole() -> None:
    for html in (
        "<p>Hello</p>",
        "<p>As they say:</p><blockquote>old</blockquote>",
        '<div class="gmail_quote">old</div>',
        '<p>See below.</p><blockquote type="cite">old?</blockquote><p>new answer below</p>',
    ):
        assert split_html(html) == (html, "")


def test_both_halves_are_whole() -> None:
    cite = '<blockquote type="cite">old</blockquote>'
    new, quoted = split_html(f'<table bgcolor="#eee"><tr><td><p>Thanks!</p>{cite}</td></tr></table>')
    assert new == '<table bgcolor="#eee"><tr><td><p>Thanks!</p></td></tr></table>'
    assert quoted == f'<table bgcolor="#eee"><tr><td>{cite}</td></tr></table>'


def test_an_answer_below_what_it_answers() -> None:
    above = "<div>On 1 Jan 2024, Ann &lt;ann@example.org&gt; wrote:</div><blockquote>old</blockquote>"
    assert split_html(f"<body>{above}<p>Thanks!</p></body>") == ("<body><p>Thanks!</p></body>", above)


def test_marks_in_attributes_are_words() -> None:
    html = "<p>Hi</p><p title=\"<div class='gmail_quote'>\">there</p><blockquote type='cite'>old</blockquote>"
    assert split_html(html)[0] == "<p>Hi</p><p title=\"<div class='gmail_quote'>\">there</p>"


def test_forwarded_html_is_known() -> None:
    passed_on = '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ann'
    assert is_forward_html(split_html(f"<p>For you</p>{passed_on}</div>Buy!</div>")[1])


@pytest.mark.parametrize(
    "line", ["a " * 140, "on 1 " + "a@b " * 60, "- " * 140 + "x", "1 a 2020 1:11 " * 20, "> " * 140]
)
def test_long_mails_cost_little(line: str) -> None:
    started = time.thread_time()
    split_text(f"{line}\n" * 20_000)
    split_html(f"<div class='x'>{line}<br" * 5_000)
    assert time.thread_time() - started < 15
