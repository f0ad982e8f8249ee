"""What a start loads: heavy optional libraries that NiceGUI can use and migrations' tools stay out of memory."""

import subprocess
import sys

from tests.program import ROOT

UNWANTED = {"pandas", "numpy", "plotly", "matplotlib", "polars", "altair", "PIL", "scipy", "alembic", "pytest", "dbos"}


def test_start_loads_nothing_heavy() -> None:
    code = "import sys, main; from services import settings; main.create_app(settings.Settings()); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not UNWANTED & {name.partition(".")[0] for name in done.stdout.split()}
