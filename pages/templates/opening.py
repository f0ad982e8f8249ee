"""What a template says, on one line for a list: its first words, and its places as [first name]."""

import re

from models import Template
from services.mail import sanitize

_PLACE = re.compile(r"\{\{-?\s*([\w.]+)[^{}]*\}\}")
_LOGIC = re.compile(r"\{%[^{}]*%\}")


def opening(template: Template, room: int) -> str:
    """Up to `room` characters of it."""
    words = _LOGIC.sub(" ", template.text or sanitize.to_text(template.html))
    said = _PLACE.sub(lambda found: f"[{found[1].rpartition('.')[2].replace('_', ' ')}]", words)
    return " ".join(said.split())[:room]
