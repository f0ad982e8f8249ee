"""Every vector in Chromium as a mail of its own, for a quarter of an hour: python -m tests.browser.every_vector."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, PATIENCE, founded, open_at, signed_in
from tests.browser.mailing import open_for_mail
from tests.browser.vectors import Witness, all_vectors, try_all
from tests.program import Program


def figures(vectors: list[str]) -> dict[str, int]:
    """How many were tried, how many of their elements were pressed, and what ran, was fetched or stood out of place."""
    with tempfile.TemporaryDirectory() as folder, Program(Path(folder)) as program, sync_playwright() as playwright:
        workspace = founded(program)
        open_for_mail(workspace)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE)
        page = signed_in(context, workspace)
        witness = Witness(page, workspace.url)
        open_at(page, workspace, "/")
        pressed, wrong = try_all(workspace, page, vectors, "Vector ")
        sys.stderr.writelines(f"{each}\n" for each in [*wrong, *witness.seen])
        browser.close()
    return {"vectors": len(vectors), "pressed": pressed, "out of place": len(wrong), "escaped": len(witness.seen)}


if __name__ == "__main__":
    sys.stdout.write(f"{figures(all_vectors()[:: int(sys.argv[1]) if len(sys.argv) > 1 else 1])}\n")
