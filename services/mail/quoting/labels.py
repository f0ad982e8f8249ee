"""The names mail programs give to From, Date, To, Cc and Subject above what they quote, by language."""

import re
from enum import StrEnum

from services.mail.quoting.languages import any_of


class Role(StrEnum):
    """What a line of such a block says."""

    AUTHOR = "author"
    DATE = "date"
    RECIPIENTS = "recipients"
    COPIES = "copies"
    SUBJECT = "subject"
    OTHER = "other"


_LABELS = {
    Role.AUTHOR: """from|von|de|da|van|från|fra|frá|od|от|від|од|kimden|gönderen|lähettäjä|feladó|expéditeur
        |remitente|remetente|mittente|afzender|avsändare|afsender|avsender|nadawca|odesílatel|odosielateľ
        |отправитель|відправник|подател|από|αποστολέας|de la|expeditor|发件人|发送人|寄件者|寄件人|差出人|送信者
        |送信元|보낸 ?사람|보낸 ?이|발신자?|จาก|từ|người gửi|dari|pengirim|من|المرسل|از|فرستنده|מאת|pošiljatelj
        |pošiljalac|šalje|saatja|desde|प्रेषक|প্রেরক
        |kimdən|daripada|nga|mula (?:sa|kay)|kutoka|nuo|ումից|кімнен|منجانب|oddi wrth""",
    Role.DATE: """sent(?: at)?|date|gesendet(?: am)?|datum|envoyé(?: le| à)?|date d'envoi|le
        |enviado(?: el| em| a)?|enviada(?: em| a)?|fecha|data|data de envio|inviato|inviata|verzonden|skickat
        |sendt|dato|wysłano|wysłane|data wysłania|odesláno|odoslané|dátum|отправлено|дата|надіслано|відправлено
        |gönderildi|gönderilme tarihi|gönderme tarihi|gönderilen|tarih|lähetetty|päivämäärä|päiväys|pvm|elküldve
        |küldve|küldés ideje|στάλθηκε|εστάλη|ημερομηνία|trimis|发送时间|发送日期|日期|傳送日期|寄件日期|已傳送
        |時間|时间|送信日時|送信日|日時|日付|보낸 ?날짜|날짜|보냄|발신 ?일시?|전송 ?일시?|วันที่|ส่งเมื่อ|ส่ง
        |đã gửi|ngày|gửi|dikirim|terkirim|tanggal|تاريخ|التاريخ|تاريخ الإرسال|أُ?رسلت|تم الإرسال|تاریخ|ارسال شده
        |נשלח|תאריך|poslano|poslato|saadetud|kuupäev|nosūtīts|datums|išsiųsta|изпратено|послато|датум|bidalia
        |sent on|दिनांक|भेजा गया|পাঠানো|enviat(?: el)?|göndərildi|tarix|dihantar
        |dërguar|ipinadala|imetumwa|gestuur|испратено|жіберілді
        |ուղարկված է|anfonwyd|بھیجا گیا""",
    Role.RECIPIENTS: """to|an|à|a|para|aan|till|til|do|dla|komu|кому|до|получатель|за|kime|alıcı|vastaanottaja
        |címzett|προς|către|catre|收件人|收件者|宛先|받는 ?사람|받는 ?이|수신자?|수신인|ถึง|đến|tới|người nhận
        |kepada|untuk|إلى|الى|به|אל|za|prima|saaja|kellele|kam|destinataires?|destinatario|destinatário|प्रति|প্রাপক
        |per a|kimə|për|para (?:sa|kay)|kwa|ում|кімге|بنام""",
    Role.COPIES: """cc|bcc|cci|cco|ccn|kopie(?:n)?|kopia|kopi|kópia|kopiya|dw|udw|másolatot kap|másolat|копия
        |копія|копие|bilgi|kopio|κοιν\\.?|κοινοποίηση|抄送|副本|密件副本|참조|숨은 ?참조|สำเนา|tembusan
        |đồng kính gửi|نسخة|رونوشت|עותק|copie(?: à)?|copia|cópia|kópija|skt|blindkopie|hemlig kopia|c\\.c\\.
        |en copie""",
    Role.SUBJECT: """subject|betreff|betr(?:ifft)?\\.?|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne
        |temat|předmět|predmet|тема|относно|наслов|konu|aihe|otsikko|tárgy|θέμα|subiect|主题|主旨|主題|标题|標題
        |件名|제목|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|subjek|perihal|subyek|الموضوع|موضوع|נושא|naslov|zadeva|teema
        |tēma|temats|tema|assumpte|gaia|efni|विषय|বিষয়
        |mövzu|subjekti|paksa|թեմա|тақырып|pwnc""",
    Role.OTHER: """reply-to|antwort an|répondre à|responder a|rispondi a|risposta|importance|priority|priorität
        |wichtigkeit|importancia|priorité|attachments?|anlagen|pièces jointes|organi[sz]ation|sender|mailed-by
        |signed-by|resent-from|list-id|категория|важность|组织|附件""",
}


ROLES = tuple(Role)
FIELD = re.compile(
    r"[*_]{0,2}(?:" + "|".join(f"({any_of(_LABELS[role])})" for role in ROLES) + r")[*_]{0,2}[ \t]?[:\uff1a]",
    re.IGNORECASE,
)
AUTHOR = any_of(_LABELS[Role.AUTHOR])


def role_of(line: str) -> Role | None:
    """Which field of a header block the line shows; None if none."""
    if ":" not in line[:60] and "\uff1a" not in line[:60]:
        return None
    match = FIELD.match(line)
    return ROLES[(match.lastindex or 1) - 1] if match else None
