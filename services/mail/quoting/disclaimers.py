"""Paragraphs that servers put below a letter: secrecy, scanners, trees and the company's imprint, by language."""

import re

from services.mail.quoting.languages import any_of

SHORT = 160  # characters of a line that spares trees, or of a heading
SCANNED = 400  # of a scanner's words
_HEADINGS = r"""(?:e-?mail )?(?:confidentiality|legal|privacy)(?: (?:notice|disclaimer|statement|warning|note))
    |disclaimer|legal disclaimer|important notice|haftungsausschluss|vertraulichkeitshinweis|rechtlicher hinweis
    |avis de confidentialité|clause de confidentialité|mentions légales|avertissement|aviso legal
    |aviso de (?:confidencialidad|privacidad|confidencialidade)|cláusula de confidencialidad|nota de confidencialidade
    |avviso di riservatezza|nota di riservatezza|informativa (?:sulla )?privacy|vertrouwelijkheidsverklaring
    |klauzula poufności|upozornění|конфиденциальность|gizlilik (?:notu|bildirimi)|yasal uyarı|免責事項|機密情報
    |免责声明|免責聲明"""
_SELVES = r"""the (?:information|contents?) (?:contained |transmitted )?(?:in|of) th(?:is|e) (?:e-?mail|message|comm
    |trans)
    |this (?:e-?mail|message|communication|transmission)
    |(?:das|die(?:se)?|der) (?:vorliegende )?(?:e-?mail|nachricht) (?:und|samt|einschließlich)
    |diese(?:r|s)? (?:e-?mail|nachricht|mail|dokument)|der inhalt dieser
    |(?:le présent|ce) (?:message|courriel|mail|courrier)|cet e-?mail|le contenu de ce|les informations cont
    |este (?:mensaje|correo|e-?mail|documento)|la información contenida|el contenido de este
    |quest[oa] (?:messaggio|e-?mail|comunicazione)|le informazioni contenute|ai sensi del
    |(?:esta mensagem|est[ae] e-?mail|esta comunicação)|a informação contida|as informações contidas
    |dit (?:e-?mail)?bericht|deze e-?mail|de (?:informatie|inhoud)
    |(?:detta|dette|denne|den här) (?:e-?post\w*|e-?mail|mail|meddelande\w*|meddelelse|melding)|treść tej
    |(?:ta|niniejsza) (?:wiadomość|korespondencja)|tat[oa] (?:e-?mailová )?(?:zpráv|správ)|táto (?:e-?mailová )?správ
    |(?:это|данное|настоящее) (?:электронное )?(?:сообщение|письмо)|(?:це|дане) (?:електронне )?(?:повідомлення|лист)
    |това (?:електронно )?(?:съобщение|писмо)|ova(?:j)? (?:elektronička )?(?:poruka|e-?mail)|to (?:e-)?sporočilo
    |tämä (?:viesti|sähköposti)|see (?:e-?kiri|sõnum|kiri)|ši[sī]?(?:ame)? (?:laišk|pranešim|e-pasts|vēstule|ziņojums)
    |ez az (?:e-?mail|üzenet)|jelen (?:e-?mail|üzenet)|bu (?:e-?posta|mesaj|ileti|elektronik)
    |acest (?:mesaj|e-?mail)|informațiile conținute|aquest (?:missatge|correu)
    |(?:αυτό το|το παρόν) (?:μήνυμα|e-?mail|ηλεκτρονικό)
    |(?:この|本)(?:電子)?メール|(?:本|此|这封|這封)(?:电子|電子)?(?:邮件|郵件)|(?:본|이) ?(?:이?메일|전자우편|메시지)
    |הודעה זו|הודעת דוא|דוא"ל זה|מייל זה|هذه الرسالة|هذا البريد|این (?:ایمیل|پیام|نامه)
    |(?:email|e-mail|thư|thông điệp) này
    |อีเมล(?:ฉบับ)?นี้|(?:e-?mail|pesan|surel|e-?mel|mesej) ini|यह (?:ईमेल|संदेश)"""
_RECEIVERS = r"""if you (?:are not|have received|received)|(?:wenn|falls|sollten) sie
    |si vous (?:n['’]êtes pas|avez reçu)
    |si (?:usted )?(?:no es|ha recibido|lo ha recibido)|se non (?:siete|è)|qualora|se (?:você )?não for
    |caso (?:você )?não
    |(?:indien|als) u|jeżeli|jeśli|если вы|any (?:unauthori[sz]ed|disclosure|review|use)|access (?:to|by)|jede"""
_SAYINGS = (  # each says one of the things that such a notice says
    r"confiden[tcz]i|confidenți|privileged|proprietary|vertraulich|geschützt|riservat|vertrouwelijk|konfidents?i"
    r"|fortrolig|poufn|důvěrn|dôvern|конфиденциальн|конфіденційн|поверителн|luottamuksel|bizalmas|gizli|povjerljiv"
    r"|poverljiv|zaupn|εμπιστευτικ|機密|保密|机密|秘密|기밀|비밀|סודי|חסוי|سري|محرمانه|bảo mật|ลับ|rahasia|rahsia|sulit"
    r"|गोपनीय",
    r"recipient|addressee|intended|bestimmt|adressat|empfänger|destinat|geadresseerde|bestemd|mottag|modtag|mottak"
    r"|adresat|adresát|адресат|получател|vastaanottaj|címzett|alıcı|primatelj|primaoc|naslovnik|saaja|gavėj|saņēmēj"
    r"|παραλήπτ|受信者|宛先|收件人|接收|수신|נמען|المستلم|المرسل إليه|گیرنده|مخاطب|người nhận|ผู้รับ|penerima|प्राप्तकर्ता",
    r"in error|mistake|irrtüm|versehent|fälschlich|par erreur|por error|per errore|por (?:engano|erro)|ten onrechte"
    r"|abusievelijk|vergissing|misstag|fejl|ved en fe|omyłk|pomyłk|omylem|omylom|по ошибке|помилк|погреш|vahingossa"
    r"|tévedés|yanlışlık|pogrešk|greškom|pomot|eksi|klaid|kļūd|greșeal|λάθος|誤|误|错收|잘못|착오|בטעות|خطأ|الخطأ|اشتباه"
    r"|nhầm|ผิดพลาด|kesalahan|tersilap|गलती",
    r"delet|destroy|vernicht|lösch|détrui|supprim|elimin|destru|borr|distrugg|cancell|apag|verwijder|vernietig|radera"
    r"|slet|usun|smaž|zmaž|vymaž|удал|видал|изтри|poista|töröl|sil[ie]n|obri[sš]|izbri|kustut|ištrin|dzēs|șterge|διαγρά"
    r"|削除|破棄|删除|刪除|삭제|파기|מחק|למחוק|حذف|xóa|xoá|ลบ|hapus|padam|हटा",
    r"unauthori[sz]ed|disclos|distribut|dissemin|copy|unbefugt|weitergabe|diffus|autoris|divulg|vietat|prohib|proibi"
    r"|verspreid|obehörig|uberettige|zabronion|запрещ|заборон|views|opinions|represent|liab|nicht gestattet",
)
_IMPRINT = re.compile(
    r"registered (?:in|office|number|address)|company (?:no\b|number|reg)|views? (?:expressed )?.{0,40}author|vat no"
    r"|geschäftsführ|amtsgericht|handelsregister|sitz der gesellschaft|ust-?id|aufsichtsrat|vorstand|siège social"
    r"|\brcs\b|siret|capital (?:social|de)|sede legale|partita iva|domicilio social|\bkvk\b|kamer van",
    re.IGNORECASE,
)
_HEADING = re.compile(rf"\W{{0,6}}(?:{any_of(_HEADINGS)})\W{{0,6}}$", re.IGNORECASE)
_HEADED = re.compile(rf"\W{{0,6}}(?:{any_of(_HEADINGS)})(?!\w)", re.IGNORECASE)
_SELF = re.compile(rf"\W{{0,6}}(?:{any_of(_SELVES)})", re.IGNORECASE)
_RECEIVER = re.compile(rf"\W{{0,6}}(?:{any_of(_RECEIVERS)})", re.IGNORECASE)
_SAID = tuple(re.compile(each, re.IGNORECASE) for each in _SAYINGS)
_PRINTED = (  # all three: what is spared, what of, and when
    r"environment|umwelt|environnement|ambient|milieu|miljö|miljø|środowisk|životní|planet|trees|bäume|arbre|natur"
    r"|ympäristö|környezet|çevre|природ|環境|环境",
    r"print|druck|imprim|stamp|skriv|wydruk|tiskn|vytisk|tulost|nyomtat|yazdır|печат|印刷|打印",
    r"before|think|really|avant|bevor|vor dem|wirklich|pens|antes|prima|voor|denk|innan|før|zanim|než|ennen|mielőtt"
    r"|mielott|önce|прежде|перед|前",
)
_SPARED = tuple(re.compile(each, re.IGNORECASE) for each in _PRINTED)
_FREE = r"""virus-?free|virenfrei|(?:garanti )?sans virus|libre de virus|privo di virus|virusvrij|sem vírus|bez wirusów
    |без вирусов|vrij van virussen"""
_SCANNED = re.compile(
    rf"\W{{0,4}}(?:{any_of(_FREE)})\W{{0,3}}\s?www\."
    rf"|\W{{0,4}}(?:{any_of(_SELVES)}|(?:no|checked|scanned|incoming|outgoing|e-?mail|mail|virus)\b"
    r"|l['’]absence de virus"
    r"|el software)(?=.{0,120}(?:v[ií]r(?:us|en|y)|wirus|вирус|malware)).{0,120}"
    r"(?:checked|scanned|swept|found|überprüft|geprüft|analysé|vérifié|revisado|comprobado|analizado|controllat"
    r"|verificad|escanead|gecontroleerd|gescand|sprawdzon|zkontrolován|проверен|kontroller)",
    re.IGNORECASE,
)


def is_notice(text: str) -> bool:
    """Whether it asks for secrecy, spares trees or tells of a scanner."""
    if is_scanned(text) or (len(text) < SHORT and all(each.search(text) for each in _SPARED)):
        return True
    if _HEADED.match(text) or _SELF.match(text):
        is_secret, is_addressed, is_stray, *others = _said(text)
        return (is_secret and (is_addressed or is_stray)) or is_secret + is_addressed + is_stray + sum(others) >= 3
    return _RECEIVER.match(text) is not None and sum(_said(text)) >= 3


def is_scanned(text: str) -> bool:
    """Whether a scanner of mail tells of its work."""
    return len(text) < SCANNED and _SCANNED.match(text) is not None


def is_heading(text: str) -> bool:
    """Whether it is but the heading of such a notice."""
    return len(text) < SHORT and _HEADING.match(text) is not None


def goes_on(text: str) -> bool:
    """Whether it goes on below a notice, where nobody writes: by itself somebody may have."""
    return is_heading(text) or is_notice(text) or _IMPRINT.search(text) is not None or sum(_said(text)) >= 2


def _said(text: str) -> list[bool]:
    return [each.search(text) is not None for each in _SAID]
