"""A file sent to one of our addresses as the body of a PUT, with its progress, however large it is."""

from components.pane import Pane


class Uploader(Pane, component="uploader.js"):
    """Emits `done` with the answer. The page puts the choices of the form into the address by `aim`."""

    def __init__(self, words: str, accept: str, address: str) -> None:
        super().__init__(words=words, accept=accept, address=address)

    def aim(self, address: str) -> None:
        """Where the next file goes."""
        self.set(address=address)
