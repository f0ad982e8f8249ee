"""How full something is: a bar that turns amber and red, with the figures in words beside it."""

from nicegui import ui

from components.frame import text

AMBER, RED = 80, 95  # per cent
MEGABYTE = 1 << 20


def meter(label: str, used: int, limit: int, *, is_progress: bool = False) -> None:
    """A bar of `used` in `limit`; progress is good however far it is."""
    percent = min(100, 100 * used // limit) if limit else 100
    tone = "good" if is_progress else "bad" if percent >= RED else "warn" if percent >= AMBER else "good"
    with ui.element("div").classes("meter").props("role=meter aria-valuemin=0 aria-valuemax=100") as bar:
        bar.props["aria-label"] = label
        bar.props["aria-valuenow"] = percent
        bar.props["aria-valuetext"] = f"{percent} %"
        fill = ui.element("div").classes("meter-fill").props(_TONES[tone])
        fill.style["width"] = f"{percent}%"


_TONES = {tone: f"data-tone={tone}" for tone in ("good", "warn", "bad")}


def use(label: str, used: int, messages: int, quota: int | None) -> None:
    """What a mailbox holds, of its quota in MB where it has one."""
    with ui.element("div").classes("use"):
        if quota is not None:
            meter(label, used, quota * MEGABYTE)
        held = f"{megabytes(used)} of {quota:,} MB" if quota is not None else megabytes(used)
        text(f"{held} · {messages:,} message{'' if messages == 1 else 's'}").classes("muted tabular")


def megabytes(used: int) -> str:
    """Bytes as people read them: in MB with one digit, what is less in KB."""
    if 0 < used < MEGABYTE:
        return f"{max(1, used >> 10)} KB"
    return f"{used / MEGABYTE:,.1f} MB" if used else "0 MB"
