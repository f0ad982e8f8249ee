"""What a company's server puts around a letter is told from what somebody wrote, in several languages."""

import pytest

from services.mail.quoting import is_forward_html, split_html, split_text
from services.mail.sanitize import to_text

ANSWER = "We go with option B."
BANNERS = [
    "[EXTERNAL] This message came from an external sender. Be careful with links.",
    "ACHTUNG: Diese E-Mail stammt von außerhalb der Organisation. Öffnen Sie keine Anhänge unbekannter Absender.",
    "ATTENTION : ce courriel provient de l'extérieur de l'entreprise.",
    "CUIDADO: Este correo se originó fuera de la organización.",
    "You don't often get email from ann@example.org. Learn why this is important<https://aka.ms/Learn>",
    "Sie erhalten nicht häufig E-Mails von ann@example.org. Erfahren Sie, warum dies wichtig ist.",
]
NOTICES = [
    "Confidentiality notice: this message is intended only for its addressee. Please delete it if received in error.",
    "Ce courriel est confidentiel. Si vous n'êtes pas le destinataire, merci de le détruire.",
    "Este mensaje es confidencial y va dirigido a su destinatario. Si lo recibió por error, elimínelo.",
    "Questo messaggio è riservato al destinatario. Se ricevuto per errore, si prega di cancellarlo.",
    "Esta mensagem é confidencial. Se a recebeu por engano, apague-a.",
    "Dit bericht is vertrouwelijk en bestemd voor de geadresseerde. Verwijder het als u het abusievelijk ontving.",
    "Detta meddelande är konfidentiellt och avsett för mottagaren.",
    "Niniejsza wiadomość jest poufna i przeznaczona dla adresata.",
    "Это сообщение конфиденциально и предназначено только адресату.",
    "このメールには機密情報が含まれています。誤って受信された場合は削除してください。",
    "Denken Sie an die Umwelt, bevor Sie diese E-Mail drucken.",
    "Pensez à l'environnement avant d'imprimer ce courriel.",
    "Virus-free.www.avast.example",
    "This message was scanned for viruses by ACME antivirus",
]
OWN = [
    "This message is for Ann, please.",
    "Attention: the door is at the back.",
    "Caution, the parcel is fragile and stands outside my door.\n\nPlease take it in.",
    "Please delete the confidential file that I sent you by mistake. I am not its intended recipient.",
    "This e-mail is my third one about the invoice.\n\nThis message is my fourth: where is my money?",
    "Our environment is Debian 12.\n\nPrinting fails with an error.",
    "I checked the file for viruses.",
    "Our company number is 12, registered in Wales.\n\nSitz der Gesellschaft: Cardiff, Geschäftsführerin: Ann",
    "This message is about confidential data that your notice says you delete.\n\nWhen do you delete mine?",
    "This e-mail was sent in error, please delete my account.",
    "This message is a copy of my first one: delete that.",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_banners_above(banner: str) -> None:
    assert split_text(f"{banner}\n\n{ANSWER}\n")[0] == ANSWER
    assert split_text(f"{banner}\n\n{ANSWER}\n\nOn 1 Jan 2024, Ann <ann@example.org> wrote:\n> A?\n")[0] == ANSWER


@pytest.mark.parametrize("notice", NOTICES)
def test_notices_below(notice: str) -> None:
    assert split_text(f"{ANSWER}\n\n{notice}\n")[0] == ANSWER
    assert split_text(f"{ANSWER}\n\nKind regards\nAnn\n\n{notice}\n\n-----Original Message-----\nA?\n")[0] == ANSWER


def test_an_imprint_below_a_notice_goes_with_it() -> None:
    imprint = "Acme Ltd. is registered in England No. 12.\n\nSitz der Gesellschaft: Bonn"
    assert split_text(f"{ANSWER}\n\n{NOTICES[0]}\n\n{imprint}\n")[0] == ANSWER


@pytest.mark.parametrize("text", [*OWN, *BANNERS, *NOTICES])
def test_nothing_is_left_out_of_a_letter(text: str) -> None:
    """Neither own words that sound alike, nor a notice that is all there is, nor one that somebody speaks of."""
    assert split_text(text) == (text, "")
    assert split_text(f"Our server adds something to each mail.\n\n{text}\n\nWhat does it mean?")[1] == ""


QUOTATION = '<div>On 1 Jan 2024, Ann &lt;ann@example.org&gt; wrote:</div><blockquote type="cite">A or B?</blockquote>'


def read(html: str) -> str:
    return " ".join(to_text(split_html(html)[0]).split())


@pytest.mark.parametrize("notice", NOTICES)
def test_notices_below_in_html(notice: str) -> None:
    """Below the answer, between it and the quotation, and below both; what was folded is all there."""
    below = f"<p>{notice}</p>"
    for html in (below, below + QUOTATION, QUOTATION + below):
        new, quoted = split_html(f"<div><p>{ANSWER}</p>{html}</div>")
        assert " ".join(to_text(new).split()) == ANSWER
        assert to_text(below) in to_text(quoted)
    assert read(f"<div>{ANSWER}<br><br>{notice}</div>") == ANSWER


@pytest.mark.parametrize("text", [*OWN, *NOTICES])
def test_nothing_is_left_out_of_a_letter_in_html(text: str) -> None:
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n\n"))
    assert split_html(paragraphs) == (paragraphs, "")
    whole = f"<p>Our server adds something.</p>{paragraphs}<p>What does it mean?</p>"
    assert split_html(whole) == (whole, "")


@pytest.mark.parametrize("text", OWN)
def test_own_words_at_the_end_stay(text: str) -> None:
    assert split_text(f"Hello,\n\n{text}")[1] == ""
    whole = "<p>Hello,</p>" + "".join(f"<p>{each}</p>" for each in text.split("\n\n"))
    assert split_html(whole) == (whole, "")


@pytest.mark.parametrize(
    "text",
    [
        "This message is confidential. Please delete it after reading.",
        "I checked the file for viruses with Avast antivirus: nothing.",
        "Please note that our test environment prints each e-mail twice.",
        "If you are not the right person, please pass this message on.",
        "Please move the totals above this line, not below it.",
        "(The total stands above the line.",
    ],
)
def test_words_that_sound_alike_stay(text: str) -> None:
    assert split_text(f"Hello,\n\n{text}") == (f"Hello,\n\n{text}", "")
    assert split_html(f"<p>Hello,</p><p>{text}</p>")[1] == ""


def test_a_newsletter_drawn_by_tables_keeps_its_feet() -> None:
    html = f"<table><tr><td><table><tr><td>Our offers</td></tr><tr><td>{NOTICES[0]}</td></tr></table></td></tr></table>"
    assert split_html(html) == (html, "")


def test_what_is_passed_on_below_a_notice_is_known() -> None:
    below = "<p>---------- Forwarded message ---------<br>From: Ann &lt;ann@example.org&gt;<br>Subject: Offer</p>"
    assert is_forward_html(split_html(f"<p>For you.</p><p>{NOTICES[0]}</p>{below}<p>Buy!</p>")[1])
