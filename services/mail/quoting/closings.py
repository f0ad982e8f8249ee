"""How people and devices end a letter: signature delimiters, "Sent from my …", "Kind regards", by language."""

import re

from services.mail.quoting.languages import any_of

DELIMITER = re.compile(r"(?:-{2}|—|–|_{2}|\+{2}|={2})[ \t]*$")
_SENT = """sent|sended|envoyé|envoyée|expédié|gesendet|versandt|geschickt|enviado|enviada|enviat|inviato|inviata
    |spedito|verzonden|verstuurd|skickat|skickades|sendt|wysłan[eoay]|odesláno|odoslané|отправлено|надіслано
    |lähetetty|küldve|elküldve|gönderildi|trimis|poslano|poslato|изпратено|послато|στάλθηκε|εστάλη|dikirim|dihantar
    |ipinadala|imetumwa|gestuur|được gửi|đã gửi|von meinem|von meiner|vom|da mio|dal mio
    |mobil gesendet"""
_WITH = """from|via|with|using|by|on|úr|depuis|de(?:puis)?|des d(?:e|el|es)|à partir|von|vom|aus|mit|über|unterwegs
    |desde|do|da|dal(?:la)?|tramite|con|par|meu|pelo|pela|vanaf|vanuit|van|met|från|med|fra|ved hjælp|z|ze|za pomocą
    |с|со|из|через|з|із|via mijn|puhelimestani|iphonesta|din|de pe|s|iz|са|са от|από|μέσω|dari|daripada|mula sa
    |kutoka|từ|em"""
_DEVICES = """iphone|ipad|ipod|android|samsung|galaxy|blackberry|outlook|windows|nokia|htc|huawei|xiaomi
    |google pixel|oneplus|motorola|sony xperia|xperia|lumia|phone|handy|smartphone|smart phone|telefon|téléphone
    |teléfono|telefono|telefone|telefoon|mobil|mobile|móvil|mobiel|cellphone|cell|tablet|yahoo|gmail|proton|aol
    |gmx|web\\.de|k-9|airmail|mailbox|spark|thunderbird|tutanota|fairemail|device|appareil|gerät|mailspring
    |postbox|mail|mobilgerät|mobiltelefon|komórk|telefonu|планшет|телефон|айфон|android-laite|apparat|puhelin
    |dispositivo|bluemail|type ?app|mymail|superhuman|hey|zoho|pc|mac|ti-\\d+"""
_WHOLE = """[^<>.!?]{0,30}outlook[^<>.!?]{0,30}<https?://aka\\.ms/\\w+>|skaff deg outlook .{0,60}|hanki outlook .{0,60}
    |ios için outlook.{0,60}|get (?:\\[?outlook|yahoo).{0,60}|télécharge[rz]? .{0,20}outlook.{0,60}
    |outlook (?:für|for|pour|para|per|voor|til|för) (?:ios|android|iphone).{0,40}|obtener? outlook .{0,60}
    |obtén outlook .{0,60}|scarica outlook .{0,60}|ottieni outlook .{0,60}|obter o outlook .{0,60}
    |outlook .{0,30} (?:herunterladen|beziehen|downloaden).{0,60}|hämta outlook .{0,60}|hent outlook .{0,60}
    |holen sie sich outlook .{0,60}|laden sie outlook .{0,60}|pobierz (?:program |aplikację )?outlook .{0,60}
    |stáhnout outlook .{0,60}|získejte outlook .{0,60}|obțineți outlook .{0,60}
    |скачать outlook .{0,60}|получить outlook .{0,60}|download outlook .{0,60}
    |(?:envoyée? avec|enviad[oa] com) [^,.!?]{0,60}(?:DEVICES)[^,.!?]{0,40}
    |(?:diese|this|ce|cet|este|questa|esta|dit|detta|denne)[ ]
    (?:nachricht|e-?mail|message|mail|mensaje|mensagem|correo|bericht|meddel\\w+)
    (?=.*(?:gesendet|sent|envoyé|enviad[oa]|inviat[ao]|verzonden|verstuurd|skickat|sendt))
    [^,.!?]{0,60}(?:DEVICES)[^,.!?]{0,60}
    |從我的.{1,30}傳送|从我的.{1,30}发送|[发發]自(?:我的.{1,30}|.{0,20}(?:邮箱|郵箱|手机|手機|邮件|iphone).{0,10})|寄自我的.{1,30}|來自我的.{1,30}
    |来自.{0,10}(?:手机|邮箱).{0,20}|.{1,20}から送信|.{1,30}에서 (?:보냄|보냈습니다|전송됨|발송됨)|ส่งจาก.{1,40}
    |đã gửi từ .{1,40}|được gửi từ .{1,40}|أُرسلت من .{1,40}|مرسل من .{1,40}|تم الإرسال من .{1,40}|נשלח מ.{1,40}
    |ارسال شده از .{1,40}|از .{1,40} ارسال شده?(?: است)?|मेरे .{1,40} से भेजा गया|আমার .{1,40} থেকে পাঠানো।?
    |nire .{1,40}tik bidalia|saadetud minu .{1,40}|nosūtīts no .{1,40}|išsiųsta iš .{1,40}
    |.{1,30}(?:'?d[ae]n|umdan|imden) gönderildi
    |lähetetty .{1,40}(?:sta|stä|stani|lla|llä|ltä|lta)|.{1,30}puhelimestani|mit .{1,40} gesendet
    |von unterwegs (?:gesendet|geschickt)|von meinem .{1,40}gesendet|iphone-omról küldve.{0,20}|küldve .{1,30}
    |.{1,40}(?:ról|ről|ból|ből|val|vel) (?:el)?küldve|elküldve .{1,40}|sent while mobile|sent on the (?:go|move|run)
    |sent using .{1,60}"""
_LINES = any_of(_WHOLE).replace("DEVICES", any_of(_DEVICES))
_WORDS = rf"(?:{any_of(_SENT)}) (?:{any_of(_WITH)})(?!\w)"
_DEVICE = any_of(_DEVICES)
_NAMED = re.compile(rf"(?<!\w)(?:{_DEVICE})", re.IGNORECASE)
_EXCUSE = (
    r"(?:, ?(?:please|so|hence|pls|excuse|sorry|typos|brevity|bitte|désolé|perdon).{0,60}"
    r"|\. ?(?:please|excuse|pls|sorry|apolog|forgive|typos).{0,60}|[<(\[].{0,200})?"
)
DEVICE = re.compile(
    rf"(?:-{{2,10}}\s)?[<(\[*_-]{{0,3}}(?:{_LINES}|{_WORDS}(?:[^,.!?]|\.\w){{0,80}}{_EXCUSE}"
    rf"|sent [^,.!?]{{0,40}}(?:{_DEVICE})[^,.!?]{{0,40}}|from my [^,.!?]{{0,20}}(?:{_DEVICE})[^,.!?]{{0,12}})"
    r"[>)\]*_.!]{0,4}$",
    re.IGNORECASE,
)
_WISHES = r"""(?:(?:with )?(?:best|kind|kindest|warm|warmest|many|very best)(?: and kind)?,? )?(?:regards|wishes)
    |yours(?: ever)?
    |yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|thanks (?:&|and) regards|cheers|all the best|best
    |respectfully(?: yours)?|rgds|kr|br|bien (?:à vous|cordialement)
    |(?:très |bien )?cordialement|(?:sincères |meilleures |cordiales )?salutations(?: distinguées)?|amicalement
    |bonne (?:journée|soirée|réception)
    |(?:mit )?(?:freundliche[mn]?|besten?|herzliche[nm]?|liebe[nm]?|schöne[nm]?|viele[nm]?|sonnige)
    (?: grü(?:ß|ss)e?n?| gru(?:ß|ss)| grüssen)(?: aus .{1,20})?
    |(?:(?:je|nous) vous pri(?:e|ons)|veuillez|dans cette attente).{0,20}(?:d['’])?
    (?:agréer|recevoir|accepter|croire).{0,120}
    |(?:reciban?|le env[ií]o|les? saluda)(?: usted(?:es)?)?(?: un)?(?: (?:cordial|atento|afectuoso))?[ ]?
    (?:saludos?|atentamente)?
    |mfg|lg|vg|hochachtungsvoll|gru(?:ß|ss)|grü(?:ß|ss)e
    |(?:un |cordiales |muchos )?(?:cordial )?saludos?(?: cordiales?)?|atentamente|atte\.?|un abrazo
    |(?:cordiali |distinti |cari )?saluti|cordialmente|atenciosamente|att\.?|abraços?
    |(?:com os )?(?:melhores )?cumprimentos
    |(?:met )?(?:vriendelijke|hartelijke|beste|met vriendelijke) groet(?:en)?|mvg|groet(?:en|jes)?|hoogachtend
    |(?:med )?(?:vänliga|bästa|venlig|vennlig|beste) (?:hälsningar|hälsning|hilsen|hilsner)|mvh|mh|hälsningar
    |hilsen|z (?:poważaniem|wyrazami szacunku)|pozdrawiam(?: serdecznie)?|pozdrowienia
    |(?:s )?(?:přátelským )?pozdrav(?:em|om|y)?|s úctou|üdvözlettel|tisztelettel|üdv|saygılar(?:ımla|ımızla)?
    |iyi çalışmalar|sevgiler|(?:ystävällisin )?terveisin|t[:.]|с уважени(?:ем|е)|поздрави
    |с наилучшими пожеланиями|з повагою
    |lugupidamisega|parimate soovidega|pagarbiai|su pagarba|ar cieņu|salutacions(?: cordials)?|atentament
    |με εκτίμηση|φιλικά|cu (?:stimă|respect)|toate cele bune
    |(?:srdačan|lijep|srdačni) pozdravi?|lp|lep pozdrav|此致|敬礼|敬禮|祝好
    |よろしくお願いします|敬具|감사합니다|ขอแสดงความนับถือ|trân trọng|hormat (?:kami|saya)|salam
    |مع (?:خالص )?(?:تحياتي|التحية|أطيب التحيات)|בברכה|תודה"""
SIGN_OFF = re.compile(
    rf"(?:{any_of(_WISHES)})(?:\s?[/|]\s?(?:{any_of(_WISHES)}))?[\s,.!;:、，。–-]{{0,3}}$", re.IGNORECASE
)
SIGNED = re.compile(rf"(?:{any_of(_WISHES)})[\s,.!;、，]{{1,3}}[^.!?]{{2,40}}$", re.IGNORECASE)

NAMED = re.compile(rf"(?i:{any_of(_WISHES)}), [^\W\d_a-z][\w.'-]*(?: [^\W\d_a-z][\w.'-]*){{0,2}}$")  # on one line


def is_delimiter(line: str) -> bool:
    """Whether the line parts a signature from the letter."""
    return len(line) < 8 and DELIMITER.match(line) is not None


def is_device(line: str) -> bool:
    """Whether the line is what a device puts below a mail."""
    return len(line) < 200 and DEVICE.match(line) is not None


def is_named_device(line: str) -> bool:
    """The same of a line that says which device or program it was, so surely that nothing need stand around it."""
    return is_device(line) and _NAMED.search(line) is not None
