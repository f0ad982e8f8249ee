"""What a menu entry is; the menu itself is data of the pages."""

from dataclasses import dataclass

from services.access import Actor, Permission, may


@dataclass(frozen=True)
class Entry:
    """One place to go. `group` is "main" (the rail) or the heading it stands under in the settings area."""

    path: str
    icon: str
    label: str
    group: str = "main"
    permission: Permission | None = None

    def is_for(self, actor: Actor) -> bool:
        return self.permission is None or may(actor, self.permission)


def group_of(menu: tuple[Entry, ...], path: str) -> str:
    return next((entry.group for entry in menu if entry.path == path), "main")
