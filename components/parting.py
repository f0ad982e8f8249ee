"""Parting with something that others lead to: who or what takes its place is asked first."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from components import action, field
from components.dialog import asking


class Named(Protocol):
    """A member, a mailbox."""

    id: int | None
    name: str


async def part(
    going: Named,
    others: Callable[..., Iterable[Named]],
    remove: Callable[..., object],
    *,
    about: str,
    label: str,
    nobody: str,
    words: str,
    after: Callable[[], None],
) -> None:
    """Offer what `others` reads as heirs, `nobody` being none of them; then `remove(…, heir_id=…)` and `after`."""
    found = await action.read(others)
    if not found:
        return
    with asking(f"Remove {going.name}?", about) as dialog:
        names: dict[Any, str] = {each.id: each.name for each in found.value if each.id != going.id}
        heir = field.choice(label, {None: nobody, **names})

        async def press() -> None:
            if await action.run(remove, going.id, heir_id=heir.value):
                dialog.close()
                after()

        dialog.buttons(words, press, is_danger=True)
