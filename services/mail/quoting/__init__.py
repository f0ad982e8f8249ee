"""What an answer adds and what it only repeats: quoted text folded away, in plain text and in HTML."""

from services.mail.quoting.forwards import is_forward, is_forward_html
from services.mail.quoting.hypertext import split_html
from services.mail.quoting.text import may_quote, split_text

__all__ = ["is_forward", "is_forward_html", "may_quote", "split_html", "split_text"]
