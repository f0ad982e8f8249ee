"""Where the corpora lie: beside the checkout. Without them these tests say that they were left out."""

from pathlib import Path

import pytest

CORPORA = Path(__file__).parent.parent.parent.parent / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    if not CORPORA.is_dir():
        pytest.skip("the corpora do not lie beside the checkout: left out")
    return CORPORA


@pytest.fixture(scope="session")
def mails(corpora: Path) -> list[Path]:
    """Every file of the mail corpora that is a message, or might be taken for one."""
    folders = ("mime-messages", "bounces", "ham-spam", "newsletters", "reply-stripping", "mail-auth")
    found = [path for folder in folders for path in sorted((corpora / folder).rglob("*")) if path.is_file()]
    return [path for path in found if path.stat().st_size < 5_000_000]
