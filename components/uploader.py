"""A file sent to one of our addresses as the body of a PUT, with its progress, however large it is."""

from collections.abc import Callable

from components.pane import Pane


class Uploader(Pane, component="uploader.js"):
    """Emits `done` when the file was taken.

    `address` is asked where the file goes once it is chosen, in turn with what was typed before: an address given
    ahead could still be without it.
    """

    def __init__(self, words: str, accept: str, address: Callable[[], str]) -> None:
        super().__init__(words=words, accept=accept)
        self.listen(chosen=lambda turn: self.run_method("send", address(), turn))
