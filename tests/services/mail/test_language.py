"""The language of short mails as customers write them, and of what is none."""

import pytest

from services.mail import language

WRITTEN = {
    "en": [
        "Where is my invoice?",
        "Please cancel my subscription",
        "The lamp flickers since Monday.",
        "Thanks!",
        "Order 4711 has not arrived yet",
    ],
    "de": [
        "Wo ist meine Rechnung?",
        "Bitte kündigen Sie mein Abo",
        "Die Lampe flackert seit Montag.",
        "Vielen Dank für Ihre schnelle Antwort",
        "Ich habe die Ware nicht erhalten",
    ],
    "fr": [
        "Où est ma facture ?",
        "Je voudrais annuler mon abonnement",
        "Bonjour, la lampe clignote depuis lundi. Merci de votre aide",
        "Ma commande n'est pas arrivée",
    ],
    "es": [
        "¿Dónde está mi factura?",
        "Quiero cancelar mi suscripción, por favor",
        "Hola, el pedido no ha llegado",
        "Muchas gracias por su ayuda",
    ],
    "it": [
        "Dov'è la mia fattura?",
        "Vorrei annullare il mio abbonamento",
        "Buongiorno, la lampada non funziona da lunedì",
        "Grazie per il vostro aiuto",
    ],
    "pt": [
        "Onde está a minha fatura?",
        "Gostaria de cancelar a minha assinatura",
        "Olá, o pedido não chegou",
        "Obrigado pela sua ajuda",
    ],
    "nl": [
        "Waar is mijn factuur?",
        "Ik wil graag mijn abonnement opzeggen",
        "De lamp flikkert sinds maandag en het is niet goed",
        "Bedankt voor uw hulp",
    ],
    "sv": [
        "Var är min faktura?",
        "Jag vill avsluta min prenumeration",
        "Hej, lampan blinkar sedan i måndags",
        "Tack för hjälpen",
    ],
    "da": [
        "Hvor er min faktura?",
        "Jeg vil gerne opsige mit abonnement",
        "Hej, lampen blinker siden mandag",
        "Tak for hjælpen",
    ],
    "no": [
        "Hvor er fakturaen min? Jeg fant den ikke hos dere",
        "Jeg vil gjerne si opp abonnementet mitt, takk",
        "Hei, lampen blinker etter mandag",
        "Takk for hjelpen",
    ],
    "fi": [
        "Missä on laskuni?",
        "Haluaisin perua tilaukseni, kiitos",
        "Hei, lamppu vilkkuu maanantaista lähtien ja se on rikki",
    ],
    "pl": [
        "Gdzie jest moja faktura?",
        "Proszę o anulowanie mojej subskrypcji",
        "Dzień dobry, lampa migocze od poniedziałku",
        "Dziękuję za pomoc",
    ],
    "cs": [
        "Kde je moje faktura?",
        "Prosím o zrušení předplatného",
        "Dobrý den, lampa bliká od pondělí",
        "Děkuji za pomoc",
    ],
    "sk": ["Kde je moja faktúra?", "Prosím o zrušenie predplatného, ďakujem", "Dobrý deň, lampa bliká od pondelka"],
    "hu": ["Hol van a számlám?", "Szeretném lemondani az előfizetésemet", "Jó napot, a lámpa villog hétfő óta"],
    "ro": [
        "Unde este factura mea?",
        "Aș dori să anulez abonamentul, mulțumesc",
        "Bună ziua, lampa nu mai merge de luni",
    ],
    "tr": [
        "Faturam nerede?",
        "Aboneliğimi iptal etmek istiyorum, lütfen",
        "Merhaba, lamba pazartesiden beri yanıp sönüyor",
    ],
    "ru": ["Где мой счёт?", "Пожалуйста, отмените мою подписку", "Здравствуйте, лампа мигает с понедельника"],
    "uk": ["Де мій рахунок?", "Будь ласка, скасуйте мою підписку"],
    "bg": ["Къде е моята фактура?", "Здравейте, лампата мига от понеделник"],
    "el": ["Πού είναι το τιμολόγιό μου;"],
    "he": ["איפה החשבונית שלי?"],
    "ar": ["أين فاتورتي؟", "مرحبا، المصباح لا يعمل"],
    "fa": ["فاکتور من کجاست؟"],
    "ja": ["請求書はどこですか？"],
    "zh": ["我的发票在哪里？"],
    "ko": ["청구서가 어디에 있나요?"],
    "th": ["ใบแจ้งหนี้ของฉันอยู่ที่ไหน"],
    "hi": ["मेरा चालान कहाँ है?"],
}


@pytest.mark.parametrize("code", list(WRITTEN))
def test_a_sentence_is_enough(code: str) -> None:
    assert {text: language.of(text) for text in WRITTEN[code]} == dict.fromkeys(WRITTEN[code], code)
    assert code in language.CODES


@pytest.mark.parametrize(
    "text", ["", "4711", "https://the.example/and/of", "RE: 4711", "> the quoted and the old\n4711"]
)
def test_what_tells_nothing_has_none(text: str) -> None:
    assert language.of(text) == ""


def test_a_foreign_name_changes_nothing() -> None:
    assert language.of("Hello, this is 山田 from Tokyo. Where is my order?") == "en"
    assert language.of("Добрый день, my order has not arrived and I would like to know why. Thanks, Иван") == "en"


def test_only_the_beginning_is_read() -> None:
    assert language.of("Wo ist meine Rechnung? " + "x " * 10_000_000) == "de"
