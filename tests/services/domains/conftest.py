"""A DNS that the settings point to, and a domain that asks it."""

from collections.abc import Iterator

import pytest

from models import Domain
from services import database, domains
from services import settings as configuration
from services.domains import Report
from services.settings import Settings
from tests import dns_server
from tests.conftest import People
from tests.dns_server import Zone


@pytest.fixture
def zone(settings: Settings) -> Iterator[Zone]:
    with dns_server.serving() as served:
        configuration.use(settings.model_copy(update={"dns_nameservers": served.nameservers}))
        yield served


@pytest.fixture
def domain(people: People) -> Domain:
    with database.transaction() as session:
        return domains.add(session, "acme.example", actor=people.alice)


def reported(people: People, domain: Domain) -> Report:
    with database.reading() as session:
        return domains.report(session, domain.id or 0, actor=people.alice)


def publish(zone: Zone, report: Report) -> None:
    """Set what the page says to set."""
    for record in report.records:
        if record.type == "MX":
            zone.set(record.name, "MX", f"{record.priority} {record.value}.")
        else:
            zone.set_text(record.name, record.value)


def states(report: Report) -> dict[str, str]:
    return {record.selector or record.key: record.status.value for record in report.records}
