"""What a sender is told by programs: that mail could not be delivered (RFC 3464), or that its reader complained."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.mail import compose, fields
from services.mail.address import Address

MAX_HEADERS = 64 * 1024
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Failure:
    """One recipient not reached: `status` is the enhanced code, `diagnostic` the server's words."""

    recipient: str
    status: str
    diagnostic: str
    host: str = ""


def compose_dsn(
    *,
    reporting_mta: str,
    to: str,
    sent_at: datetime,
    arrived_at: datetime,
    failures: Sequence[Failure],
    original: bytes,
    author: Address | None = None,
    subject: str = "Undelivered mail returned to sender",
    retried_until: datetime | None = None,
) -> bytes:
    """A failure report to `to`, to be sent with the null reverse-path (RFC 5321 6.1, RFC 3834 5); of mail that is only
    late where `retried_until` says how long it is tried.

    Of `original` the header fields are returned, not the body.
    """
    words = _words(reporting_mta, failures, retried_until)
    parts = [words, _status(reporting_mta, arrived_at, failures, retried_until), _returned(original)]
    head = (
        fields.addresses("From", (author or Address("Mail Delivery System", f"MAILER-DAEMON@{reporting_mta}"),)),
        fields.addresses("To", (Address("", to),)),
        fields.unstructured("Subject", subject),
        f"Date: {compose.date(sent_at)}\r\n".encode(),
        fields.identifiers("Message-ID", (compose.message_id(reporting_mta),)),
        b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n",
    )
    return b"".join((*head, *compose.multipart("report; report-type=delivery-status", parts)))


def compose_feedback(*, reporting_mta: str, to: str, sent_at: datetime, reader: str, original: bytes) -> bytes:
    """A complaint of `reader` to `to`, as the operators of mailboxes send them (RFC 5965)."""
    words = f"This is an abuse report for a message to {fields.plain(reader)}."
    report = (
        f"Feedback-Type: abuse\r\nUser-Agent: Mailroom\r\nVersion: 1\r\nOriginal-Rcpt-To: <{fields.plain(reader)}>\r\n"
    )
    parts = [
        compose.text_part("plain", words),
        [b"Content-Type: message/feedback-report\r\n\r\n", report.encode()],
        _returned(original),
    ]
    head = (
        fields.addresses("From", (Address("Feedback loop", f"feedback@{reporting_mta}"),)),
        fields.addresses("To", (Address("", to),)),
        fields.unstructured("Subject", "Complaint about a message"),
        f"Date: {compose.date(sent_at)}\r\n".encode(),
        fields.identifiers("Message-ID", (compose.message_id(reporting_mta),)),
        b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
    )
    return b"".join((*head, *compose.multipart("report; report-type=feedback-report", parts)))


def _words(reporting_mta: str, failures: Sequence[Failure], retried_until: datetime | None) -> list[bytes]:
    what = "Your message could not be delivered to:"
    if retried_until is not None:
        day = compose.date(retried_until)
        what = f"Your message is late. There is nothing you need to do: it is tried again until {day}. It is for:"
    lines = [f"This is the mail system of {reporting_mta}.", "", what, ""]
    for failure in failures:
        said = f"{failure.host} said: " if failure.host else ""
        lines += [f"  {fields.plain(failure.recipient)}", f"    {said}{fields.plain(failure.diagnostic)[:800]}", ""]
    return compose.text_part("plain", "\n".join(lines))


def _status(
    reporting_mta: str, arrived_at: datetime, failures: Sequence[Failure], retried_until: datetime | None
) -> list[bytes]:
    """Groups of fields: one for the message, one for each recipient (RFC 3464 2.1)."""
    groups = [f"Reporting-MTA: dns; {reporting_mta}\r\nArrival-Date: {compose.date(arrived_at)}\r\n".encode()]
    for failure in failures:
        recipient = fields.plain(failure.recipient)
        kind = "rfc822" if recipient.isascii() else "utf-8"
        recipient = recipient if recipient.isascii() else _embedded(recipient)
        action, status = ("delayed", "4.0.0") if retried_until is not None else ("failed", "5.0.0")
        group = [f"Final-Recipient: {kind}; {recipient}\r\nAction: {action}\r\n".encode()]
        group.append(f"Status: {failure.status or status}\r\n".encode())
        if failure.host:
            group.append(f"Remote-MTA: dns; {fields.plain(failure.host)[:200]}\r\n".encode())
        diagnostic = fields.plain(failure.diagnostic).encode("ascii", "replace").decode()[:800]
        group.append(fields.unstructured("Diagnostic-Code", f"smtp; {diagnostic}"))
        if retried_until is not None:
            group.append(f"Will-Retry-Until: {compose.date(retried_until)}\r\n".encode())  # RFC 3464 2.3.9
        groups.append(b"".join(group))
    return [b"Content-Type: message/delivery-status\r\n\r\n", b"\r\n".join(groups)]


def _embedded(address: str) -> str:
    """In seven bits, as this kind of report is (RFC 6533 3: utf-8-addr-xtext)."""
    return "".join(each if "!" <= each <= "~" and each not in "+=\\" else f"\\x{{{ord(each):X}}}" for each in address)


def _returned(original: bytes) -> list[bytes]:
    head = _LINE_END.sub(b"\r\n", original[:MAX_HEADERS]).partition(b"\r\n\r\n")[0]
    eight_bit = b"" if head.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
    return [b"Content-Type: text/rfc822-headers\r\n", eight_bit, b"\r\n", head.replace(b"\x00", b""), b"\r\n"]
