"""What a sentence is about, in any tongue and wording: a reason is told by notions that come together in one sentence.

Asked where no known phrase decides. Before: words of a report. After: one of REASONS, or "".
"""

import re
from functools import lru_cache

from services.mail.bounces.lexicon import LEXICON

# A reason, and the notions one sentence must have for it ("-" before one it must not have); the first that holds wins.
_RULES: tuple[tuple[str, str], ...] = (
    ("authentication", "proof"),
    ("authentication", "genuine lacking"),
    ("blocked", "machine misdeeds"),
    ("spam", "advertising"),
    ("content", "virus"),
    ("content", "file forbidden"),
    ("content", "form broken"),
    ("full", "box full"),
    ("full", "space spent"),
    ("size", "weight limit -box -period"),
    ("size", "letter big"),
    ("rate", "often"),
    ("rate", "many period"),
    ("blocked", "machine listed"),
    ("blocked", "blacklist -sender"),
    ("blocked", "dialup"),
    ("rejected", "unwelcome"),
    ("rejected", "sender listed"),
    ("rejected", "sender false"),
    ("moved", "moved"),
    ("disabled", "holder closed"),
    ("domain", "domain none"),
    ("network", "machine unreachable"),
    ("network", "waiting"),
    ("network", "circles"),
    ("policy", "permission"),
    ("unknown_user", "holder none -sender"),
    ("unknown_user", "nobody"),
    ("system", "fault"),
    ("policy", "rules"),
)
_WRAPPED = re.compile(r"\s*\n\s*(?=[^\W\d_A-ZÄÖÜÀ-ÝА-Я\u0e00-\uffff])")  # a line that goes on in small letters
_ENDS = re.compile(r"\n|(?<=[^\W\d_])[.!?]+(?=\s|$)|(?<=[\d)\]@'\"])[.!?]+(?=\s+[A-ZÄÖÜ]|$)|[。!?;]")
_ADVICE = re.compile(
    r"\b(?:if|may|might|perhaps|possibly|please|should|could be|sometimes|usually|wenn|falls|bitte|möglicherweise|si|"
    r"peut-être|veuillez|merci|puede que|por favor|verifique|compruebe|quizás|potrebbe|forse|verificare|als|controleer|"
    r"mogelijk|если|возможно|проверьте|пожалуйста)\b|请|請|ご確認|かもしれません|확인",
    re.IGNORECASE,
)
MOST = 60  # sentences that are looked at


@lru_cache(maxsize=16)
def reason_in(words: str) -> str:
    """By the first sentence that tells one; those that advise or guess come last."""
    sentences = [each for each in _ENDS.split(_WRAPPED.sub(" ", words)) if each and each.strip()][:MOST]
    plain = [each for each in sentences if not _ADVICE.search(each)]
    return next(filter(None, map(_reason, [*plain, *(each for each in sentences if each not in plain)])), "")


def _reason(sentence: str) -> str:
    found: dict[str, bool] = {}
    for reason, needed, barred in _needs():
        if all(_has(found, sentence, each) for each in needed) and not any(
            _has(found, sentence, each) for each in barred
        ):
            return reason
    return ""


def _has(found: dict[str, bool], sentence: str, notion: str) -> bool:
    if notion not in found:
        found[notion] = _compiled()[notion].search(sentence) is not None
    return found[notion]


@lru_cache(maxsize=1)
def _needs() -> list[tuple[str, list[str], list[str]]]:
    rules = ((reason, told.split()) for reason, told in _RULES)
    return [
        (reason, [each for each in told if each[0] != "-"], [each[1:] for each in told if each[0] == "-"])
        for reason, told in rules
    ]


@lru_cache(maxsize=1)
def _compiled() -> dict[str, re.Pattern[str]]:
    """Words of tongues with spaces begin where a word begins; the others stand anywhere."""
    return {
        notion: re.compile(rf"(?:(?<![^\W_])|(?=n't))(?:{spaced}){'|' + dense if dense else ''}", re.IGNORECASE)
        for notion, (spaced, dense) in LEXICON.items()
    }
