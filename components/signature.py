"""A signature's field: rich text as it stands under a mail, in the editor mail is written with."""

from components.composer import EDITOR
from components.pane import Pane


class Signature(Pane, component="signature.js", esm={"mailroom-editor": EDITOR}):
    """Emits `edited` (html). `html` is None until somebody has typed, so that what the editor cannot show stays."""

    def __init__(self, label: str, html: str) -> None:
        super().__init__(label=label, html=html)
        self.html: str | None = None
        self.listen(edited=self._edited)

    def _edited(self, html: str) -> None:
        self.html = html
