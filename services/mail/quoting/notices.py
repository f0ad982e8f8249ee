"""Paragraphs that servers put above a letter: warnings of strangers, by language."""

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
_BANNER = re.compile(rf"\W{{0,6}}(?:{any_of(_BANNERS)})(?!\w)", re.IGNORECASE)
_STRANGER = re.compile(any_of(_STRANGERS), re.IGNORECASE)
_UNUSUAL = re.compile(rf"\W{{0,6}}(?:{any_of(_SELDOM)})", re.IGNORECASE)


def paragraph(lines: list[str], seen: list[str], at: int) -> tuple[str, int]:
    """The words of the paragraph that begins at a line, and how many lines it has; `seen` are the bare lines."""
    end = next((index for index in range(at, min(at + MOST_LINES, len(seen))) if not seen[index]), at + MOST_LINES)
    words = [line.strip(" \t\r*") for line in lines[at:end]]
    return " ".join(words)[:LONGEST], len(words)


def is_banner(text: str) -> bool:
    """Whether it warns of a sender from outside."""
    beginning = text[:BEGINNING]
    if _UNUSUAL.match(beginning):
        return True
    return _BANNER.match(beginning) is not None and _STRANGER.search(text[: 2 * BEGINNING]) is not None
