"""Words on a screen."""

from nicegui import ui


def text(words: str, tag: str = "span") -> ui.label:
    """Words in the element they mean; always as text, never as markup."""
    element = ui.label(words)
    element.tag = tag
    return element
