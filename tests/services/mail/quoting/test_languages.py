"""Headlines, header fields and signatures as mail programs write them, language by language."""

import pytest

from services.mail.quoting import is_forward, split_text

HEADLINES = [
    "On Mon, Jan 1, 2024 at 3:04 PM Ann Smith <ann@example.org> wrote:",
    "Am Mo., 1. Jan. 2024 um 15:04 Uhr schrieb Ann Smith <ann@example.org>:",
    "Le lun. 1 janv. 2024 à 15:04, Ann Smith <ann@example.org> a écrit :",
    "El lun, 1 ene 2024 a las 15:04, Ann Smith (<ann@example.org>) escribió:",
    "Il giorno lun 1 gen 2024 alle ore 15:04 Ann Smith <ann@example.org> ha scritto:",
    "Em seg., 1 de jan. de 2024 às 15:04, Ann Smith <ann@example.org> escreveu:",
    "Ann Smith <ann@example.org> escreveu no dia segunda, 1/01/2024 à(s) 15:04:",
    "Op ma 1 jan 2024 om 15:04 schreef Ann Smith <ann@example.org>:",
    "pon., 1 sty 2024 o 15:04 Ann Smith <ann@example.org> napisał(a):",
    "po 1. 1. 2024 v 15:04 odesílatel Ann Smith <ann@example.org> napsal:",
    "po 1. 1. 2024 o 15:04 Ann Smith <ann@example.org> napísal(a):",
    "Den mån 1 jan. 2024 kl 15:04 skrev Ann Smith <ann@example.org>:",
    "man. 1. jan. 2024 kl. 15:04 skrev Ann Smith <ann@example.org>:",
    "Den man. 1. jan. 2024 kl. 15.04 skrev Ann Smith <ann@example.org>:",
    "ma 1. tammik. 2024 klo 15.04 Ann Smith (ann@example.org) kirjoitti:",
    "пн, 1 янв. 2024 г. в 15:04, Ann Smith <ann@example.org>:",
    "пн, 1 січ. 2024 р. о 15:04 Ann Smith <ann@example.org> пише:",
    "Ann Smith <ann@example.org>, 1 Oca 2024 Pzt, 15:04 tarihinde şunu yazdı:",
    "Ann Smith <ann@example.org> 于2024年1月1日周一 15:04写道：",
    "Ann Smith <ann@example.org> 於 2024年1月1日 週一 下午3:04寫道：",
    "2024年1月1日(月) 15:04 Ann Smith <ann@example.org>:",
    "2024년 1월 1일 (월) 오후 3:04, Ann Smith <ann@example.org>님이 작성:",
    "في الاثنين، ١ يناير ٢٠٢٤ في ٣:٠٤ م تمت كتابة ما يلي بواسطة Ann Smith <ann@example.org>:",
    "\u202bבתאריך יום ב׳, 1 בינו׳ 2024 ב-15:04 מאת \u202aAnn\u202c <\u202aann@example.org\u202c>:\u202c",
    "Ann Smith <ann@example.org> ezt írta (időpont: 2024. jan. 1., H, 15:04):",
    "În lun., 1 ian. 2024 la 15:04, Ann Smith <ann@example.org> a scris:",
    "Στις Δευ 1 Ιαν 2024 στις 3:04 μ.μ., ο/η Ann Smith <ann@example.org> έγραψε:",
    "Vào Th 2, 1 thg 1, 2024 vào lúc 15:04 Ann Smith <ann@example.org> đã viết:",
    "ในวันที่ จ. 1 ม.ค. 2567 เวลา 15:04 Ann Smith <ann@example.org> เขียนว่า:",
    "Pada tanggal Sen, 1 Jan 2024 pukul 15.04 Ann Smith <ann@example.org> menulis:",
    "На пн, 1.01.2024 г. в 15:04 Ann Smith <ann@example.org> написа:",
    "pon, 1. sij 2024. u 15:04 Ann Smith <ann@example.org> napisao je:",
    "пон, 1. јан 2024. у 15:04 Ann Smith <ann@example.org> је написао/ла:",
    "V V pon., 1. jan. 2024 ob 15:04 je oseba Ann Smith <ann@example.org> napisala:",
    "2024-01-01, pr, 15:04 Ann Smith <ann@example.org> rašė:",
    "pirmd., 2024. g. 1. janv., plkst. 15:04 — lietotājs Ann Smith (<ann@example.org>) rakstīja:",
    "Kuupäev E, 1. jaanuar 2024 kell 15:04 kirjutas Ann Smith <ann@example.org>:",
    "Missatge de Ann Smith <ann@example.org> del dia dl., 1 de gen. 2024 a les 15:04:",
    "در دوشنبه ۱ ژانویه ۲۰۲۴ ساعت ۱۵:۰۴ Ann Smith <ann@example.org> نوشت:",
    "On 1 Jan 2024, at 15:04, Ann Smith <ann@example.org> wrote:",
    "Am 01.01.2024 um 15:04 schrieb Ann Smith:",
    "El 1 ene 2024, a las 15:04, Ann Smith <ann@example.org> escribió:",
    "Il giorno 1 gen 2024, alle ore 15:04, Ann Smith <ann@example.org> ha scritto:",
    "No dia 1 jan 2024, às 15:04, Ann Smith <ann@example.org> escreveu:",
    "Op 1 jan. 2024, om 15:04 heeft Ann Smith <ann@example.org> het volgende geschreven:",
    "1 jan. 2024 kl. 15:04 skrev Ann Smith <ann@example.org>:",
    "Ann Smith <ann@example.org> kirjoitti 1.1.2024 kello 15.04:",
    "Wiadomość napisana przez Ann Smith <ann@example.org> w dniu 1 sty 2024, o godz. 15:04:",
    "1 янв. 2024 г., в 15:04, Ann Smith <ann@example.org> написал(а):",
    "1. 1. 2024 v 15:04, Ann Smith <ann@example.org>:",
    "Dne 1. 1. 2024 v 15:04, Ann Smith <ann@example.org> napsal(a):",
    "Ann Smith <ann@example.org> şunları yazdı (1 Oca 2024 15:04):",
    "在 2024年1月1日，15:04，Ann Smith <ann@example.org> 写道：",
    "2024/01/01 15:04、Ann Smith <ann@example.org>のメール：",
    "2024. 1. 1. 오후 3:04, Ann Smith <ann@example.org> 작성:",
    "Ann Smith <ann@example.org> írta (2024. jan. 1. 15:04):",
    "On 1/1/24 15:04, Ann wrote:",
    "Le 01/01/2024 à 15:04, Ann a écrit :",
    "W dniu 01.01.2024 o 15:04, Ann pisze:",
    "01.01.2024 15:04, Ann пишет:",
    "2024. 01. 01. 15:04 keltezéssel, Ann írta:",
    "Pe 01.01.2024 15:04, Ann a scris:",
    "בתאריך 01/01/2024 בשעה 15:04, Ann כתב:",
    "Dňa 1. 1. 2024 o 15:04 Ann napísal(a):",
    "Den 2024-01-01 kl. 15:04, skrev Ann:",
    "At 03:04 PM 1/1/2024, you wrote:",
    "Ann Smith wrote:",
    "Quoting Ann Smith <ann@example.org>:",
    "--- Ann Smith <ann@example.org> wrote:",
    "---- On Mon, 01 Jan 2024 15:04:00 +0530 Ann <ann@example.org> wrote ----",
    "---- Ann Smith wrote ----",
    "On Monday, January 1st, 2024 at 3:04 PM, Ann Smith <ann@example.org> wrote:",
    "------- Original Message -------",
    "--------- Original message ---------",
    "-------- Ursprüngliche Nachricht --------",
    "-------- Message d'origine --------",
    "-------- Исходное сообщение --------",
    "------------------ 原始邮件 ------------------",
    "-----Původní zpráva-----",
    "-----Alkuperäinen viesti-----",
    "_____Originalmeddelande_____",
    "On Wednesday, March 4, 2020, Ann <ann@example.org> wrote:",
    "Ann <ann@example.org> schrieb am Mo., 1. Jan. 2024, 15:04:",
    "Il 01/01/2024 15:04, Ann ha scritto:",
    "El 1/1/24 a las 15:04, Ann escribió:",
    "Em 01/01/2024 15:04, Ann escreveu:",
    "On 2024-01-01 15:04, Ann wrote:",
    "On Mon, Jan 01, 2024 at 03:04:05PM +0100, Ann Smith wrote:",
    "* Ann Smith <ann@example.org> [2024-01-01 15:04]:",
    "Ann Smith writes:",
    "В Пн, 01/01/2024 в 15:04 +0300, Ann пишет:",
    "Il lun 1 gen 2024, 15:04 Ann Smith <ann@example.org> ha scritto:",
    "El lunes, 1 de enero de 2024, Ann Smith <ann@example.org> escribió:",
    "Le lundi 1 janvier 2024, Ann Smith <ann@example.org> a écrit :",
    "Dana 01.01.2024. u 15:04 Ann je napisao/la:",
]
ADDRESS = "Ann Smith <ann@example.org>"
FIELDS = [  # From, Sent, To and Subject in Outlook's words
    ("From", "Sent", "To", "Subject"),
    ("Von", "Gesendet", "An", "Betreff"),
    ("De", "Envoyé", "À", "Objet"),
    ("De", "Enviado el", "Para", "Asunto"),
    ("De", "Enviado", "Para", "Assunto"),
    ("Da", "Inviato", "A", "Oggetto"),
    ("Van", "Verzonden", "Aan", "Onderwerp"),
    ("Från", "Skickat", "Till", "Ämne"),
    ("Fra", "Sendt", "Til", "Emne"),
    ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    ("Od", "Wysłano", "Do", "Temat"),
    ("Od", "Odesláno", "Komu", "Předmět"),
    ("Feladó", "Elküldve", "Címzett", "Tárgy"),
    ("De la", "Trimis", "Către", "Subiect"),
    ("От", "Отправлено", "Кому", "Тема"),
    ("Від", "Надіслано", "Кому", "Тема"),
    ("Kimden", "Gönderildi", "Kime", "Konu"),
    ("Από", "Στάλθηκε", "Προς", "Θέμα"),
    ("发件人", "发送时间", "收件人", "主题"),
    ("寄件者", "寄件日期", "收件者", "主旨"),
    ("差出人", "送信日時", "宛先", "件名"),
    ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    ("Từ", "Đã gửi", "Đến", "Chủ đề"),
    ("จาก", "ส่ง", "ถึง", "เรื่อง"),
    ("من", "تاريخ الإرسال", "إلى", "الموضوع"),
    ("מאת", "נשלח", "אל", "נושא"),
    ("Dari", "Dikirim", "Kepada", "Subjek"),
]
DEVICES = """Sent from my iPhone|Get Outlook for iOS<https://aka.ms/o0ukef>|Sent from Yahoo Mail for iPhone
    |Sent with Proton Mail secure email.|Von meinem iPhone gesendet|Gesendet mit der GMX Mail App|Envoyé de mon iPhone
    |Envoyé à partir d’Outlook pour iOS|Enviado desde mi iPhone|Inviato da iPhone|Verstuurd vanaf mijn iPhone
    |Skickat från min iPhone|Sendt fra min iPhone|Wysłane z iPhone'a|Odesláno z iPhonu|Отправлено с iPhone
    |Отправлено из мобильной Почты Mail.ru
    |iPhone'umdan gönderildi|Lähetetty iPhonesta|iPhoneから送信|나의 iPhone에서 보냄
    |发自我的 iPhone|נשלח מה-iPhone שלי|تم الإرسال من الـ iPhone|Enviado do meu iPhone|Trimis de pe iPhone
    |Надіслано з iPhone|Sent from my phone. Please excuse typos.|(sent from a phone)|Télécharger Outlook pour Android
    |Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.|Sent via the Samsung Galaxy S21 5G
    |Küldve iPhone-omról|Στάλθηκε από το iPhone μου|-------- Sent from Samsung tablet"""
FORWARDS = """---------- Forwarded message ---------|Begin forwarded message:|-------- Weitergeleitete Mail --------
    |Anfang der weitergeleiteten Nachricht:|---------- Message transféré ---------|Début du message réexpédié :
    |---------- Mensaje reenviado ---------|Inizio messaggio inoltrato:|---------- Mensagem encaminhada ---------
    |---------- Doorgestuurd bericht ---------|-------- Пересылаемое сообщение --------|---------- 转发邮件 ---------
    |---------- Vidarebefordrat meddelande ---------|以下は転送されたメッセージです:
    |---------- 전달된 메시지 ---------"""
ANSWER = "Hello there, this works."


def each(names: str) -> list[str]:
    return ["".join(name.split("\n")).strip() for name in names.split("|")]


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("quotation", ["> Try this.\n> And that.", "Try this. It is good."])
def test_headlines(headline: str, quotation: str) -> None:
    for above in ("\n\n", "\n"):
        assert split_text(f"{ANSWER}{above}{headline}\n\n{quotation}\n")[0] == ANSWER


@pytest.mark.parametrize("headline", [each for each in HEADLINES if " <" in each and each[0] != "-"])
def test_headlines_that_are_broken(headline: str) -> None:
    broken = headline.replace(" <", "\n<", 1)
    assert split_text(f"{ANSWER}\n\n{broken}\n\nTry this. It is good.\n")[0] == ANSWER
    assert split_text(f"{ANSWER}\n\n{headline.replace(' <', ' <' + chr(10), 1)}\n\n> Try this.\n")[0] == ANSWER


@pytest.mark.parametrize("names", FIELDS)
@pytest.mark.parametrize("above", ["", "________________________________\n", "-----Original Message-----\n"])
@pytest.mark.parametrize("form", ["{}: ", "*{}:* ", "{} : ", "{}："])
def test_header_fields(names: tuple[str, str, str, str], above: str, form: str) -> None:
    values = (ADDRESS, "Monday, January 1, 2024 3:04 PM", "Bob <bob@example.org>", "RE: It does not work")
    block = "\n".join(form.format(name) + value for name, value in zip(names, values, strict=True))
    new, quoted = split_text(f"{ANSWER}\n\n{above}{block}\n\nIt does not work.\n")
    assert new == ANSWER
    assert "It does not work." in quoted


@pytest.mark.parametrize("device", each(DEVICES))
def test_devices(device: str) -> None:
    assert split_text(f"{ANSWER}\n\n{device}\n") == (ANSWER, device)


@pytest.mark.parametrize("divider", each(FORWARDS))
def test_forwarded_mail_is_known(divider: str) -> None:
    fields = f"From: {ADDRESS}\nSubject: Offer\nTo: bob@example.org"
    new, passed_on = split_text(f"For you.\n\n{divider}\n{fields}\n\nBuy!\n")
    assert new == "For you."
    assert is_forward(passed_on)


def test_answers_are_no_forwards() -> None:
    assert not is_forward(f"On 1 Jan 2024, {ADDRESS} wrote:\n> Forwarded message\n")


OWN = [
    "On the surface this looks like a headline.\n\nOn the other hand, it is none.\nOn average it works.",
    "The data comes From: our database, not From: external sources.",
    "I need mails that come from: john@example.com and from: jane@example.com",
    "Formats:\n\n2024-01-15 14:30:25\n15.01.2024 14:30\nJan 15, 2024 at 14:30\n\nAll are examples.",
    "## Key points\n----\n\n1. Faster\n2. Smaller\n\n----\n\nNo signature.\n\n====\n\nNor are these.",
    "My code:\n\n```\n# a\n-- \nSent from my iPhone\n> x\n```\n\nIt fails.",
    "It fails\n\nSent from my desk, is much easier than my mobile phone.",
    "From my phone I cannot open it.\n\nFrom my phone I cannot close it.",
    "Here is the certificate:\n\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\nDoes it help?",
    "My order\n\nName: Ann\nPhone: 123\nNo: 7\n\nThank you",
    "On Monday I wrote to you about the invoice of 5 March 2024.\nSince then nothing happened.",
    "Please change this:\n\n> the old words\n\nto something else.",
]


@pytest.mark.parametrize("text", OWN)
def test_own_words_are_left_alone(text: str) -> None:
    assert split_text(text) == (text, "")
