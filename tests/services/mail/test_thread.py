"""What belongs together: subjects, ids, reply tokens."""

import pytest

from services.mail.message import parse
from services.mail.thread import ids, subject_key, token


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
