"""One writer at a time on SQLite, over threads and processes: who waits sleeps until it is their turn, where SQLite's
own waiting looks again now and then, ever more seldom, and whoever looks at the right moment goes first."""

import fcntl
import threading
from pathlib import Path
from types import TracebackType


class Turn:
    """What one thread of one process has at a time; a context. `path` names the file whose lock the processes share."""

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._file = path.open("a")

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        self._file.close()
