"""The two tabs of the templates: what one writes, and what one does."""

from nicegui import ui

from components import assets
from components.frame import text

_TABS = (("/templates", "Templates"), ("/templates/macros", "Macros"))


_STYLE = '<link rel="stylesheet" href="{}">'


def dress() -> None:
    """The style sheet of these pages."""
    ui.add_head_html(_STYLE.format(assets.url("templates.css")))


def tabs(active: str) -> None:
    with ui.element("nav").classes("page-tabs").props('aria-label="Templates and macros"'):
        for path, words in _TABS:
            link = ui.element("a").classes("page-tab")
            link.props["href"] = path
            if path == active:
                link.props["aria-current"] = "page"
            with link:
                text(words)
