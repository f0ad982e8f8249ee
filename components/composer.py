"""What members write with: one Vue component around the vendored rich text editor."""

from typing import Any

from components.pane import Line, Pane

EDITOR = "../assets/vendor/editor"


class Composer(Pane, component="composer.js", esm={"mailroom-ui": "ui", "mailroom-editor": EDITOR}):
    """State: d (the draft or None), aliases (every address of ours to write from), people,
    limits. Drafts and files go by HTTP, not by the socket.

    Emits `send` ({draft, then, snooze, at, confirm}), `turn` ({kind, from, carried}), `close`, `discard` (id) and
    `typing`.
    """

    def open(self, draft: Line | None, carried: Any = None, *, focused: bool = True) -> None:
        self.run_method("open", draft, carried, focused)

    def insert(self, template: str) -> None:
        """Put a template in, as the picker does."""
        self.run_method("insert", {"key": template})

    def refused(self, code: str, message: str) -> None:
        self.run_method("refused", {"code": code, "message": message})
