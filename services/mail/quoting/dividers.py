"""The lines mail programs draw above an original or a forwarded message, by language."""

import re

from services.mail.quoting.languages import any_of

_ORIGINAL = """original (?:message|mail|e-mail|email|text)|ursprüngliche (?:nachricht|mail|e-mail)
    |original-?nachricht|originalmail|message d'origine|message original|message initial|mensaje original
    |messaggio originale|mensagem original|oorspronkelijk bericht|oorspronkelijke bericht|reply message
    |ursprungligt meddelande|originalmeddelande|ursprungsmeddelande|oprindelig (?:meddelelse|besked|mail)
    |oprindelige besked|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość
    |původní zpráva|pôvodná správa|původní e-mail|eredeti üzenet|исходное сообщение|оригинальное сообщение
    |початкове повідомлення|оригінальне повідомлення|özgün ileti|orijinal (?:ileti|mesaj|e-posta)|original ileti
    |mesaj(?:ul)? original|mesaj orijinal|αρχικό μήνυμα|原始邮件|回复的原邮件|转发的原邮件|原始郵件|原郵件|原邮件
    |邮件原件|原始信件
    |元のメッセージ|元のメール|引用(?:ここから|開始|はじめ|始め)?|(?:ここ|以下)(?:から|、)?引用|オリジナルメッセージ
    |원본 ?(?:메시지|메일|이메일)|원래 메시지|ข้อความต้นฉบับ|ข้อความเดิม
    |thư gốc|tin nhắn gốc|pesan asli|mesej asal|الرسالة الأصلية|رسالة أصلية|پیام اصلی|הודעה מקורית
    |izvorna poruka|originalna poruka|izvirno sporočilo|algne sõnum|algkiri|sākotnējais ziņojums
    |pradinis laiškas|оригинално съобщение|missatge original
    |original appointment|ursprünglicher termin|rendez-vous d'origine|cita original|appuntamento originale
    |oorspronkelijke afspraak|ursprunglig avtalad tid|oprindelig aftale|opprinnelig avtale"""
_FORWARDED = """forwarded (?:message|mail|by .{0,60})|forward(?:ed)? header
    |weitergeleitete (?:nachricht|mail|e-mail)|message transféré|message réexpédié|mensaje reenviado
    |messaggio inoltrato|mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht
    |vidarebefordrat (?:meddelande|mejl|brev)|videresendt (?:meddelelse|besked|melding)|videresend(?:t|e)
    |(?:edelleen)?(?:välitetty|lähetetty) viesti|przekazana wiadomość|wiadomość przekazana|przesłana wiadomość
    |přeposlaná zpráva|preposlaná správa|továbbított üzenet|пересылаемое сообщение|пересланное сообщение
    |переслане повідомлення|переслано|iletilen (?:ileti|mesaj|e-posta)|yönlendirilmiş ileti|mesaj redirecționat
    |mesaj transmis|προωθημένο μήνυμα|转发邮件|转发的邮件|已转发邮件|轉寄郵件|轉寄的郵件|已轉寄的郵件
    |転送メッセージ|転送されたメッセージ|전달된 ?(?:메시지|메일)|ข้อความที่ส่งต่อ|thư được chuyển tiếp
    |pesan terusan|pesan yang diteruskan|رسالة محوّ?لة|رسالة معاد توجيهها|הודעה שהועברה|proslijeđena poruka
    |posredovano sporočilo|edastatud (?:kiri|sõnum)|пренасочено съобщение|препратено съобщение|missatge reenviat"""
_BEGUN = """begin forwarded message|start of forwarded message|début du message (?:transféré|réexpédié)
    |anfang der weitergeleiteten (?:nachricht|e-mail)|inicio del mensaje reenviado
    |inizio (?:del )?messaggio inoltrato|início da mensagem (?:encaminhada|reencaminhada)
    |begin doorgestuurd bericht|vidarebefordrat brev|videresendt meddelelse|start på videresendt melding
    |välitetty viesti alkaa|rozpoczęcie przekazywanej wiadomości|początek przekazywanej wiadomości
    |začátek přeposílané zprávy|továbbított levél kezdete|начало переадресованного сообщения
    |начало переадресованного письма|початок листа, що пересилається|yönlendirilmiş ileti başlangıcı
    |iletilen mesajın başlangıcı|下面是被转发的邮件|下面是被轉寄的郵件|開始轉寄郵件|開始轉寄信息
    |以下は、?転送されたメッセージです|전달된 메시지 시작|mesaj redirecționat|αρχή προωθημένου μηνύματος
    |forwarded message"""
_RULE = r"[-_=*—–~+#]{2,}"
DIVIDER = re.compile(
    rf"{_RULE}\s{{0,3}}(?:{any_of(_ORIGINAL)}|{any_of(_FORWARDED)})[\s:]{{0,3}}(?:{_RULE})?$"
    rf"|(?:{any_of(_BEGUN)})\s?[:\uff1a]$|(?:{any_of(_ORIGINAL)})\s?[:\uff1a]$",
    re.IGNORECASE,
)
# as mail programs draw it in a language unknown here, and anything between rules
ORIGINAL = re.compile(r"-{5}(?!BEGIN|END)[^-\s][^-]{2,40}[^-\s]-{5}$|-{8,10} [^-]{4,50} -{8,10}$")
NAMED_RULE = re.compile(r"[-=*_]{3,}\s?[^\W\d_].{1,150}?\s?[-=*_]{3,}$")
FORWARD = re.compile(rf"{_RULE}\s{{0,3}}(?:{any_of(_FORWARDED)})|(?:{any_of(_BEGUN)})\s?[:\uff1a]$", re.IGNORECASE)
_ABOVE_LINE = r"""above (?:this|the|that) (?:dotted |dashed )?line|au[- ]dessus de cette ligne
    |(?:ober|über)(?:halb)? (?:dieser|der) (?:zeile|linie)|(?:por )?encima de esta línea|acima desta linha
    |sopra (?:a )?questa (?:riga|linea)|boven (?:deze|dit) (?:regel|lijn)
    |(?:ovanför|över) (?:den här|denna) (?:rad|linje)\w*
    |over denne linjen?|(?:выше|над) этой (?:строк|лини|черт)\w+|powyżej te(?:j|go) (?:linii|wiersza)
    |nad t(?:ento|ímto|ýmto) (?:řád|riad)\w+|nad to vrstico|iznad ove (?:linije|crte)|tämän rivin yläpuolel\w+
    |(?:e|ezen?) (?:a )?(?:sor|vonal) f(?:ölé|ölött|elett)|bu satırın (?:üst|üzer)\w+
    |deasupra acest(?:ei|ui) (?:lini|rând)\w*
    |πάνω από αυτή|над този ред|(?:над цим|вище цього) рядк\w+|phía trên dòng này|di atas (?:baris|garis) ini|เหนือบรรทัดนี้
    |damunt d'aquesta línia|(?:この|上記の)(?:行|線)(?:より|の)?上|在?(?:此|这|這|本)(?:行|线|線)(?:之|以|的)?上
    |이 (?:줄|선|행) ?위|فوق هذا (?:السطر|الخط)|بالای این خط|מעל (?:ל)?(?:שורה|קו)"""
_ANSWERING = r"""reply|respond|write|type|enter|answer|antwort\w*|schreib\w*|répon\w+|écri\w+|saisi\w+|respond\w+
    |escrib\w+
    |rispond\w+|scriv\w+|digit\w+|escrev\w+|antwoord\w*|reageer|svar\w*|skriv|odpow\w+|wpisz|ответ\w*|напиш\w+"""
_HIGHER = ("above", "below", "dessus", "oberhalb", "über", "encima", "acima", "sopra", "boven", "over", "выше", "powyż")
_LINE = re.compile(any_of(_ABOVE_LINE), re.IGNORECASE)
_ASKED = re.compile(
    rf".{{0,20}}(?<!\w)(?:{any_of(_ANSWERING)})(?!\w).{{0,30}}(?:{any_of(_ABOVE_LINE)}|below this line)\W{{0,6}}$",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"##-.{2,120}-##$|-{2,}\s?do not (?:edit|remove|delete|change|write below)\b[^.]{0,40}-{2,}$", re.IGNORECASE
)
_WIDEST = 200  # characters of such a line
# "Ann Smith ---01/01/2024 15:04:00---Hello" by Notes, and ">>> Ann <ann@example.org> 01.01.2024 15:04 >>>" by GroupWise
_MOMENT = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: [AaPp]\.?[Mm]\.?| Uhr)?"
MESSAGE = re.compile(r"message du \d\d/\d\d/\d{2,4} (?:à )?\d\d:\d\d$", re.IGNORECASE)  # Orange
MOMENT = re.compile(rf"(?:\ufffc\s?)?[^\W\d_].{{1,80}}?\s?-{{3}}{_MOMENT}-{{3}}")
BETWEEN_MARKS = re.compile(rf"(?:>>>\s)?.{{2,160}}{_MOMENT}\s?>>>\s*$")
RULE = re.compile(r"[-_=*—–~#][-_=*—–~# \t]{1,}$")


def is_above(line: str) -> bool:
    """Whether it asks to write above it, as mail of help desks does: drawn around in any language, or nothing else."""
    if len(line) > _WIDEST:
        return False
    if line[0].isalpha():
        return any(map(line.lower().__contains__, _HIGHER)) and _ASKED.match(line) is not None
    if _MARKED.match(line):
        return True
    is_drawn = not (line[1:2].isalnum() or line[1:2].isspace()) or not (line[-1].isalnum() or line[-1] == ".")
    return is_drawn and not line[0].isdigit() and _LINE.search(line) is not None
