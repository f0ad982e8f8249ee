"""A DNS that the settings point to."""

from collections.abc import Iterator

import pytest

from services import settings as configuration
from services.settings import Settings
from tests import dns_server
from tests.dns_server import Zone


@pytest.fixture
def zone(settings: Settings) -> Iterator[Zone]:
    with dns_server.serving() as served:
        configuration.use(settings.model_copy(update={"dns_nameservers": served.nameservers}))
        yield served
