"""`python -m tests.benchmarks [name …]`: run the benchmarks one after another, each in a process of its own."""

import importlib.util
import pkgutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The modules here that can be run: those with a `main()`."""
    found = [module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_")]
    return [name for name in found if "\ndef main(" in (HERE / f"{name}.py").read_text()]


def run(name: str) -> int:
    print(f"\n== {name} ==", flush=True)
    program = f"from tests.benchmarks.{name} import main; main()"
    return subprocess.run([sys.executable, "-c", program], cwd=HERE.parent.parent, check=False).returncode


if __name__ == "__main__":
    chosen = sys.argv[1:] or names()
    unknown = [name for name in chosen if importlib.util.find_spec(f"tests.benchmarks.{name}") is None]
    if unknown:
        sys.exit(f"There is no benchmark called {', '.join(unknown)}; there are {', '.join(names())}.")
    sys.exit(max([run(name) for name in chosen]))
