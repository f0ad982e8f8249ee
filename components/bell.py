"""The bell: how much needs attention, and a drawer that says what, where to see to it, and puts it away."""

from functools import partial

from nicegui import ui

from components import action, button, live
from components.handling import in_page
from components.moments import moment
from components.pieces import empty
from components.words import text
from models import Notice, NoticeLevel
from services import notices
from services.events import NoticesChanged

_ICONS = {
    NoticeLevel.INFO: "sym_o_info",
    NoticeLevel.WARNING: "sym_o_warning",
    NoticeLevel.ERROR: "sym_o_error",
}
_LEVELS = {
    NoticeLevel.INFO: "notice-row is-info",
    NoticeLevel.WARNING: "notice-row is-warning",
    NoticeLevel.ERROR: "notice-row is-error",
}
_SAID = {NoticeLevel.INFO: "For your information", NoticeLevel.WARNING: "Warning", NoticeLevel.ERROR: "Error"}


class Bell:
    """A button of the rail; it asks when the page is there and again after each change, in every open page."""

    def __init__(self) -> None:
        self._notices: list[Notice] = []
        self._button = ui.element("button").classes("rail-link bell").props("type=button aria-haspopup=dialog")
        self._button.mark("bell").on("click", in_page(self._open))
        with self._button:
            ui.icon("sym_o_notifications").props("aria-hidden=true")
            text("Notices").classes("rail-label")
            self._count = text("").classes("bell-count").mark("bell-count")
            ui.tooltip("Notices").props('anchor="center right" self="center left" :offset="[8, 0]"')
        with ui.context.client.layout, ui.dialog().props('position=right aria-label="Notices"') as self._drawer:
            drawer = ui.element("div").classes("drawer")
        with drawer:
            with ui.element("div").classes("card-head"):
                with ui.element("div").classes("list-main"):
                    text("Notices", "h2")
                button.icon("sym_o_close", "Close", self._drawer.close)
            self._list = ui.element("div").classes("followed drawer-list")
        self._show()
        live.on(NoticesChanged, self._again)
        ui.context.client.on_connect(self._again)  # a timer would have the page sent before it is drawn

    async def _again(self, _: object = None) -> None:
        found = await action.read(notices.current)
        if found and found.value != self._notices:
            self._notices = found.value
            self._show()

    def _open(self) -> None:
        self._draw()
        self._drawer.open()

    def _show(self) -> None:
        count = len(self._notices)
        self._count.set_text(str(count) if count < 100 else "99+")
        self._count.set_visibility(bool(count))
        if self._drawer.value:
            self._draw()

    def _draw(self) -> None:
        self._list.clear()
        with self._list:
            if not self._notices:
                empty("sym_o_notifications_off", "All is well", "What needs your attention shows up here.")
            for notice in self._notices:
                _row(notice)


def _row(notice: Notice) -> None:
    with ui.element("article").classes(_LEVELS[notice.level]):
        icon = ui.icon(_ICONS[notice.level]).props("role=img")
        icon.props["aria-label"] = _SAID[notice.level]
        with ui.element("div").classes("notice-words"):
            text(notice.title, "h3")
            if notice.text:
                text(notice.text, "p")
            with ui.element("div").classes("notice-foot"):
                moment(notice.opened_at)
                if notice.link:
                    link = ui.element("a").classes("strong")
                    link.props["href"] = notice.link
                    link.props["aria-label"] = f"See to it: {notice.title}"
                    with link:
                        text("See to it")
        dismiss = partial(action.run, notices.dismiss, notice.id)
        button.icon("sym_o_close", f"Dismiss: {notice.title}", dismiss).mark("dismiss")
