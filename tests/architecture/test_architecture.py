"""The house rules as a test: who may import what, how long things may be, and that tests mirror the tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LAYERS = ["pages", "components", "api", "smtp", "services", "models", "migrations"]
MAY_IMPORT = {
    "pages": {"pages", "components", "services", "models"},
    "components": {"components", "services", "models"},
    "api": {"api", "services", "models"},
    "smtp": {"smtp", "services"},
    "services": {"services", "models"},
    "models": {"models"},
    "migrations": {"migrations", "models", "services"},
}
ONLY_IN = {
    "nicegui": {"main", "pages", "components"},
    "fastapi": {"main", "api"},
    "aiosmtpd": {"smtp"},
    "sqlmodel": {"services", "models", "migrations"},
    "sqlalchemy": {"services", "models", "migrations"},
}
MAIL_ONLY = {"services", "models", "sqlmodel", "sqlalchemy", "pydantic_settings"}
GROUND = {
    "settings",
    "errors",
    "database",
    "idempotency",
    "events",
    "access",
    "clock",
    "secrets",
    "ids",
    "audit",
    "csvtext",
    "jsontext",
    "slots",
}
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py") if "versions" not in path.parts) + [
    ROOT / "main.py"
]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names a module imports, with the line; `from a import b` counts as a.b where that is a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else node.module, node.lineno)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_layers(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0].removesuffix(".py")
    for name, line in imports(path):
        top = name.split(".")[0]
        where = f"{name_of(path)}:{line} imports {name}"
        if layer in MAY_IMPORT and top in LAYERS:
            assert top in MAY_IMPORT[layer], where
        if top in ONLY_IN:
            assert layer in ONLY_IN[top], where
        if (name_of(path) + ".").startswith("services.mail.") and not (name + ".").startswith("services.mail."):
            assert top not in MAIL_ONLY, where


@pytest.mark.parametrize("path", [p for p in FILES if p.parts[-2:] != ("services", "__init__.py")], ids=name_of)
def test_room_is_layered(path: Path) -> None:
    """In services: ground imports no noun, nouns import no flow, and nobody calls delivery but the composition root."""
    own = name_of(path)
    if not own.startswith("services."):
        return
    part = own.split(".")[1]
    for name, line in imports(path):
        if not name.startswith("services."):
            continue
        other = name.split(".")[1]
        where = f"{own}:{line} imports {name}"
        if part in GROUND:
            assert other in GROUND, where
        elif part != "flows":
            assert other != "flows", where


def test_no_import_cycle() -> None:
    graph = {
        name: {target for target, _ in imports(path) if target in MODULES and target != name}
        for name, path in MODULES.items()
    }
    for name, targets in graph.items():  # a package may re-export its own modules
        graph[name] = {
            target for target in targets if not target.startswith(name + ".") and not name.startswith(target + ".")
        }
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name in done:
            return
        for target in sorted(graph[name]):
            walk(target, (*trail, name))
        done.add(name)

    for name in sorted(graph):
        walk(name, ())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_sizes_and_docstrings(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= 300, f"{path} has {text.count(chr(10))} lines"
    assert ast.get_docstring(tree), f"{path} does not say what it owns"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            assert size <= 60, f"{path}:{node.lineno} {node.name} has {size} lines"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_database_commits(path: Path) -> None:
    if "database" in path.parts or "migrations" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr != "commit", f"{path}:{node.lineno} commits"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_data_in_markup(path: Path) -> None:
    """An f-string in props, style, classes, head html or javascript runs a stranger's subject as code."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            risky = node.func.attr in {"props", "style", "classes", "run_javascript", "add_head_html", "add_body_html"}
            assert not (risky and any(isinstance(arg, ast.JoinedStr) for arg in node.args)), f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_choices_show_at_once(path: Path) -> None:
    """NiceGUI's own controls lose the first of two quick choices; `components.controls` has ours."""
    if name_of(path) != "components.controls":
        assert not re.search(r"\bui\.(select|checkbox|switch)\(", path.read_text()), path


def test_configuration_is_read_in_one_place() -> None:
    for path in FILES:
        if name_of(path) in {"services.settings", "main"}:
            continue
        assert "os.environ" not in path.read_text(), path


def test_every_noun_has_its_tests() -> None:
    """services/x.py or services/x/ → tests/services/test_x.py or tests/services/x/; each test mirrors a module."""
    for folder in ("services", "services/mail", "services/flows", "smtp"):
        for path in (ROOT / folder).iterdir():
            if path.name.startswith("_") or (path.is_dir() and path.name in {"mail", "flows"}):
                continue
            mirrored = ROOT / "tests" / folder
            assert (mirrored / f"test_{path.stem}.py").exists() or (mirrored / path.stem).is_dir(), path
    for test in (ROOT / "tests" / "services").glob("test_*.py"):
        noun = test.stem.removeprefix("test_")
        assert (ROOT / "services" / noun).is_dir() or (ROOT / "services" / f"{noun}.py").exists(), test
