"""Where a template is written: rich or as source, its fields listed, and how it looks to somebody beside it."""

from components.composer import EDITOR
from components.pane import Pane


class TemplateEditor(Pane, component="template_editor.js", esm={"mailroom-editor": EDITOR}):
    """State: t (the template), fields ([name, example]), people ([{key, label}]), writes, is_new. Previews go by HTTP.

    Emits `save` (the template's fields and version).
    """

    def saved(self, version: int) -> None:
        """What is in the editor is kept."""
        self.run_method("saved", version)

    def refused(self, field: str, message: str) -> None:
        self.run_method("refused", field, message)
