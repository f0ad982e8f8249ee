"""RELIABILITY B18: the published vectors of SPF, ARC and DMARC pass whole."""

from pathlib import Path

import pytest

from tests.corpora import authentication
from tests.figures import Figures

PEERS = {"SPF": "pyspf 100 %", "ARC": "dkimpy 100 %", "DMARC": "opendmarc 100 %"}


@pytest.mark.figures
@pytest.mark.timeout(600)
def test_published_vectors(corpora: Path, figures: Figures) -> None:
    for name, (faults, total) in authentication.wrong(corpora).items():
        assert not faults
        figures.share("Authentication", f"{name} vectors", total - len(faults), total, least=1, peers=PEERS[name])
