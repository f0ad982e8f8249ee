"""A process's name among those over one data folder, the same again after a restart: a file only this process holds."""

import fcntl
import secrets as random
from pathlib import Path
from typing import IO


class Slot:
    """Held until `give_back`, or until the process ends in whatever way."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.name = Path(file.name).name

    def give_back(self) -> None:
        self._file.close()


def take(folder: Path, kind: str) -> Slot:
    """The first slot of its kind that nobody holds; where all are held, a new one."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in [*sorted(folder.glob(f"{kind}-*")), folder / f"{kind}-{random.token_hex(6)}"]:
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        return Slot(file)
    raise AssertionError("a new file is always free")
