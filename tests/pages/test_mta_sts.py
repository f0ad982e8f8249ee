"""`GET /.well-known/mta-sts.txt`: the policy of a domain of ours, for whoever asks on its host."""

from models import Domain, DomainStatus
from services import clock, database
from tests.conftest import People
from tests.pages.conftest import Web


async def test_the_policy_of_a_domain_by_its_host(web: Web, acme: People) -> None:
    with database.transaction() as session:
        session.add(
            Domain(
                organisation_id=acme.alice.organisation_id,
                name="acme.example",
                status=DomainStatus.ACTIVE,
                verification_token="-",
                created_at=clock.now(),
            )
        )
    browser = web.browser()
    path = "/.well-known/mta-sts.txt"
    answer = await browser.get(path, headers={"host": "mta-sts.acme.example"})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("version: STSv1\r\n") and "mx: mailroom.test\r\n" in answer.text
    assert (await browser.get(path)).status_code == 404
