"""Where the browser finds our own files: one version of all of them in the URL, so that caches may keep them."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "assets"
FOLDERS = ("fonts/", "vendor/")
SUFFIXES = (".css", ".js", ".svg")


@cache
def version() -> str:
    """Ten hex digits that change with any file the browser may be given."""
    mixed = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        name = path.relative_to(FOLDER).as_posix()
        if path.is_file() and is_public(name):
            mixed.update(name.encode() + path.read_bytes())
    return mixed.hexdigest()[:10]


def is_public(name: str) -> bool:
    """Fonts, vendored files, and what lies beside them; not the demo's mail."""
    return name.startswith(FOLDERS) or ("/" not in name and name.endswith(SUFFIXES))


def url(name: str) -> str:
    """The address of `assets/<name>`; it never changes meaning."""
    return f"/assets/{version()}/{name}"
