"""Which language a text is written in, as an ISO 639-1 code: told by its script, or by the small words no writer can do
without."""

import re
from collections import defaultdict

ENOUGH = 4_000  # characters: what follows says nothing new
LEAST = 0.7  # a word that one language alone has counts 1
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NOT_WRITTEN = re.compile(r"https?://\S+|\S+@\S+|^>.*$", re.MULTILINE)
_SCRIPTS = (  # what one script alone is written in; Japanese before Chinese, whose letters it uses too
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("fa", re.compile(r"[پچژگکی]")),  # letters that Arabic lacks
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
)
_SHARE = {"ja": 0.05, "fa": 0.02, "uk": 0.01}  # of the letters; of the others a quarter
_FIRST = "\u0370"  # what is written in Latin letters has none so high, or few
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_WORDS = {
    "en": "the and of to is are was were have has had not with this that you your we our my for from can could "
    "would please what when where which there they their it its been will about any if do does i'm don't "
    "thanks hello hi",
    "de": "der die das und ist sind war nicht mit ein eine einen einem einer ich wir sie ihr ihre ihren mein "
    "meine meinen unser für auf von zu zum zur dem den des im auch noch bitte wie wo wann warum kann "
    "können haben hat habe wurde wird werden es dass aber oder bei nach seit guten hallo danke grüße",
    "fr": "le la les des du et est sont était pas avec un une je nous vous votre vos mon ma mes notre nos pour "
    "sur dans que qui ne au aux ce cette ces il elle être avoir fait merci bonjour comment où quand "
    "pourquoi plus mais ou par j'ai c'est n'est d'une d'un qu'il l'on ont avez",
    "es": "el la los las y es son era no con un una yo nosotros usted su sus mi mis nuestro nuestra para por en "
    "que de del al se lo le como cómo donde dónde cuando cuándo porque más pero gracias hola estimado "
    "esta este está hemos han tiene tengo he qué favor buenos",
    "it": "il lo la i gli le e è sono era non con un una io noi voi suo sua mio mia nostro nostra per su in che "
    "di del della dei delle al alla si come dove quando perché più ma grazie buongiorno ciao questo "
    "questa ho hanno abbiamo vorrei anche gentile nel",
    "pt": "o os as e é são era não com um uma eu nós você vocês seu sua meu minha nosso nossa para por em no na "
    "que de do da dos das ao se como onde quando porque mais mas obrigado obrigada olá este esta foi tem "
    "tenho estou prezado bom pelo pela",
    "nl": "de het een en is zijn was niet met ik wij we u uw mijn ons onze voor op van te dat die er ook nog "
    "maar of bij naar hoe waar wanneer waarom kan kunnen heb heeft hebben wordt deze dit bedankt hallo "
    "goedemiddag graag geen",
    "sv": "och att det är inte jag vi ni du en ett som på för med av till har kan min mitt vår era er den de om "
    "hur när var varför men eller från hej tack skulle vill också ingen blev detta sedan igår idag gärna",
    "da": "og at det er ikke jeg vi i du en et som på for med af til har kan min mit vores jeres den de om "
    "hvordan hvornår hvor hvorfor men eller fra hej tak skulle vil også ingen blev dette jer efter siden "
    "gerne",
    "no": "og at det er ikke jeg vi dere du en et som på for med av til har kan min mitt vår deres den de om "
    "hvordan når hvor hvorfor men eller fra hei takk skulle vil også ingen ble dette etter siden gjerne",
    "fi": "ja on ei ole että se minä me te hän olen olemme oli mutta tai kun jos niin myös vielä kuin mitä "
    "missä milloin miksi voi voin voisitteko hei kiitos hyvää tämä joka ovat minun teidän sekä en",
    "pl": "i w z na do nie jest są że się to co jak gdzie kiedy dlaczego ale lub dla od po przez mój moja moje "
    "nasz państwa pan pani proszę dziękuję dzień dobry czy mam może już jeszcze został była było oraz",
    "cs": "a v na do je jsou že se to co jak kde kdy proč ale nebo pro od po mi můj moje náš vás vám prosím "
    "děkuji dobrý den jsem jsme byl byla bylo už ještě která který také není mám si s z k",
    "sk": "a v na do je sú že sa to čo ako kde kedy prečo ale alebo pre od po mi môj moja náš vás vám prosím "
    "ďakujem dobrý deň som sme bol bola bolo už ešte ktorá ktorý tiež nie mám si s z k",
    "hu": "a az és hogy nem is egy van volt meg de ha mert mint csak már még kell lehet ez azt kérem köszönöm "
    "üdvözlettel jó napot hol mikor miért hogyan vagy nekem nekünk önök szeretném tisztelt lenne",
    "ro": "și în de la cu este sunt nu că să un o pe din pentru mai dar sau ce cum unde când am ați are avem "
    "mulțumesc bună ziua rog vă noastră meu mea fost fi prin acest această si",
    "tr": "ve bir bu da de için ile değil mi mı ne nasıl nerede zaman neden ama veya çok daha var yok ben biz "
    "siz benim bizim sizin merhaba teşekkürler lütfen olarak olan oldu gibi kadar sonra",
    "ru": "и в не на что я с как это по но мы вы у за из от для при же мой моя мои наш ваш пожалуйста "
    "здравствуйте спасибо где когда почему нет есть был была было уже ещё или добрый день",
    "bg": "и в не на че аз с как това по но ние вие е са за от при ми моя моята моите нашата вашата моля "
    "здравейте благодаря къде кога защо няма има беше вече още или добър ден се ще да съм ли",
}  # fmt: skip
_LANGUAGES: dict[str, list[str]] = {}
for _code, _line in _WORDS.items():
    for _word in set(_line.split()):
        _LANGUAGES.setdefault(_word, []).append(_code)
_MARKS = {
    "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "da": "æø", "no": "æø", "sv": "äöå", "fi": "äö", "pl": "łąęśżźćń", "cs": "řěů",
    "sk": "ľĺŕôä", "hu": "őű", "ro": "țșă", "tr": "ğış", "fr": "çœêè", "it": "èòù", "ru": "ыэё", "bg": "ъ",
}  # fmt: skip
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "hy": "Armenian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
CODES = tuple(NAMES)


def of(text: str) -> str:
    """The code of what most of `text` is written in, quoted lines and addresses apart; "" where too little tells."""
    written = _NOT_WRITTEN.sub(" ", text[:ENOUGH])
    letters = sum(map(str.isalpha, written))
    if not letters:
        return ""
    for code, script in _SCRIPTS if max(written) >= _FIRST else ():
        if len(script.findall(written)) >= _SHARE.get(code, 0.25) * letters:
            return code
    is_cyrillic = len(_CYRILLIC.findall(written)) >= letters / 4
    return _by_words(written.lower()) or ("ru" if is_cyrillic else "")


def _by_words(written: str) -> str:
    """The language with the most small words; a word that several share counts for each in part."""
    scores: defaultdict[str, float] = defaultdict(float)
    for word in _LETTERS.findall(written):
        languages = _LANGUAGES.get(word.replace("’", "'"), ())
        for code in languages:
            scores[code] += 1 / len(languages)
    for code in scores:
        scores[code] += 0.25 * sum(written.count(mark) for mark in _MARKS.get(code, ""))
    best = max(_WORDS, key=lambda code: scores.get(code, 0))
    return best if scores.get(best, 0) >= LEAST else ""
