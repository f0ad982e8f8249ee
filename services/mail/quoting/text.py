"""Quoted text in plain mail: the line that introduces it, or lines that begin with >."""

import re

_HEADLINE = re.compile(
    r"""^[ \t>]*(?:
        (?:On|Am|Le|El|Il|Em|Op|Den|W\ dniu|Dnia)\b[^\n]{3,200}(?:\n[^\n]{0,200}){0,3}?
            (?:wrote|writes|schrieb|a\ écrit|escribió|ha\ scritto|escreveu|schreef|skrev|napisał\(?a?\)?)\s*[::]
      | [^\n]{3,200}\b(?:wrote|writes|schrieb|a\ écrit|escribió|ha\ scritto|escreveu|schreef|skrev)\b[^\n]{0,80}[::]
      | -{2,}\s*(?:Original\ Message|Ursprüngliche\ Nachricht|Message\ d'origine|Mensaje\ original|Messaggio\ originale
            |Mensagem\ original|Oorspronkelijk\ bericht|Reply\ Above\ This\ Line|Forwarded\ message)\s*-{2,}
      | _{20,}
    )[ \t]*$""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)


def split_text(text: str) -> tuple[str, str]:
    """What is new and what is quoted; (text, "") where nothing is, or where nothing else would be left."""
    match = _HEADLINE.search(text)
    cut = match.start() if match else len(text)
    new = "\n".join(line for line in text[:cut].split("\n") if not line.startswith(">")).strip()
    return (new, text[cut:].strip()) if new else (text, "")
