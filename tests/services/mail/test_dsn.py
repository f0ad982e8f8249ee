"""Failure reports, read by the standard library as other mail programs read them."""

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default

from services.mail import bounces
from services.mail.dsn import Failure, compose_dsn
from services.mail.message import parse

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ORIGINAL = b"From: a@acme.test\nSubject: gr\xc3\xbc\xc3\x9fe\nMessage-ID: <1@acme.test>\n\nthe body stays away\n"
FAILURES = [
    Failure("bob@example.org", "5.1.1", "550 5.1.1 no such\r\nX-Evil: user", "mx.example.org"),
    Failure("grüße@example.org", "", "it is " + "long " * 300),
]


def report() -> bytes:
    return compose_dsn(
        reporting_mta="mail.acme.test",
        to="a@acme.test",
        sent_at=AT,
        arrived_at=AT,
        failures=FAILURES,
        original=ORIGINAL,
    )


def read() -> EmailMessage:
    message = email.message_from_bytes(report(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_what_it_is() -> None:
    message = read()
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert message["auto-submitted"] == "auto-replied"
    assert message["to"] == "a@acme.test" and "MAILER-DAEMON@mail.acme.test" in message["from"]
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "message/delivery-status",
        "text/rfc822-headers",
    ]


def test_a_group_of_fields_for_each_recipient() -> None:
    status = list(read().iter_parts())[1]
    whole, bob, other = status.get_payload()  # type: ignore[misc]
    assert whole["reporting-mta"] == "dns; mail.acme.test"  # type: ignore[index]
    assert bob["final-recipient"] == "rfc822; bob@example.org"  # type: ignore[index]
    assert (bob["action"], bob["status"]) == ("failed", "5.1.1")  # type: ignore[index]
    assert bob["remote-mta"] == "dns; mx.example.org"  # type: ignore[index]
    assert bob["x-evil"] is None  # type: ignore[index]
    assert other["status"] == "5.0.0"  # type: ignore[index]


def test_an_address_of_any_letters_passes_servers_of_seven_bits() -> None:
    """RFC 6533 3, and whoever reads it finds the address again."""
    made = report()
    status = made[made.index(b"message/delivery-status") : made.index(b"text/rfc822-headers")]
    assert status.isascii() and rb"Final-Recipient: utf-8; gr\x{FC}\x{DF}e@example.org" in status
    made = made.replace(rb"\x{DF}e@", rb"\x{DF}e\x{2B}x@")
    found = bounces.read(made, parse(made), "")
    assert found and [each.address for each in found.affected] == ["bob@example.org", "grüße+x@example.org"]


def test_headers_come_back_and_the_body_does_not() -> None:
    assert b"Message-ID: <1@acme.test>\r\n" in report()
    assert b"the body stays away" not in report()


def test_lines_and_our_own_parser() -> None:
    lines = report().split(b"\r\n")
    assert max(map(len, lines)) <= 998 and not any(b"\n" in line or b"\r" in line for line in lines)
    parsed = parse(report())
    assert parsed.error == "" and "bob@example.org" in parsed.text


def test_mail_that_is_only_late() -> None:
    """It says until when it is tried, and whoever reads it takes it for no bounce."""
    made = compose_dsn(
        reporting_mta="mail.acme.test",
        to="a@acme.test",
        sent_at=AT,
        arrived_at=AT,
        failures=[Failure("bob@example.org", "4.4.1", "451 4.4.1 Could not connect")],
        original=ORIGINAL,
        subject="Your mail is late",
        retried_until=AT + timedelta(hours=43),
    )
    message = email.message_from_bytes(made, policy=default)
    assert isinstance(message, EmailMessage)
    words, status, _ = message.iter_parts()
    group = status.as_string().replace("\n", "|")
    assert "|Action: delayed|Status: 4.4.1|" in group
    assert "|Will-Retry-Until: Fri, 06 Mar 2026 00:06:07 +0000" in group
    assert "is tried again until" in words.get_content() and "could not be delivered" not in words.get_content()
    found = bounces.read(made, parse(made), "")
    assert found is not None and found.sort == "delayed" and {each.kind for each in found.affected} == {"delayed"}
