"""Light, dark or as the machine says: our style sheet on the page, and the switch."""

from nicegui import app, ui

from components import action, assets
from services import accounts

COOKIE = "theme"
CHOICES = {"auto": "Like the system", "light": "Light", "dark": "Dark"}
_AS_QUASAR: dict[str, bool | None] = {"auto": None, "light": False, "dark": True}
_BRAND = {
    "primary": "#3451c6",
    "secondary": "#4a5160",
    "accent": "#7048e8",
    "positive": "#1f7a3d",
    "negative": "#b42318",
    "warning": "#9a5b00",
    "info": "#175cd3",
    "dark": "#161920",
    "dark_page": "#0f1115",
}


def install() -> None:
    """Once a process: what every page's head carries."""
    app.colors(**_BRAND)
    app.config.quasar_config["loadingBar"]["aria-label"] = "Loading"  # goes down to the bar itself
    tag = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin><link rel="stylesheet" href="{}">'
    ui.add_head_html(tag.format(assets.url("fonts/inter.woff2"), assets.url("app.css")), shared=True)
    ui.add_head_html('<script defer src="{}"></script>'.format(assets.url("focus.js")), shared=True)


def chosen() -> str:
    """The theme this browser asks for; it travels in a cookie, so that the log-in page has it too."""
    return checked(ui.context.client.request.cookies.get(COOKIE, "auto"))


def checked(name: str) -> str:
    return name if name in CHOICES else "auto"


def dress() -> None:
    """Put this page in the theme the browser asks for."""
    mode = ui.dark_mode(_AS_QUASAR[chosen()])
    ui.context.client.layout.props["data-theme"] = chosen()
    ui.context.client.dark = mode  # type: ignore[attr-defined]


def switch() -> ui.toggle:
    """Choose the theme: at once here, and remembered with the account."""
    options = {"auto": "Auto", "light": "Light", "dark": "Dark"}
    toggle = ui.toggle(options, value=chosen(), on_change=lambda event: choose(str(event.value)))
    toggle.props('no-caps unelevated spread toggle-color=none toggle-text-color=inherit aria-label="Theme"')
    toggle.classes("segmented")
    return toggle


async def choose(name: str) -> None:
    name = checked(name)
    ui.context.client.dark.set_value(_AS_QUASAR[name])  # type: ignore[attr-defined]
    ui.run_javascript(_REMEMBER[name])
    await action.run(accounts.prefer, theme=name)


_REMEMBER = {name: f"document.cookie = 'theme={name}; path=/; max-age=31536000; samesite=lax'" for name in CHOICES}
