"""The words mail programs put around a quotation, by language: patterns over single lines."""

import re

_VERBS = (
    r"wrote|writes|schrieb|geschrieben|(?:a )?écrit|escribi[oó]|escribe|(?:ha )?scritto|escreveu|schreef|geschreven"
    r"|skrev|napisał\(?a?\)?|kirjoitti|написал\(?а?\)?|пишет|писал\(?а?\)?|написа|yazdı|yazmış|a scris|napsal\(?a?\)?"
    r"|írta|έγραψε|写道|寫道|のメール|さんは書きました|작성|đã viết|menulis|said|följande|volgende"
)
_OPENERS = r"on|am|le|el|il|em|op|den|dnia|w dniu|в|at|på|pe|dne|在|vào|pada|quoting|a|ma|tir|fre|lør|søn|man|tor|ons"
_ADDRESS = r"[<\[(\"]?(?:mailto:)?[^\s<>@\"]+@[^\s<>\"]+[>\])\"]?"
HEADLINE = re.compile(
    rf"^[ \t>*]*(?:"
    rf"(?:{_OPENERS})\b.{{0,400}}?(?:{_VERBS}).{{0,80}}?[:\uff1a]"
    rf"|(?:{_OPENERS})\b.{{0,200}}?\d.{{0,200}}?(?:{_VERBS})"
    rf"|.{{2,200}}?(?:{_VERBS})(?: \([^()]*\)| .{{0,60}})?\s?[:\uff1a]"
    rf"|(?:on|le|am|el|il|em|op|den)\b.{{3,160}}\d.{{0,160}}{_ADDRESS}.{{0,20}}[:\uff1a]?"
    r"|(?:on|le|am|el|il)\b.{3,40}\d{4}.{1,12}\d{1,2}:\d\d,? (?-i:(?:[A-Z][\w.'-]*\s?){1,4})"
    rf"|\d{{1,2}}\.? \w+\.? \d{{4}}.{{1,20}}\d{{1,2}}:\d\d.{{2,160}}(?:{_VERBS})\s?[:\uff1a]"
    rf"|\d{{4}}[-/年.]\d.{{4,120}}(?:{_ADDRESS}|gmt.{{4,80}}).{{0,20}}[:\uff1a]?"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}.{{4,120}}{_ADDRESS}.{{0,20}}[:\uff1a]"
    rf"|.{{1,80}}{_ADDRESS},? (?:{_VERBS})\b.{{0,40}}[:\uff1a]?"
    rf")[ \t*]*$",
    re.IGNORECASE,
)
OPENER = re.compile(rf"^[ \t>*]*(?:(?:{_OPENERS})\b|\d{{4}}[-/年]|\d{{1,2}}\.? \w+\.? \d{{4}})", re.IGNORECASE)
_MARKS = (
    r"original (?:message|mail|e-mail|email|text)|ursprüngliche (?:nachricht|mail)|original-?nachricht"
    r"|message d'origine|message original|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht|reply message"
    r"|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|weitergeleitete nachricht|forwarded message"
    r"|forwarded by .*|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada"
    r"|doorgestuurd bericht|исходное сообщение|пересылаемое сообщение|转发邮件|原始邮件|元のメッセージ"
)
DIVIDER = re.compile(
    rf"^[ \t>*]*[-_=*—–]{{2,}}[ \t]*(?:{_MARKS})[ \t]*[-_=*—–]*[ \t]*$"
    r"|^[ \t>]*-{4,}[ \t]*\w[^-]{2,40}-{4,}[ \t]*$"
    r"|^[ \t>]*(?:begin forwarded message|début du message (?:transféré|réexpédié)"
    r"|anfang der weitergeleiteten nachricht|inicio del mensaje reenviado"
    r"|inizio messaggio inoltrato|início da mensagem encaminhada)\s?:?[ \t]*$"
    r"|^.{0,80}(?:(?:reply|respond|write|type) (?:above|below) this|above this line).{0,80}$",
    re.IGNORECASE,
)
FROM = (
    r"from|von|de|da|van|från|fra|od|от|kimden|mittente|发件人|寄件者|差出人|보낸 ?사람|expéditeur|remitente|afzender"
)
_OTHERS = (
    r"sent|date|to|cc|bcc|subject|reply-to|gesendet|datum|an|betreff|kopie|envoyé(?: le)?|le|à|pour|objet"
    r"|enviado(?: el| em)?|fecha|para|asunto|assunto|inviato|data|a|oggetto|verzonden|aan|onderwerp"
    r"|skickat|till|ämne|sendt|dato|til|emne"
    r"|wysłano|do|temat|отправлено|дата|кому|тема|копия|发送时间|收件人|主题|日期|宛先|件名|送信日時|importance|priority|组织"
)
FROM_FIELD = re.compile(rf"^[ \t>]*\*?(?:{FROM})\s?[:\uff1a]\*?\s*\S", re.IGNORECASE)
FIELD = re.compile(rf"^[ \t>]*\*?(?:{FROM}|{_OTHERS})\s?[:\uff1a]\*?(?:\s|$|\S)", re.IGNORECASE)
RULE = re.compile(r"^[ \t>]*[-_=*—–~#][-_=*—–~# \t]{1,}$")
SIGNATURE = re.compile(
    r"^(?:--|—|__|-- )[ \t]*$"
    r"|^[ \t>*-]*(?:sent|envoyé|gesendet|enviado|inviato|verzonden|skickat|sendt|wysłan[eo]|отправлено|von meinem)"
    r" (?:from|via|with|using|by|depuis|de|à partir|von|mit|desde|do|da|dal|dall|vanaf|van|från|fra|z|с|via mijn)\b"
    r".{0,80}$"
    r"|^[ \t*]*(?:get outlook for|télécharg|von meinem .{0,30} gesendet"
    r"|mit .{0,30} gesendet|this email was sent from).{0,80}$",
    re.IGNORECASE,
)
