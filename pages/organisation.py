"""The organisation's own settings: its name, and how long a sent reply can be taken back."""

from nicegui import ui

from components import action, button, field, notice
from components.frame import heading, page, screen, text
from pages import MENU
from services import organisations

UNDO_SECONDS = "undo_seconds"
DEFAULT_UNDO = 10


@screen("/organisation")
async def overview() -> None:
    with page("General", active="/organisation", menu=MENU):
        heading("General", "What holds for everybody in the organisation.")
        found = await action.read(organisations.get)
        if not found:
            return
        organisation = found.value
        with ui.element("section").classes("card card-pad narrow"):
            text("Organisation", "h2")
            name = field.text("Name", organisation.name)
            seconds = organisation.settings.get(UNDO_SECONDS, DEFAULT_UNDO)
            undo = field.number(
                "Undo send",
                int(str(seconds)),
                lowest=0,
                highest=60,
                suffix="seconds",
                hint="How long an answer waits before it leaves.",
            )

            async def save() -> None:
                settings = {UNDO_SECONDS: max(0, min(60, int(undo.value or 0)))}
                if await action.run(
                    organisations.update, name=name.value or "", settings=settings, fields={"name": name}
                ):
                    notice.done("Saved.")

            with ui.element("div").classes("row-end"):
                button.brand("Save", save)
