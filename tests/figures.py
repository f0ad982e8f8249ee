"""Figures that tests measure and hold, printed as one table by `make report`.

A test marked `figures` takes the fixture of that name and says what it counted, what the bar is, and what others
reach; it asserts the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest


@dataclass(frozen=True)
class Figure:
    area: str
    name: str
    value: str
    bar: str
    peers: str
    reached: bool


@dataclass
class Figures:
    """What one run has counted so far."""

    rows: list[Figure] = field(default_factory=list)

    def share(self, area: str, name: str, got: int, of: int, *, least: float, peers: str = "") -> None:
        """`got` out of `of`; at least the share `least` is wanted."""
        part = got / of if of else 0.0
        value = f"{got:,} of {of:,} ({_percent(part)})"
        self.add(area, name, value, f"≥ {_percent(least)}", reached=of > 0 and part >= least, peers=peers)

    def most(self, area: str, name: str, got: int, of: int, *, most: float, peers: str = "") -> None:
        """`got` out of `of`; less than the share `most` is wanted, or none at all where that is 0."""
        part = got / of if of else 1.0
        reached = part < most if most else got == 0
        bar = f"< {_percent(most)}" if most else "0"
        self.add(area, name, f"{got:,} of {of:,} ({_percent(part)})", bar, reached=reached, peers=peers)

    def took(self, area: str, name: str, seconds: float, *, most: float) -> None:
        """A time is printed, never asserted: it says as much of the machine as of us."""
        value = f"{seconds * 1000:.0f} ms"
        self.rows.append(Figure(area, name, value, f"< {most * 1000:.0f} ms", "", seconds < most))

    def add(self, area: str, name: str, value: str, bar: str, *, reached: bool, peers: str = "") -> None:
        self.rows.append(Figure(area, name, value, bar, peers, reached))
        assert reached, f"{area}, {name}: {value}, wanted {bar}"


def _percent(part: float) -> str:
    return f"{part * 100:.2f}".rstrip("0").rstrip(".") + " %"


_KEY = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", action="store_true", help="print the figures that tests have counted")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_KEY] = Figures()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    yield request.config.stash[_KEY]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_KEY].rows
    if not (rows and config.getoption("--figures")):
        return
    area = ""
    for row in rows:
        if row.area != area:
            area = row.area
            terminalreporter.write_line(f"\n{area}", bold=True)
        verdict = "reached" if row.reached else "MISSED"
        peers = f"; {row.peers}" if row.peers else ""
        terminalreporter.write_line(f"  {row.name:<58} {row.value:>28}   bar {row.bar}: {verdict}{peers}")
