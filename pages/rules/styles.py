"""The style sheets of the screens about rules."""

from nicegui import ui

from components import assets

_LINK = '<link rel="stylesheet" href="{}">'


def dress() -> None:
    for name in ("inbox.css", "rules.css"):
        ui.add_head_html(_LINK.format(assets.url(name)))
