"""Look-ups that an SPF record costs, counted at a real DNS server."""

import pytest

from services.domains import spf
from tests.dns_server import Zone


@pytest.mark.parametrize(
    ("policy", "count"),
    [
        ("v=spf1 -all", 0),
        ("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 all", 0),
        ("v=spf1 a mx/24 ptr exists:%{i}.example.net -all", 4),
        ("v=spf1 a:mail.example.net mx ~all", 2),
        ("v=spf1 include:one.example.net ~all", 3),
        ("v=spf1 redirect=one.example.net", 3),
        ("v=spf1 include:loop.example.net ~all", 2),
        ("v=spf1 include:absent.example.net ~all", 1),
        ("v=spf1 " + " ".join(f"include:{n}.example.net" for n in range(12)), 11),
    ],
)
async def test_count(zone: Zone, policy: str, count: int) -> None:
    zone.set_text("one.example.net", "other", "v=spf1 mx ?include:two.example.net -all")
    zone.set_text("two.example.net", "v=spf1 ip4:192.0.2.1 -all")
    zone.set_text("loop.example.net", "v=spf1 include:loop.example.net -all")
    assert await spf.lookups(policy) == count
