"""Messages as mail programs write them, in order and not: `tests/emails/mime*.json` has what a reader sees of each.

`charset` is that of the file's text, not of the message: bytes that are no UTF-8 stand there as Latin-1.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from services.mail.message import Parsed, body_text, parse

FOLDER = Path(__file__).parents[3] / "emails"
FORMS = [form for name in ("mime", "mime_newer") for form in json.loads((FOLDER / f"{name}.json").read_text())]


@pytest.mark.parametrize("form", [pytest.param(form, id=form["name"]) for form in FORMS])
def test_forms(form: dict[str, Any]) -> None:
    seen = seen_of(parse(form["raw"].encode(form["charset"])))
    assert {name: seen[name] for name in form["want"]} == form["want"]


def seen_of(parsed: Parsed) -> dict[str, Any]:
    return {
        "subject": parsed.subject,
        "text": " ".join(body_text(parsed).split()),
        "names": [part.filename for part in parsed.parts],
        "author": [parsed.author.name, parsed.author.address],
        "to": [[each.name, each.address] for each in parsed.to],
    }
