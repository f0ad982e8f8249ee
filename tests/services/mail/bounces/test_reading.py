"""What a report says, out of whatever form it has."""

from email.message import Message

import flufl.bounce
import pytest

from services.mail import bounces
from services.mail.bounces import Report
from services.mail.bounces.unusual import MOST_LINES
from services.mail.message import parse

HEAD = b"From: Mail Delivery System <MAILER-DAEMON@mx.there.example>\r\nTo: us@here.example\r\nSubject: %s\r\n"
DSN = (
    HEAD % b"Undelivered Mail Returned to Sender"
    + b"""Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
\r
This is the mail system.\r
\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.there.example\r
\r
Final-Recipient: rfc822; ann@there.example\r
Action: %s\r
Status: %s\r
Diagnostic-Code: smtp; %s\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <first@here.example>\r
To: ann@there.example\r
\r
--b--\r
"""
)
TEXT = HEAD % b"failure notice" + b"\r\n%s\r\n"


def read(raw: bytes, reverse_path: str = "") -> Report | None:
    return bounces.read(raw, parse(raw), reverse_path)


@pytest.mark.parametrize(
    ("action", "status", "words", "kind", "reason"),
    [
        ("failed", "5.1.1", "550 5.1.1 User unknown", "hard", "unknown_user"),
        ("failed", "5.2.1", "550 5.2.1 Mailbox disabled", "hard", "disabled"),
        ("failed", "5.4.4", "No such domain", "hard", "domain"),
        ("failed", "5.2.2", "552 5.2.2 Over quota", "soft", "full"),
        ("failed", "5.7.1", "550 5.7.1 Blocked, see spamhaus", "block", "blocked"),
        ("failed", "5.7.26", "550 5.7.26 fails DMARC", "block", "authentication"),
        ("failed", "5.3.4", "552 5.3.4 Message too big", "block", "size"),
        ("failed", "4.4.7", "Delivery time expired", "transient", "network"),
        ("failed", "4.7.28", "421 4.7.28 rate limited", "transient", "rate"),
        ("failed", "4.1.1", "450 4.1.1 User unknown", "transient", "unknown_user"),
        ("delayed", "4.2.2", "452 4.2.2 Over quota", "delayed", "full"),
    ],
)
def test_codes_and_words_decide(action: str, status: str, words: str, kind: str, reason: str) -> None:
    report = read(DSN % (action.encode(), status.encode(), words.encode()))
    assert report is not None and report.message_id == "<first@here.example>"
    (affected,) = report.affected
    assert (affected.address, affected.kind, affected.reason) == ("ann@there.example", kind, reason)
    assert affected.enhanced_code == status and words in affected.diagnostic
    assert report.sort == ("delayed" if action == "delayed" else "failure")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"dns; mx.there.example", b"dns; inbound-smtp.eu-west-1.amazonaws.com", "filtered"),
        (b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
         b"\r\nX-PowerMTA-BounceCategory: quota-issues\r\n\r\n--b\r\nContent-Type: text/rfc822-headers", "full"),
    ],
)  # fmt: skip
def test_who_reports_may_tell_more(old: bytes, new: bytes, reason: str) -> None:
    report = read((DSN % (b"failed", b"5.1.1", b"550 5.1.1 Mailbox does not exist")).replace(old, new))
    assert report is not None and report.affected[0].reason == reason


def test_japanese_as_it_is() -> None:
    words = "Domino ディレクトリのリストにありません".encode("iso-2022-jp")
    report = read(DSN % (b"failed", b"5.0.0", words))
    assert report is not None and report.affected[0].reason == "unknown_user"


@pytest.mark.parametrize("action", [b"delivered", b"relayed", b"expanded"])
def test_good_news_is_no_failure(action: bytes) -> None:
    report = read(DSN % (action, b"2.0.0", b"250 2.0.0 Ok"))
    assert report is not None and report.sort == "delivered" and not report.affected


@pytest.mark.parametrize(
    ("words", "addresses", "reason"),
    [
        (b"Hi. This is the qmail-send program.\r\n\r\n<a@x.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)",
         ["a@x.example"], "unknown_user"),
        (b"The following address(es) failed:\r\n\r\n  a@x.example\r\n    mailbox is full\r\n  b@x.example\r\n"
         b"    mailbox is full", ["a@x.example", "b@x.example"], "full"),
        (b"did not reach the following recipient(s):\r\n\r\na@x.example on Thu, 9 May 2005 23:34:45 +0900\r\n"
         b"    The recipient name is not recognized", ["a@x.example"], "unknown_user"),
        (b"Could not be delivered to: <a@x.example>\r\n  As their mailbox is full.", ["a@x.example"], "full"),
        (b"  -- Transcript of session follows --\r\n550 <a@x.example>... Host unknown", ["a@x.example"], "domain"),
        (b"Your message\r\n\r\n  To:      list@x.example\r\n  Subject: Hi\r\n\r\ndid not reach the following "
         b"recipient(s):\r\n\r\nc=US;a= ;p=X;dda:SMTP=a@x.example; on Fri, 4 Oct 2002\r\n"
         b"    The recipient name is not recognized", ["a@x.example"], "unknown_user"),
        (b"There was an error delivering your mail to <us@here.example>.\r\n\r\n"
         b"mx.here.example did not like our RCPT TO:\r\n550 5.1.1 User unknown", ["us@here.example"], "unknown_user"),
    ],
)  # fmt: skip
def test_words_alone_are_understood(words: bytes, addresses: list[str], reason: str) -> None:
    report = read(TEXT % words)
    assert report is not None and report.sort == "failure"
    assert [each.address for each in report.affected] == addresses
    assert {each.reason for each in report.affected} == {reason}


SES = b"From: no-reply@sns.amazonaws.com\r\nSubject: Amazon SES Notification\r\n\r\n%s\r\n"


@pytest.mark.parametrize(
    ("told", "meaning"),
    [
        (b'{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@x.example"}]}}',
         ("failure", "hard", "unknown_user")),
        (b'{"eventType":"Bounce","bounce":{"bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"a@x.example"'
         b"}]}}", ("failure", "soft", "full")),
        (b'{"eventType":"DeliveryDelay","deliveryDelay":{"delayedRecipients":[{"emailAddress":"a@x.example"}]}}',
         ("delayed", "delayed", "other")),
        (b'{"eventType":"Delivery","delivery":{"recipients":["a@x.example"]}}', ("delivered", "", "")),
        (b'{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@x.example"}]}}',
         ("complaint", "complaint", "complaint")),
        (b'{"eventType":"Bounce","bounce":{"bouncedRecipients":[7,{"emailAddress":7}]}}', None),
        (b'{"eventType":"Bounce","bounce":[]}', None),
        (b'"eventType"' + b"{" * 60_000, None),
        (b'{"notificationType":' * 20_000, None),
        (b'{"notificationType":"Delivery","delivery":{"recipients":5}}', None),
        (b'{"notificationType":"Delivery","delivery":{"recipients":"a@x.example"}}', None),
        (b'{"notificationType":"Bounce","bounce":{"bouncedRecipients":[5,{"emailAddress":["@"]}]}}', None),
    ],
)  # fmt: skip
def test_amazon_tells_in_json(told: bytes, meaning: tuple[str, str, str] | None) -> None:
    report = read(SES % told)
    each = report.affected[0] if report and report.affected else None
    assert (report and (report.sort, each.kind if each else "", each.reason if each else "")) == meaning


def test_a_complaint_names_its_reader() -> None:
    report = read(
        b"From: fbl@provider.example\r\nSubject: complaint\r\nContent-Type: multipart/report; boundary=b;\r\n"
        b" report-type=feedback-report\r\n\r\n--b\r\n\r\nA complaint.\r\n--b\r\nContent-Type: message/feedback-report"
        b"\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <ann@provider.example>\r\n\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <first@here.example>\r\nTo: ann@provider.example\r\n"
        b"\r\nHi\r\n--b--"
    )
    assert report is not None and (report.sort, report.feedback) == ("complaint", "abuse")
    assert [each.address for each in report.affected] == ["ann@provider.example"]
    assert report.message_id == "<first@here.example>"


def test_who_is_away_has_bounced_nothing() -> None:
    raw = (
        b"From: Ann <ann@there.example>\r\nSubject: Automatic reply: your mail could not be better\r\n"
        b"Auto-Submitted: auto-replied\r\n\r\nI am away; mail to bob@there.example, who will not fail you.\r\n"
    )
    report = read(raw)
    assert report is not None and report.sort == "auto_reply"


def test_people_who_write_of_failures_report_none() -> None:
    raw = b"From: Ann <ann@there.example>\r\nSubject: Hello\r\n\r\nMail to bob@there.example failed: user unknown.\r\n"
    assert read(raw, "ann@there.example") is None


@pytest.mark.parametrize(
    "body",
    [
        b"a@" * 200_000,
        b"failed to " + b"to " * 150_000,
        b"failed\r\n" + b"a@b.example\r\n" * 40_000,
        b"failed a@b.example\r\n" + b"\r\n" * 150_000,
        b"failed a@b.example\r\n" + b"- " * 200_000,
        b"message exceeds " * 20_000,
    ],
)
def test_hostile_words_end(body: bytes) -> None:
    read(TEXT % body)


def test_many_recipients_with_much_to_say_end() -> None:
    group = b"\r\nFinal-Recipient: rfc822; a%d@b.example\r\nAction: failed\r\nDiagnostic-Code: smtp; "
    groups = b"".join(group % number + b"user message exceeds " * 20 + b"\r\n" for number in range(900))
    report = read(DSN % (b"failed", b"5.0.0", b"x\r\n" + groups))
    assert report is not None and len(report.affected) == 901


def test_hostile_fields_end() -> None:
    raw = DSN % (b"failed", b"5.1.1", b"x\r\n" + b"Final-Recipient: rfc822; a@b.example\r\n" * 20_000)
    report = read(raw)
    assert report is not None and len(report.affected) == 2


def test_of_a_report_without_end_only_the_beginning_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each detector asks each line: a quarter of a million empty ones kept filing from everybody's mail for seconds."""
    seen: list[int] = []

    def all_failures(message: Message) -> tuple[set[bytes], set[bytes]]:
        seen.append(message.as_string().count("\n"))
        return set(), set()

    monkeypatch.setattr(flufl.bounce, "all_failures", all_failures)
    read(TEXT % (b"\r\n" * 200_000))
    assert seen and max(seen) <= MOST_LINES
