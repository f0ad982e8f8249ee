"""A process loads what its roles need."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, main
from services.settings import Settings
main.create_app(Settings(roles=sys.argv[1]))
assert "smtp.listener" in sys.modules
assert not {"nicegui", "pages", "components", "api"} & set(sys.modules)
"""


@pytest.mark.parametrize("roles", ["smtp", "worker"])
def test_mail_without_screens(roles: str) -> None:
    root = Path(__file__).parent.parent.parent
    subprocess.run([sys.executable, "-c", PROGRAM, roles], cwd=root, check=True)
