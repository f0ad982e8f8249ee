"""Which charset bytes without a label are in: that in which they make the likeliest letters, one by one.

Each letter of a language has a likelihood by its place in a table; case, neighbours and script add to it. A subject
of one word is enough, where statistics over texts need a paragraph.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

SAMPLE = 1_024  # bytes that are looked at, from a little before the first that is not ASCII
_BEFORE = 64
_STRANGE, _RARE, _SIGN = -12.0, -9.0, -5.0
_CAPITAL = 1.5
_SIGNS = frozenset("“”„‘’‚–—…•€«»¿¡§°©®№½£、。，！？「」『』：（）【】《》；〜～・ー　")
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъіїєґ"
_GREEK = "αοιετσνηυρπκμλςωάγδίόέήχθύφώβξζψϊϋΐΰ"
_WESTERN = "éáíóäöüßçèàñãúåøæêâôîëïûùõìòýÿðþªº"
_CENTRAL = "íáéěóčřžšýłąężśůúćńźőűöüäďťňôľăâîşţĺŕđß"
_TURKISH = "ıişğüöçİŞâîû"
_BALTIC = "āšėžīčēūįųņļķģąęõäöü"
_HEBREW = "יוהלאתרבשמנםדעחקפטגכןסצזךףץ"
_ARABIC = "اليمونرتبةعدسفهكقأحجشطصخإذىزضغثءآئظؤ،؟"
_THAI = "านรอกเงม่้ัยลวดีทสติะปบคหิแจพ์ชขใไุืโู็ึซผธถณฟฉศภญฐษ"
_KANA = (
    "のにいるたしてをはがとでなっかまれすうもらこりおくさありんけきめよえどだせわそみちつせねほげずろ"
    "ばごべょゃゅじびやひむへふぶぎぐづぞぜぼぬゆぱぴぷぽ"
)
_KATAKANA = (
    "ンルストーラリイクロアドジレフシコムタプメテサマキニカトウバッビオナグブパデエチ"
    "ミハボャュョケソセポダモツヤワノガゲゴザ"
)
_KANJI = (
    "日本人一年大会中出時行見月後前生間上東今入学高円子外下来気小話女午書先名水電何毎注文請求問合商品発送届配確認返信連絡様件"
    "株式社担当御願致申込予約変更支払金額価格無料登録情報利用方法場所住番号違失礼感謝対応説明資添付知必要私思使物者事業部長自"
    "分理由新規取引税回答質内容記宛受信了解待明週曜火木土山川田通機"
)
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力与长把机十公此已工使情明性知全三又"
    "关点正业外将两高间由问很最重并物手应向头文体相见被利什二等产或新己制身果加月话合回特代内信表化老给位次度门任常先通提立及"
    "员解名真处各入几口认条平系题活更别打变四总何电数安少报才结受目太量再做接必场件计管期市直资您订单货款邮账户服务请谢贵查询"
    "退换价格购买联客复附票付收址快递确吗司候始试测标"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多"
    "經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日者意無力與長把機十公此已工使情明性知全三又"
    "關點正業外將兩高間由問很最重並物手應向頭文體相見被利什二等產或新己制身果加月話合回特代內信表化老給位次度門任常先通提立及"
    "員解名真處各入幾口認條平系題活更別打變四總何電數安少報才結受目太量再做接必場件計管期市直資您訂單貨款郵帳戶服務請謝貴查詢"
    "退換價格購買聯絡客覆附票付收址快遞確嗎司候始試測標"
)
_HANGUL = (
    "이다는의에가을를은고하지로한도사기아서그리어나니요시인자수있해정스대주일라부으안녕세감합문드립습제보전상만구여게면과와장공무"
    "성동원적없것들화조소유마트금선방개실거내모계발생신비확배송품메청환불입출결재번호답변바랍월년국회업진행중우까저희님객질물오늘"
    "왜못받았었했됩될되때및등후분명용터크프르러려료두데더또"
)


@dataclass(frozen=True, slots=True)
class _Charset:
    """Tables of letters with what the first of each counts and how much each place takes away; bytes that lead common
    characters beyond them; and how seldom the charset is met without a label."""

    codec: str
    tables: tuple[tuple[str, float, float], ...]
    common: range = range(0)
    seldom: float = 0.0
    is_latin: bool = False


_CHARSETS = (
    _Charset("cp1252", ((_WESTERN, -2.0, 0.11),), seldom=-2.8, is_latin=True),
    _Charset("cp1250", ((_CENTRAL, -2.0, 0.11),), seldom=-1.4, is_latin=True),
    _Charset("iso8859_2", ((_CENTRAL, -2.0, 0.11),), seldom=-0.4, is_latin=True),
    _Charset("cp1254", ((_TURKISH, -1.6, 0.15),), seldom=-0.3, is_latin=True),
    _Charset("cp1257", ((_BALTIC, -2.0, 0.11),), seldom=0.7, is_latin=True),
    _Charset("cp1251", ((_RUSSIAN, -2.2, 0.11),)),
    _Charset("koi8_u", ((_RUSSIAN, -2.2, 0.11),), seldom=0.5),
    _Charset("cp866", ((_RUSSIAN, -2.2, 0.11),), seldom=4.0),
    _Charset("cp1253", ((_GREEK, -2.2, 0.11),), seldom=1.5),
    _Charset("cp1255", ((_HEBREW, -2.2, 0.11),), seldom=3.0),
    _Charset("cp1256", ((_ARABIC, -2.0, 0.11),), seldom=1.5),
    _Charset("cp874", ((_THAI, -2.2, 0.07),), seldom=2.0),
    _Charset("cp932", ((_KANA, -2.8, 0.04), (_KATAKANA, -4.5, 0.03), (_KANJI, -5.5, 0.01)), range(0x88, 0x98), 0.5),
    _Charset("euc_jp", ((_KANA, -2.8, 0.04), (_KATAKANA, -4.5, 0.03), (_KANJI, -5.5, 0.01)), range(0xB0, 0xD0), 1.0),
    _Charset("gb18030", ((_SIMPLIFIED, -4.0, 0.009),), range(0xB0, 0xD8)),
    _Charset("big5hkscs", ((_TRADITIONAL, -4.0, 0.009),), range(0xA4, 0xC7), 0.5),
    _Charset("cp949", ((_HANGUL, -3.6, 0.012),), range(0xB0, 0xC9), 0.5),
)
_WORD = re.compile(r"[^\W\d_]+")


def likeliest(data: bytes) -> str:
    """The codec in which `data`, which is neither ASCII nor UTF-8, reads best; "" if in none of those known here."""
    first = next((at for at, byte in enumerate(data) if byte > 127), 0)
    sample = data[max(0, first - _BEFORE) :][:SAMPLE]
    is_cut = len(data) > len(sample)
    judged = {charset.codec: _likelihood(sample, charset, is_cut=is_cut) for charset in _CHARSETS}
    best = max(judged, key=lambda codec: judged[codec])
    return best if judged[best] > float("-inf") else ""


def _likelihood(sample: bytes, charset: _Charset, *, is_cut: bool = False) -> float:
    try:
        text = sample.decode(charset.codec)
    except UnicodeDecodeError as error:
        if not is_cut or error.start < len(sample) - 3:
            return float("-inf")
        text = sample[: error.start].decode(charset.codec)
    letters = _letters(charset.codec)
    total = -charset.seldom
    for char in text:
        if char > "\x7f":
            total += letters.get(char) or _unlisted(char, charset)
    return total + sum(_shape(word, charset.is_latin) for word in _WORD.findall(text) if not word.isascii())


@lru_cache(maxsize=len(_CHARSETS))
def _letters(codec: str) -> dict[str, float]:
    charset = next(each for each in _CHARSETS if each.codec == codec)
    found = dict.fromkeys(_SIGNS, _SIGN)
    for letters, first, step in reversed(charset.tables):
        for place, letter in enumerate(letters):
            found[letter] = first - step * place
            if len(letter.upper()) == 1 and letter.upper() != letter:
                found.setdefault(letter.upper(), first - step * place - _CAPITAL)
    return found


def _unlisted(char: str, charset: _Charset) -> float:
    """A character the tables do not have: common ones have leading bytes of their own where there are thousands."""
    if charset.common:
        encoded = char.encode(charset.codec, "replace")
        return _RARE if len(encoded) == 2 and encoded[0] in charset.common else 2 * -7.0
    return _RARE if char.isalpha() else _STRANGE


def _shape(word: str, is_latin: bool) -> float:
    """What speaks against a word: capitals behind small letters, another script's letters, accents on every letter."""
    total = 0.0
    for before, letter in pairwise(word):
        if before.islower() and letter.isupper():
            total -= 4.0
        if before.isascii() != letter.isascii() and not is_latin:
            total -= 4.0
        if is_latin and not before.isascii() and not letter.isascii():
            total -= 2.5
    if len(word) > 1 and word.isupper():
        total += _CAPITAL * sum(not each.isascii() for each in word) - 2.0
    return total - (2.0 if is_latin and not any(map(str.isascii, word)) else 0.0)
