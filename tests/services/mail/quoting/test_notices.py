"""What a company's server puts around a letter is told from what somebody wrote, in several languages."""

import pytest

from services.mail.quoting import split_text

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
