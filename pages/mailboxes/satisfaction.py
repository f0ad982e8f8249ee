"""Whether customers of a mailbox are asked how it went, and how long after their conversation was resolved."""

from nicegui import ui

from components import action, button, field, notice
from components.controls import Switch
from components.frame import text
from components.handling import on_value
from models import Mailbox
from services import mailboxes

USUAL_HOURS = 24


def satisfaction(box: Mailbox) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Satisfaction", "h2")
        text(
            "When somebody closes or resolves a conversation, its customer gets one mail that asks how it went. "
            "Machines and spam are never asked, and nobody twice on a day."
        )
        asks = Switch("Ask customers how it went", value=box.rating_hours is not None).props("dense")
        with ui.element("div") as more:
            hours = field.number(
                "So many hours later",
                USUAL_HOURS if box.rating_hours is None else box.rating_hours,
                lowest=0,
                highest=mailboxes.LONGEST_RATING,
                hint="0 is at once. Whoever answers meanwhile is asked when it is resolved again.",
            )
        more.set_visibility(box.rating_hours is not None)
        asks.on_value_change(on_value(more.set_visibility))

        async def save() -> None:
            wanted = int(hours.value or 0) if asks.value else None
            if await action.run(mailboxes.update, box.id, rating_hours=wanted, fields={"rating_hours": hours}):
                notice.done("Saved.")

        with ui.element("div").classes("row-end"):
            button.brand("Save satisfaction", save)
