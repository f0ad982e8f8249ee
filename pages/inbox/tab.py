"""What the parts of a desk may ask of it."""

from typing import Any, Protocol

from nicegui import ui

from components.conversation_list import ConversationList
from components.conversation_view import ConversationView
from components.folder_list import FolderList
from components.toasts import Toasts
from pages.inbox.reading import Page, Surroundings
from services.tickets import View


class Answering(Protocol):
    """What other parts ask of the composer."""

    async def answer_with(self, template_id: int) -> None: ...


class Tab(Protocol):
    """One browser tab: what it shows, its panes, and the ways to go elsewhere."""

    view: View
    page: Page
    around: Surroundings
    open_id: int
    unread: bool
    panes: ui.element
    folders: FolderList
    list: ConversationList
    reader: ConversationView
    toasts: Toasts

    @property
    def writing(self) -> "Answering": ...

    def listing(self) -> dict[str, Any]: ...
    async def open_ticket(self, number: int, *, travels: bool = True) -> None: ...
    async def open_folder(self, text: str) -> None: ...
    def stay(self, number: int) -> None: ...
    async def close(self) -> None: ...
    async def rearrange(self) -> None: ...
    async def catch_up(self, touched: set[int]) -> None: ...
