"""The middle pane: one Vue component for search, rows, selection and bulk actions."""

from components.pane import Line, Pane


class ConversationList(Pane, component="conversation_list.js", esm={"mailroom-ui": "ui"}):
    """State: rows, view, title, more, selected, people, tags, empty, query, worker.

    Emits `open` (id), `more`, `act` ({ids, verb, value}), `search`, `compose`, `folders`, `keep`, `back`,
    `visit` (the path the browser went to).
    """

    def append(self, rows: list[Line], *, more: bool) -> None:
        self.run_method("append", rows, more)

    def sync(self, order: list[int], rows: list[Line], gone: list[int]) -> None:
        """The first rows in their order now, those of them that changed, and those that left."""
        self.run_method("sync", {"order": order, "rows": rows, "gone": gone})

    def point(self, ticket_id: int) -> None:
        self.run_method("point", ticket_id)

    def leave(self, ticket_ids: list[int]) -> None:
        """Take rows away and open what comes next."""
        self.run_method("leave", ticket_ids)

    def travel(self, path: str, *, replace: bool = False) -> None:
        """Put `path` into the browser's address bar, without loading anything."""
        self.run_method("travel", path, replace)
