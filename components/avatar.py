"""A person's initials in a colour of their own."""

import zlib

from nicegui import ui


def initials(name: str, address: str = "") -> str:
    """One or two letters people recognise: of the first and last word, or of the address."""
    words = [word for word in name.replace('"', " ").split() if word[:1].isalnum()]
    if not words:
        return (address[:1] or "?").upper()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(address: str) -> int:
    """The same one of 360 colours for the same address, everywhere."""
    return zlib.crc32(address.strip().lower().encode()) % 360


def avatar(name: str, address: str) -> ui.element:
    """Drawn by CSS: letters in the text would have to be part of the name of a button they are in."""
    element = ui.element("span").classes("avatar").props("aria-hidden=true")
    element.props["data-initials"] = initials(name, address)
    element.style["--h"] = str(hue(address))
    return element
