"""What belongs together: subjects, ids, reply tokens."""

import base64

import pytest

from services.mail.message import parse
from services.mail.thread import ids, index_root, invitations, is_answer, is_nobodys, subject_key, ties, token

# as mail programs write them in some thirty languages
ANSWERS = (
    "Re: %|RE[2]: %|Re(3): %|Re^2: %|Re*4: %|RE: RE: AW: %|AW: AW: WG: %|SV: %|Sv: VB: %|VS: %|答复: %|答复\uff1a%"
    "|回复: %|回复\uff1a回复\uff1a%|回覆: %|返信: %|Re\uff1a%|RE : TR : %|Réf. : %|Rép. : %|R: %|R: I: %|Rif: R: %"
    "|RES: %|RES: ENC: %|Resp.: %|Antw.: %|Antwort: %|Odp.: %|ODP: Odp: %|Odg: %|Odgovor: %|YNT: %|Ynt: İlt: %"
    "|Yan: %|Vá: %|VÁ: Továbbítás: %|Válasz: %|Απ: %|ΑΠ: %|Σχετ: %|Ats: %|ATS: %|Atb: %|Bls: %|Balas: %|TL: %"
    "|Trả lời: %|Ha: %|На: %|Отв: %|Ответ: %|Отг: %|Відп: %|Відповідь: %|رد: %|ردّ: %|پاسخ: %|תגובה: %|השב: %"
    "|ตอบ: %|ตอบกลับ: %|회신: %|답장: %|RE: 답장: %|Vast: %|Er: %|RE:%|re :%|[EXTERNAL] Re: %|Re: [EXT] RE: %"
    "|[list] Re: [list] %|Re: {Spam?} %|RE: [External Mail] [support] Re: %|Re: Fwd: Re: %"
    "|Re: Fw: [list] Fwd: %|(EXT) Re: %|RE: (External) %|***SPAM*** Re: %|Re: % (fwd)|Re: % (was: Order 11)"
    "|Re: % [SEC=OFFICIAL]|Re: 回复: AW: %|Automatische Antwort: %|Automatisch antwoord: %|Autosvar: %"
    "|Risposta automatica: %|Re:  \u200e%|\u202bRe: %|Re:\u00a0%|Re.: %"
)
PASSED_ON = (
    "Fwd: %|FW: %|Fw : %|WG: %|VB: %|VL: %|TR : %|RV: %|I: %|ENC: %|Doorst: %|PD: %|İLT: %|Továbbítás: %"
    "|Tov: %|ΠΡΘ: %|转发\uff1a%|轉寄: %|転送: %|전달: %|Пересл: %|FS: %|Trs: %|הועבר: %|إعادة توجيه: %|Fwd[2]: %"
    "|[Fwd: %]|Chuyển tiếp: %|Videresendt: %|Fwd:%"
)
NONE = (
    "Report: x|Read: x|Error: x|Resume: x|Retour : x|Case: x|AT: x|Tel: x|No: x|Ref 12: x|Rate: x|Resolved: x|I am: x"
)


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


@pytest.mark.parametrize("subject", ANSWERS.split("|"))
def test_answers_in_many_languages(subject: str) -> None:
    assert subject_key(subject.replace("%", "Order 12")) == "order 12"
    assert is_answer(subject)


@pytest.mark.parametrize("subject", PASSED_ON.split("|"))
def test_what_is_passed_on_in_many_languages(subject: str) -> None:
    assert subject_key(subject.replace("%", "Order 12")) == "order 12"
    assert not is_answer(subject)


@pytest.mark.parametrize("subject", NONE.split("|"))
def test_words_that_are_no_prefix(subject: str) -> None:
    assert subject_key(subject) == subject.lower() and not is_answer(subject)


def marks(author: str, *, to: str = "us@acme.test", cc: str = "", invited: bool = False) -> set[str]:
    """By what a mail that answers one we never saw is found, or what it leaves for others to be found by."""
    fields = f"From: {author}\r\nTo: {to}\r\nCc: {cc}\r\nReferences: <root@shop.test>\r\nSubject: Re: Prices"
    parsed = parse(f"{fields}\r\n\r\nx".encode())
    return {
        each.mark for each in (invitations(parsed, "prices", {"us@acme.test"}) if invited else ties(parsed, "prices"))
    }


def test_one_house_speaks_of_one_matter_and_strangers_do_not() -> None:
    assert marks("ann@home.test") == marks("Bob <bob@HOME.test>") != marks("zoe@else.test")
    assert marks("ann@gmail.com") != marks("bob@gmail.com")
    assert marks("ann@yahoo.co.uk") == marks("Ann@Yahoo.co.uk")


def test_those_who_get_a_copy_may_go_on() -> None:
    assert marks("ann@home.test", cc="zoe@else.test", invited=True) == marks("zoe@else.test")
    assert marks("ann@home.test", to="us@acme.test, bob@home.test", invited=True) == set()
    assert len(marks("ann@home.test", cc=",".join(f"a@b{each}.test" for each in range(99)), invited=True)) == 5
