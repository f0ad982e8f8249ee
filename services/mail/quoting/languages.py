"""The words mail programs put around a quotation or a forwarded mail, by language."""

import re

# he wrote, in the forms mail programs use; the shorter stem where a language inflects
_LATIN_VERBS = """quoting|zitat von|(?:citando|cytowanie|cituj[ie]|цитирую)(?=.{1,80}@)|mensaje citado por|citaat van
    |citat (?:från|fra)|missatge de|napisana przez|wrote|writes|has written|schrieb|geschrieben|écrit|écrivait
    |escribi[oó]|escribe|ha escrit|va escriure|scritto|scrisse|scrive|escreveu|escreve|schreef|geschreven|skrev
    |skriver|napisał(?:\\(a\\)|a|\\(-a\\))?|pisze|napsal(?:\\(a\\)|a)?|píše|napísal(?:\\(a\\)|a)?|kirjoitti
    |kirjutas|írta|írt|yazdı|yazmış|şunu yazdı|şunları yazdı|a scris|scria|napisao|napisala?(?:/la|\\(a\\))?|napisao/la
    |je pisal
    |piše|rašė|rakstīja|đã viết|viết|menulis|idatzi (?:du|zuen)|skrifaði|sent|said|responded|a répondu|antwortete|sendte
    |sendi|schreibt|ha risposto|respondió|geskryf|aliandika|sinulat ni|escribiu|shkroi|yazıb|ysgrifennodd
    |scríobh|wabhala|folgendes geschrieben"""
_OTHER_VERBS = """написал(?:\\(а\\)|\\(-а\\)|а|и)?|пишет|писал(?:\\(а\\)|а)?|написа(?:в|ла|ли)?|пише|je napisao
    |напісаў|έγραψε|έγραψαν|写道|寫道|写到|写|寫|書きました|のメール|からのメール|のメッセージ|さんは?書|작성
    |님이 ?작성|님이 ?쓴|님의 말|썼습니다|쓰셨습니다|เขียน(?:ว่า)?|كتب(?:ت|/ت)?|تمت كتابة|نوشت|כתב(?:ה|/ה)?
    |ने\\s{1,2}लिखा|লিখেছেন|எழுதியது|ఇలా రాసారు|ಬರೆದಿದ್ದಾರೆ|എഴുതി|यांनी लिहिले|લખ્યું|نے لکھا|ጽፏል|წერს|գրել է|쓴 글"""
_OPENERS = """on|at|am|le|el|il|em|op|den|dnia|dana|w dniu|в|во|у|на|på|pe|dne|dňa|la|a las|στις|在|於|于|vào
    |pada|ที่|ในวันที่|เมื่อ|في|بتاريخ|در|בתאריך|ב-|no dia|il giorno|ma|ti|ke|to|su|tir|fre|lør|søn|man|tor|ons
    |kuupäev|în|v|tanggal|el dia"""


def any_of(words: str) -> str:
    """The words as one pattern; line ends between them mean nothing."""
    return re.sub(r"\s*\n\s*", "", words)


VERB = re.compile(rf"(?<!\w)(?:{any_of(_LATIN_VERBS)})(?!\w)|{any_of(_OTHER_VERBS)}", re.IGNORECASE)
OPENER = re.compile(rf"(?:{any_of(_OPENERS)})(?![^\W\u0e00-\u9fff\uac00-\ud7af\u0590-\u06ff])", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>@\"()\[\]:,;]{1,100}@[^\s<>@\"()\[\]:,;]{2,200}")
ADDRESS_END = re.compile(r"[<(\[][^<>()\[\]]{0,100}@[^<>]{1,200}[>)\]]+\W{0,8}$")
YEAR = re.compile(
    r"(?<!\d)(?:19|20|25)\d\d(?!\d)|(?<!\d)\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}(?!\d)|[0-9]{4}\s?[年년]", re.IGNORECASE
)
TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH時时시]\s?\d{2}(?!\d)")
ISO = re.compile(r"(?:19|20)\d\d\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}")
# "On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:" behind the words of an answer, on their line
WITHIN = re.compile(
    r"(?:-{2,}\s?)?(?<!\w)(?:on|am|le|el|il|em|op|den|w dniu)\s(?:[^\W\d_]{2,10}[.,]{0,2}\s)?"
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[^\W\d_]{3,10}\.? \d{1,2},? \d{4}"
    r"|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.? (?:de )?\d{4})",
    re.IGNORECASE,
)


def has_address(line: str) -> bool:
    """Whether an address stands in it; most lines have no @, which is told much faster."""
    return "@" in line and ADDRESS.search(line) is not None
