"""What belongs together: subjects, ids, reply tokens."""

import base64

import pytest

from services.mail.message import parse
from services.mail.thread import ids, index_root, is_answer, is_nobodys, subject_key, token


@pytest.mark.parametrize(
    "subject",
    [
        *("Order 12", "Re: Order 12", "RE: re: Order  12", "AW: Order 12", "Fwd: Order 12", "Re[2]: Order 12"),
        *("[support] Order 12", "Re: [support] Re: Order 12", "SV: VS: Order 12", "Antw: Order 12", "RIF: Order 12"),
        *(
            "Order 12 (fwd)",
            "回复\uff1aOrder 12",
            "Automatic reply: Order 12",
            "Réponse automatique : Order 12",
            "TR : Order 12",
        ),
    ],
)
def test_one_conversation(subject: str) -> None:
    assert subject_key(subject) == "order 12"


def test_what_is_no_prefix_stays() -> None:
    assert subject_key("Report: sales") == "report: sales"
    assert subject_key("[only a tag]") == "[only a tag]"
    assert subject_key("Re:") == subject_key("") == ""
    assert len(subject_key("x" * 999)) == 200


def of(*fields: str) -> list[str]:
    return ids(parse("\r\n".join([*fields, "", "text"]).encode()))


def test_ids_newest_first() -> None:
    assert of("In-Reply-To: <c@x>", "References: <a@x> <b@x>\r\n <c@x>") == ["<c@x>", "<b@x>", "<a@x>"]


def test_broken_ids_are_read() -> None:
    assert of("In-Reply-To: c@x") == ["<c@x>"]
    assert of('In-Reply-To: Your message of "Fri" <c@x> (sent by Ann)') == ["<c@x>"]
    assert of("In-Reply-To: <a@x> <b@x>") == ["<b@x>", "<a@x>"]
    assert of("References: <a@x><b@x>,<c@x>") == ["<c@x>", "<b@x>", "<a@x>"]
    assert of("References: < a@x >") == ["<a@x>"]
    assert of("Message-ID: <a@x>", "In-Reply-To: <a@x>") == []


def test_token_of_a_reply_address() -> None:
    assert token("t12.abC9") == (12, "abc9")
    assert token("T12.ABC9") == (12, "abc9")
    assert [token(each) for each in ("", "12.abc", "t.abc", "t0.abc", "t12.", "t12", "t12.a-b", "tx.abc")] == [None] * 8


@pytest.mark.parametrize("subject", ["Re: Order", "RE : Order", "[ext] AW: Order", "Fwd: Re: Order", "رد: Order"])
def test_answers_by_their_subject(subject: str) -> None:
    assert is_answer(subject) and subject_key(subject) == "order"


@pytest.mark.parametrize("subject", ["Order", "Fwd: Order", "[EXTERNAL] Order", "{Spam?} Order", "Reply needed"])
def test_subjects_that_answer_nothing(subject: str) -> None:
    assert not is_answer(subject)


def test_a_number_in_a_tag_tells_cases_apart() -> None:
    assert subject_key("[Case 12] Update") == "[case 12] update" != subject_key("Re: [Case 13] Update")


def test_outlooks_conversation() -> None:
    index = base64.b64encode(bytes(range(22))).decode()
    answer = base64.b64encode(bytes(range(27))).decode()

    def root(value: str) -> str:
        return index_root(parse(f"Thread-Index: {value}\r\n\r\nx".encode()))

    assert root(index) == root(f"{answer[:20]}\r\n {answer[20:]}") == bytes(range(22)).hex()
    assert root("") == root("AQ==") == root("no base64!") == ""


def test_addresses_that_stand_for_many() -> None:
    for author in ("noreply@shop.test", "no-reply+7@shop.test", "alerts@shop.test", "Webform <webform@shop.test>"):
        assert is_nobodys(parse(f"From: {author}\r\n\r\nx".encode()))
    assert is_nobodys(parse(b"From: info@shop.test\r\nReply-To: visitor@mail.test\r\n\r\nx"))
    assert not is_nobodys(parse(b"From: Ann <ann@shop.test>\r\nReply-To: ann@shop.test\r\n\r\nx"))
