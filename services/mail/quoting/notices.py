"""Paragraphs that servers put around a letter: warnings of strangers above it, secrecy and scanners below."""

import re

from services.mail.quoting.languages import any_of

LONGEST = 2_000  # characters of a paragraph
MOST_LINES = 25
BEGINNING = 160  # characters in which it says what it is
_BANNERS = r"""(?:caution|warning|attention|notice|external|extern\w*|achtung|vorsicht|hinweis|avertissement|cuidado
    |atenci[oó]n|aten[cç][aã]o|attenzione|let op|uwaga|внимание|esterno|opgelet|varning|obs|advarsel|this e-?mail
    |this message|diese (?:e-?mail|nachricht)|ce (?:message|courriel|mail)|este (?:mensaje|correo)
    |questo messaggio|questa e-?mail|deze e-?mail|dit bericht|\[[^\[\]]{0,40}extern[^\[\]]{0,20}\])"""
_STRANGERS = r"""outside (?:of )?(?:the|your|our|this)|external (?:sender|source|e-?mail|address)
    |(?:von|aus) (?:au(?:ß|ss)erhalb|extern)|externen? (?:absender|quelle)|extérieure? |expéditeur externe|externo
    |fuera de |(?:de )?fora d[aeo]|esterno|esterna|buiten |externe (?:afzender|bron)|z zewnątrz|spoza |внешн\w+|utanför
    |uden for |utenfor"""
_SELDOM = r"""(?:some people who received this message|you) don['’]t often get e-?mail from
    |sie erhalten nicht (?:oft|häufig) e-?mails? von|vous n['’]obtenez pas souvent d['’]e-?mail
    |no suele recibir correo|non si ricevono spesso messaggi|u ontvangt niet vaak|nie otrzymujesz często"""
_SELVES = r"""the (?:information|contents?) (?:contained |transmitted )?(?:in|of) th(?:is|e) (?:e-?mail|message|comm
    |trans)
    |this (?:e-?mail|message|communication|transmission)|(?:e-?mail )?(?:confidentiality|legal|privacy) (?:notice
    |discl)
    |disclaimer
    |diese(?:r|s)? (?:e-?mail|nachricht|mail|dokument)|der inhalt dieser|vertraulichkeitshinweis|haftungsausschluss
    |ce (?:message|courriel|mail|courrier)|cet e-?mail|le contenu de ce|avis de confidentialité|les informations cont
    |este (?:mensaje|correo|e-?mail|documento)|la información contenida|aviso (?:legal|de confidencialidad)
    |quest[oa] (?:messaggio|e-?mail|comunicazione)|le informazioni contenute|avviso di riservatezza|ai sensi del
    |esta (?:mensagem|comunicação)|a informação contida|dit (?:e-?mail)?bericht|deze e-?mail|de informatie
    |(?:detta|dette|denne|den här) (?:e-?post\w*|e-?mail|mail|meddelande\w*|meddelelse|melding)|treść tej
    |(?:ta|niniejsza) (?:wiadomość|korespondencja)|tat[oa] (?:e-?mailová )?zpráv|(?:это|данное|настоящее) сообщение
    |tämä (?:viesti|sähköposti)|ez az (?:e-?mail|üzenet)|bu (?:e-?posta|mesaj|ileti)|(?:この|本)(?:電子)?メール
    |本邮件|此邮件|本電子郵件"""
_SECRECY = (  # each says one of the things that such a notice says
    r"confiden[tcz]i|privileged|proprietary|vertraulich|geschützt|riservat|vertrouwelijk|konfidenti|fortrolig|poufn"
    r"|důvěrn|конфиденциальн|luottamuksel|bizalmas|gizli|機密|保密|机密|秘密",
    r"recipient|addressee|intended|bestimmt|adressat|empfänger|destinat|geadresseerde|bestemd|mottag|modtag|mottak"
    r"|adresat|adresát|адресат|vastaanottaj|címzett|alıcı|受信者|宛先|收件人",
    r"in error|mistake|irrtüm|versehent|par erreur|por error|per errore|por (?:engano|erro)|ten onrechte|abusievelijk"
    r"|vergissing|misstag|ved en fe|omyłk|pomyłk|omylem|по ошибке|vahingossa|tévedés|yanlışlık|誤|误",
    r"delet|destroy|vernicht|lösch|détrui|supprim|elimin|destru|borr|distrugg|cancell|apag|verwijder|vernietig|radera"
    r"|slet|usun|smaž|удал|poista|töröl|sil[ie]n|削除|破棄|删除|刪除",
    r"unauthori[sz]ed|disclos|distribut|dissemin|copy|unbefugt|weitergabe|diffus|autoris|divulg|vietat|prohib|proibi"
    r"|verspreid|obehörig|uberettige|zabronion|запрещ|views|opinions|represent|liab",
)
_IMPRINT = re.compile(
    r"registered (?:in|office|number|address)|company (?:no\b|number|reg)|views? (?:expressed )?.{0,40}author|vat no"
    r"|geschäftsführ|amtsgericht|handelsregister|sitz der gesellschaft|ust-?id|aufsichtsrat|vorstand|siège social"
    r"|\brcs\b|siret|capital (?:social|de)|sede legale|partita iva|domicilio social|\bkvk\b|kamer van",
    re.IGNORECASE,
)
_BANNER = re.compile(rf"\W{{0,6}}(?:{any_of(_BANNERS)})(?!\w)", re.IGNORECASE)
_STRANGER = re.compile(any_of(_STRANGERS), re.IGNORECASE)
_UNUSUAL = re.compile(rf"\W{{0,6}}(?:{any_of(_SELDOM)})", re.IGNORECASE)
_SELF = re.compile(rf"\W{{0,6}}(?:{any_of(_SELVES)})", re.IGNORECASE)
_SAID = tuple(re.compile(each, re.IGNORECASE) for each in _SECRECY)
_PRINTED = re.compile(
    r"(?=.{0,200}(?:environment|umwelt|environnement|ambient|milieu|miljö|miljø|środowisk|planet|trees))"
    r".{0,200}(?:print|druck|imprim|stamp|skriv|wydruk)",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    r"\W{0,4}(?:virus-?free|virenfrei|(?:garanti )?sans virus|libre de virus|privo di virus|virusvrij"
    r"|sem vírus)\W{0,3}\s?www\.|(?=.{0,120}vir(?:us|en)).{0,120}"
    r"(?:checked|scanned|überprüft|geprüft|analysé|revisado|gecontroleerd)"
    r"(?=.{0,120}(?:antivirus|avast|avg|scan|software|mcafee|sophos|norton|mimecast|messagelabs))",
    re.IGNORECASE,
)


def paragraph(seen: list[str], at: int) -> tuple[str, int]:
    """The words of the paragraph that begins at a line, and how many lines it has."""
    lines: list[str] = []
    for line in seen[at : at + MOST_LINES]:
        if not line:
            break
        lines.append(line)
    return " ".join(lines)[:LONGEST], len(lines)


def is_banner(text: str) -> bool:
    """Whether it warns of a sender from outside."""
    beginning = text[:BEGINNING]
    if _UNUSUAL.match(beginning):
        return True
    return _BANNER.match(beginning) is not None and _STRANGER.search(text[: 2 * BEGINNING]) is not None


def is_notice(text: str) -> bool:
    """Whether it asks for secrecy, spares trees or tells of a scanner."""
    if len(text) < BEGINNING and (_PRINTED.match(text) or _SCANNED.match(text)):
        return True
    if not _SELF.match(text):
        return False
    said = [each.search(text) is not None for each in _SAID]
    return sum(said) >= (2 if said[0] else 3)


def is_imprint(text: str) -> bool:
    """Whether it tells of the company: by itself somebody may have asked for that, below a notice nobody did."""
    return _IMPRINT.search(text) is not None
