"""Questions to the DNS, against a server of our own."""

import pytest

from services import dns
from services import settings as configuration
from services.dns import Answer, Mx
from services.errors import Unavailable
from services.settings import Settings
from tests import dns_server


async def test_answers(settings: Settings) -> None:
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("acme.example", "MX", "20 b.acme.example.", "10 A.acme.example.")
        zone.set_text("long.acme.example", "x" * 300)
        zone.set("a.acme.example", "A", "192.0.2.1")
        zone.set("a.acme.example", "AAAA", "2001:db8::1")
        assert await dns.mx("acme.example") == ([Mx(10, "a.acme.example"), Mx(20, "b.acme.example")], True)
        assert await dns.mx("a.acme.example") == ([], True)
        assert await dns.mx("nowhere.example") == ([], False)
        assert await dns.txt("long.acme.example") == Answer(("x" * 300,))
        assert await dns.addresses("a.acme.example") == Answer(("2001:db8::1", "192.0.2.1"))
        zone.broken = True
        with pytest.raises(Unavailable):
            await dns.txt("other.example")


async def test_fresh_questions_pass_the_cache_by(settings: Settings) -> None:
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set_text("acme.example", "one")
        await dns.txt("acme.example")
        zone.set_text("acme.example", "two")
        assert (await dns.txt("acme.example")).values == ("one",)
        assert (await dns.txt("acme.example", fresh=True)).values == ("two",)
