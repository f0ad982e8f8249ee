"""The rotation of a domain's DKIM keys, step by step: what is done, what is waited for, what comes next."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from components import action, button, notice
from components.dialog import confirm
from components.viewer import actor
from components.words import text
from services import domains
from services.access import Permission, may
from services.domains import Report, Rotation, Stage

_ORDER = (Stage.NONE, Stage.PUBLISH, Stage.SWITCH, Stage.KEEP, Stage.REMOVE)
_DONE, _NOW, _LATER = "sym_o_check_circle", "sym_o_radio_button_checked", "sym_o_radio_button_unchecked"


def rotation_card(report: Report, look: Callable[[], Awaitable[None]]) -> None:
    """Where the rotation stands, with the one thing that can be done now; `look` asks the DNS."""
    number, rotation = report.domain.id or 0, report.rotation
    with ui.element("div").classes("card"):
        with ui.element("div").classes("card-head"), ui.element("div").classes("list-main"):
            text("DKIM keys", "h2")
            text(_sentence(rotation)).classes("muted wraps")
        with ui.element("ol").classes("steps rotation").props('aria-label="Steps of the rotation"'):
            at = _ORDER.index(rotation.stage)
            for place, (title, about) in enumerate(_steps(rotation)):
                _step(title, about, place - at)
        if may(actor(), Permission.MANAGE_DOMAINS):
            with ui.element("div").classes("row-end card-foot"):
                _buttons(number, rotation, look)


def _step(title: str, about: str, distance: int) -> None:
    icon, said = (_DONE, "Done") if distance < 0 else (_LATER, "Later") if distance else (_NOW, "Now")
    row = ui.element("li").classes("step is-now" if not distance else "step")
    if not distance:
        row.props["aria-current"] = "step"
    with row:
        ui.icon(icon).props("role=img").props["aria-label"] = said
        with ui.element("div").classes("list-main"):
            text(title, "strong")
            text(about).classes("muted wraps")


def _sentence(rotation: Rotation) -> str:
    if rotation.stage is Stage.NONE:
        return "New keys from time to time make a stolen one worthless. Mail on its way stays valid all along."
    return "A rotation is under way. Mail on its way stays valid all along."


def _steps(rotation: Rotation) -> Sequence[tuple[str, str]]:
    is_next = rotation.stage in (Stage.PUBLISH, Stage.SWITCH)
    names = _listed(rotation.selectors)
    until = rotation.until.strftime("%-d %B %Y, %H:%M UTC") if rotation.until else ""
    old = names if rotation.until else "the old selectors"
    return (
        ("Make the next keys", "An RSA and an Ed25519 key, each under a selector of its own."),
        ("Publish their records", _publishing(rotation) if is_next else "Add them to the DNS beside the old ones."),
        (
            "Switch signing to them",
            f"Signing goes over to {names}." if is_next else "Possible once the RSA key's record was found.",
        ),
        ("Keep the old records", f"Leave {old} published until {until}." if until else "For a week after the switch."),
        ("Remove the old records", f"Delete {old} from the DNS; a check then ends the rotation."),
    )


def _publishing(rotation: Rotation) -> str:
    if not rotation.missing:
        return "Both were found."
    return f"Not found yet: {_listed(rotation.missing)}. The values stand in the list above."


def _listed(selectors: Sequence[str]) -> str:
    return " and ".join(selectors)


def _buttons(number: int, rotation: Rotation, look: Callable[[], Awaitable[None]]) -> None:
    if rotation.stage in (Stage.PUBLISH, Stage.SWITCH):
        about = "The new keys are forgotten. Nothing was signed with them; remove their records if you added some."
        forget = partial(action.run, domains.cancel, number)
        button.quiet("Give up", partial(confirm, "Give the next keys up?", about, "Give up", forget))
    if rotation.stage in (Stage.PUBLISH, Stage.REMOVE):
        button.brand("Check now", look)
    elif rotation.stage is Stage.SWITCH:
        button.brand("Switch signing", partial(_switch, number))
    if rotation.stage in (Stage.NONE, Stage.KEEP, Stage.REMOVE):
        button.quiet("Make the next keys", partial(_begin, number))


async def _begin(number: int) -> None:
    if await action.apart(domains.begin, number):
        notice.done("The next keys are made. Publish their records.")


async def _switch(number: int) -> None:
    if await action.run(domains.switch, number):
        notice.done("Mail is signed with the new keys from now on.")
