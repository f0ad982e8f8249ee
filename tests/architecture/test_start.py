"""What a start loads: heavy optional libraries that NiceGUI can use and migrations' tools stay out of memory, and what
takes long to build waits until the port is open."""

import subprocess
import sys

from tests.program import ROOT

UNWANTED = {"pandas", "numpy", "plotly", "matplotlib", "polars", "altair", "PIL", "scipy", "alembic", "pytest", "dbos"}

LATER = {"api.app", "api.docs", "joserfc"}


def test_start_loads_nothing_heavy() -> None:
    code = "import sys, main; from services import settings; main.create_app(settings.Settings()); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not UNWANTED & {name.partition(".")[0] for name in loaded}
    assert not LATER & loaded


def test_what_waited_is_made_once_the_program_runs() -> None:
    """Nobody called the API, and yet its first caller does not wait for it to load."""
    code = """
import asyncio, sys, main
from services.settings import Settings
app = main.create_app(Settings())
asyncio.run(main.settle_in(app))
assert "api.app" in sys.modules and "api.docs" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
