"""Nothing of who hands a message in gets outside, and nothing else of it changes."""

from services.mail.scrub import scrubbed

HEAD = (
    b"Received: from laptop.home ([203.0.113.5])\r\n\tby home.example; Mon, 1 Jan 2026 00:00:00 +0000\r\n"
    b"Return-Path: <bob@private.example>\r\n"
    b"SENDER : Bob <bob@private.example>\r\n"
    b"From: Support <support@acme.test>\r\n"
    b"To: Ann <ann@customer.test>,\r\n ben@customer.test\r\n"
    b"Bcc: secret@elsewhere.example\r\n"
    b"Reply-To: Bob\r\n <Bob@Private.example>\r\n"
    b"Message-ID: <1234@laptop.home>\r\n"
    b"In-Reply-To: <abc@customer.test>\r\n"
    b"X-Originating-IP: [203.0.113.5]\r\n"
    b"Subject: Offer"
)
BODY = b"\r\n\r\nReceived: stays, this is text\r\nbob@private.example\r\n"


def clean(content: bytes) -> bytes:
    return scrubbed(content, domain="acme.test", private="bob@private.example")


def test_what_tells_of_the_member_is_gone() -> None:
    head, _, body = clean(HEAD + BODY).partition(b"\r\n\r\n")
    for secret in (b"private.example", b"203.0.113.5", b"laptop.home", b"elsewhere.example"):
        assert secret not in head.lower()
    assert b"To: Ann <ann@customer.test>,\r\n ben@customer.test\r\n" in head
    assert b"In-Reply-To: <abc@customer.test>" in head and head.endswith(b"Subject: Offer")
    assert body == BODY[4:]


def test_a_message_id_is_renamed_the_same_way_each_time_and_only_where_it_must_be() -> None:
    once, twice = clean(HEAD + BODY), clean(HEAD + BODY)
    assert once == twice and b"@acme.test>\r\nIn-Reply-To" in once
    for own in (b"Message-ID: <a@acme.test>", b"Message-Id: <a@mail.ACME.test>"):
        assert clean(own + BODY) == own + BODY


def test_an_address_to_answer_to_stays_where_it_is_nobodys_own() -> None:
    content = b"From: support@acme.test\r\nReply-To: sales@acme.test\r\n\r\nText\r\n"
    assert clean(content) == content
    assert scrubbed(content, domain="acme.test") == content


def test_odd_heads_survive() -> None:
    for content in (b"", b"\r\n\r\n", b"no colon here\r\nSubject: x\r\n\r\n\xff", b"Subject: only a head\r\n"):
        assert clean(content) == content
