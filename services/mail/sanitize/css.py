"""Style sheets and style attributes by allow-list: written anew from what is known to be harmless, the rest left out.

A declaration stays if its property is on the list and its value is made of plain words, numbers, strings and colour
functions; nothing that stays can fetch, run, escape its place or end the style element.
"""

import re

_NAMES = """background background-color background-image background-position background-repeat background-size
    border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius
    border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color
    border-left-style border-left-width border-radius border-right border-right-color border-right-style
    border-right-width border-spacing border-style border-top border-top-color border-top-left-radius
    border-top-right-radius border-top-style border-top-width border-width box-shadow box-sizing caption-side clear
    color direction display empty-cells float font font-family font-size font-style font-variant font-weight height
    hyphens letter-spacing line-height list-style list-style-position list-style-type margin margin-bottom
    margin-left margin-right margin-top max-height max-width min-height min-width object-fit opacity outline
    overflow overflow-wrap padding padding-bottom padding-left padding-right padding-top tab-size table-layout
    text-align text-decoration text-decoration-color text-decoration-line text-decoration-style text-indent
    text-overflow text-transform unicode-bidi vertical-align visibility white-space width word-break word-spacing
    word-wrap writing-mode flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap justify-content
    justify-items justify-self align-content align-items align-self gap row-gap column-gap grid-gap
    grid-template-columns grid-template-rows grid-column grid-row grid-auto-flow order
    aspect-ratio background-clip background-origin -webkit-background-clip -webkit-text-fill-color text-fill-color
    block-size inline-size max-block-size max-inline-size min-block-size min-inline-size column-count column-rule
    column-width columns font-variant-numeric object-position outline-offset padding-block padding-block-end
    padding-block-start padding-inline padding-inline-end padding-inline-start margin-block margin-block-end
    margin-block-start margin-inline margin-inline-end margin-inline-start border-block border-block-end
    border-block-start border-inline border-inline-end border-inline-start text-align-last text-shadow
    text-decoration-thickness text-underline-offset"""
PROPERTIES = frozenset(_NAMES.split())
LONGEST = 300_000
MOST_RULES = 4_000
_VALUE = re.compile(r"""(?:[\w\s#%.,+*/!()-]|"[^"'<>()\\;{}]*"|'[^"'<>()\\;{}]*')*""")
_ADDRESS = re.compile(r"url\s*\([^()]*\)", re.IGNORECASE)
_FUNCTION = re.compile(r"([\w-]*)\s*\(")
_FUNCTIONS = {
    *("", "rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "clamp", "var", "repeat", "minmax", "fit-content"),
    *("linear-gradient", "radial-gradient", "conic-gradient", "repeating-linear-gradient", "repeating-radial-gradient"),
}
_VARIABLE = re.compile(r"--[a-z][\w-]{0,60}", re.IGNORECASE)  # what it holds is judged where it is set
_PICTURE = re.compile(r"""url\(\s*["']?(https?://[\w.~:/?#@!$&*+,=%-]{1,2000})["']?\s*\)""", re.IGNORECASE)
# what its author put out of sight stays there, though nothing here may leave its place
_AWAY = re.compile(  # by less than this one picture is only pulled over another
    r"(?<![\w-])margin(?:-left|-top|-right)?\s*:[^;]{0,40}?-(?:[5-9]\d\d|\d{4,})(?:px|r?em|%|vw|vh)", re.IGNORECASE
)
_PLACED = re.compile(r"(?<![\w-])position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_OFFSET = re.compile(r"(?<![\w-])(?:left|top|right)\s*:\s*-\d{3,}", re.IGNORECASE)
_FETCHES = re.compile(r"url\s*\(|image(?:-set)?\s*\(|src\s*\(|@import", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_CHOSEN = r"""\[\s*[\w-]+\s*(?:[~|^$*]?=\s*(?:"[\w\s./:@#-]*"|'[\w\s./:@#-]*'|[\w-]+)\s*)?\]"""
_SELECTOR = re.compile(rf"(?:[\w\s.#>,:*+~()-]|{_CHOSEN})*+")
_MEDIA = re.compile(r"@(?:media|supports)\b[\w\s,():.-]*", re.IGNORECASE)
_BACKWARDS = re.compile(r"(?<![\w.)-])-(?:\d+\.?\d*|\.\d+)[a-z%]*", re.IGNORECASE)


def count_fetches(text: str) -> int:
    """How often the style asks for something from elsewhere."""
    return len(_FETCHES.findall(text))


def declarations(text: str, *, pictures: bool = False) -> str:
    """The declarations of a style attribute that are harmless, written anew; with `pictures` also a background's."""
    kept = []
    text = _COMMENT.sub(" ", text[:LONGEST])
    for piece in text.split(";"):
        name, _, said = piece.partition(":")
        is_variable = _VARIABLE.fullmatch(name.strip()) is not None
        name = name.strip() if is_variable else name.strip().lower()  # a variable's name keeps its case
        value = " ".join(_ADDRESS.sub(" ", said).split())
        if name.startswith("margin"):
            value = _BACKWARDS.sub("0", value)  # nothing climbs over its frame's edge; "auto" beside it centres
        if value and (is_variable or name in PROPERTIES) and _is_harmless(name, value):
            kept.append(f"{name}: {value}")
        if pictures and name in {"background", "background-image"} and (picture := _PICTURE.search(said)):
            kept.append(f"background-image: url({picture[1]})")
    if _AWAY.search(text) or (_PLACED.search(text) and _OFFSET.search(text)):
        kept.append("display: none !important")
    return "; ".join(kept)


def _is_harmless(name: str, value: str) -> bool:
    if len(value) > 500 or not _VALUE.fullmatch(value) or value.count("(") != value.count(")"):
        return False
    if not {each.lower() for each in _FUNCTION.findall(value)} <= _FUNCTIONS:
        return False
    return not (name.startswith("margin") and "-" in value)  # by a sum or a variable neither


def stylesheet(text: str) -> str:
    """The rules of a style element that are harmless, with @media and @supports kept, every other at-rule left out."""
    text = _COMMENT.sub(" ", text[:LONGEST])
    return "\n".join(_rules(text, 0))


def _rules(text: str, depth: int) -> list[str]:
    kept: list[str] = []
    for prelude, block in _blocks(text):
        if prelude.startswith("@"):
            if depth == 0 and _MEDIA.fullmatch(prelude):
                kept.append(f"{prelude} {{ {' '.join(_rules(block, 1))} }}")
        elif prelude and _SELECTOR.fullmatch(prelude):
            inside = declarations(block)
            if inside:
                kept.append(f"{prelude} {{ {inside} }}")
        if len(kept) >= MOST_RULES:
            break
    return kept


def _blocks(text: str) -> list[tuple[str, str]]:
    """Prelude and content of each {…} of the outermost level; a statement at-rule (@import …;) is dropped."""
    found: list[tuple[str, str]] = []
    depth, start, prelude = 0, 0, ""
    for match in re.finditer(r"[{};]", text):
        sign, at = match[0], match.start()
        if sign == ";" and depth == 0:
            start = at + 1
        elif sign == "{":
            if depth == 0:
                prelude, start = " ".join(text[start:at].split()), at + 1
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0:
                found.append((prelude, text[start:at]))
                start = at + 1
        elif sign == "}":
            start = at + 1
    return found
