"""Queue ids and the trace field."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime

from services import reception
from services.reception import Envelope
from services.settings import Settings

AT = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
MAIL = Envelope("a@b.test", ("support@acme.test",), b"", "client.test", "192.0.2.1", "ESMTPS")


def test_queue_ids_are_short_unique_and_in_order() -> None:
    made = [reception.make_queue_id() for _ in range(5000)]
    assert len(set(made)) == 5000
    assert {len(each) for each in made} == {16}
    assert all(each.isalnum() and each.isupper() for each in made)
    assert made[0][:8] <= made[-1][:8]


def test_the_trace_field(settings: Settings) -> None:
    raw = reception.received_field(MAIL, "Q1", AT)
    field = message_from_bytes(raw + b"\r\n")["Received"]
    assert " ".join(field.split()) == (
        "from client.test ([192.0.2.1]) by mailroom.test (Mailroom) with ESMTPS id Q1"
        " for <support@acme.test>; Sat, 21 Nov 2026 04:05:06 +0000"
    )
    assert parsedate_to_datetime(field.rsplit(";", 1)[1].strip()) == AT
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))


def test_it_names_no_one_of_several_and_ipv6_as_a_literal(settings: Settings) -> None:
    raw = reception.received_field(replace(MAIL, recipients=("a@b.test", "c@d.test"), peer="2001:db8::1"), "Q1", AT)
    assert b" for " not in raw.split(b";")[0].replace(b"\t", b" ")
    assert b"([IPv6:2001:db8::1])" in raw
