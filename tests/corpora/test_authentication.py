"""RELIABILITY B18: the published vectors pass whole."""

from pathlib import Path

import pytest

from tests.corpora import authentication
from tests.corpora.conftest import CORPORA

FOLDER = CORPORA / "mail-auth"
SCENARIOS = authentication.scenarios(FOLDER) if FOLDER.is_dir() else []


@pytest.mark.parametrize("scenario", [pytest.param(each, id=name) for name, each in SCENARIOS])
def test_spf(scenario: dict[str, object]) -> None:
    assert authentication.spf_wrong(scenario) == []


def test_arc(corpora: Path) -> None:
    wrong, total = authentication.arc_wrong(corpora / "mail-auth")
    assert wrong == [] and total >= 80


def test_dmarc(corpora: Path) -> None:
    wrong, total = authentication.dmarc_wrong(corpora / "mail-auth")
    assert wrong == [] and total >= 20
