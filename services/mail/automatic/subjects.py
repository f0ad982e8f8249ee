"""Subjects of answers by machines, in the tongues mail programs speak."""

import re

# With a colon or a bracket behind them nobody but a machine writes these; in other places people do.
_ANSWERED = (
    r"auto(?:matic|mated|-|\s)?\s?(?:reply|response|answer|acknowledg\w+|confirmation|notification|receipt|message|"
    r"e-?mail)|auto-?responder|out[- ]of[- ](?:the[- ])?office(?:\s+(?:auto\s?)?(?:reply|response|message))?|ooo|"
    r"vacation (?:reply|response|rule)|holiday (?:reply|response)|away (?:message|notice)|system[- ]generated message",
    r"automatische\s(?:antwort|e-?mail|rückantwort|nachricht|benachrichtigung|(?:eingangs|empfangs)?bestätigung)|"
    r"abwesenheits(?:notiz|nachricht|meldung|assistent|benachrichtigung)|abwesenheit|automatesch äntwert",
    r"automatisch (?:antwoord|bericht)|automatische (?:ontvangst)?bevestiging|afwezigheids(?:bericht|assistent)|"
    r"outomatiese antwoord|autom(?:atisk[at]?|\.)\s?svar|autosvar|frånvaromeddelande|fraværs(?:melding|besked)|"
    r"sjálfvirkt svar|automaattinen vastaus|poissaoloviesti",
    r"r[ée]ponse automatique|message (?:d'absence|automatique)|absence du bureau|absent\(e\) du bureau|"
    r"accusé de réception automatique|notification automatique",
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|(?:acuse de recibo|mensaje|confirmación) automátic[oa]|"
    r"resposta autom[áaà]tica|fora do escrit[óo]rio|ausência temporária|(?:mensagem|confirmação) automática|"
    r"risposta automatica|fuori (?:sede|ufficio)|(?:messaggio|conferma|ricevuta) automatic[oa]|"
    r"r[ăa]spuns automat|erantzun automatikoa",
    r"automatyczna odpowied[źz]|automatyczne potwierdzenie|poza biurem|automatická odpov[ěe][dď]|"
    r"mimo kancel[áa][řr]|samodejni odgovor|automatski odgovor|përgjigje automatike|automatikus v[áa]lasz|házon kívül|"
    r"automaatvastus|automātiskā atbilde|automatinis atsakymas|ateb awtomatig|freagra uathoibríoch",
    r"аутоматски одговор|автоматски одговор|автоматичен отговор|автоматический ответ|автоответ(?:чик)?|"
    r"автоматична відповідь|аўтаматычны адказ|автоматты жауап|αυτόματη απάντηση|otomatik yanıt|ofis dışında|"
    r"avtomatik (?:cavab|javob)|ավտոմատ պատասխան|ავტომატური პასუხი",
    r"自动(?:回复|答复|发送)|自動(?:回覆|応答|返信|送信|配信)(?:メール)?|不在(?:通知|のお知らせ)|"
    r"자동\s?(?:회신|응답|답장)|부재\s?중(?:\s?(?:알림|자동\s?응답))?",
    r"الرد التلقائي|رد تلقائي|پاسخ خودکار|خودکار جواب|תשובה אוטומטית|מענה אוטומטי|"
    r"(?:स्वचालित|स्वतः|स्वयंचलित) (?:उत्तर|जवाब|जवाफ)|স্বয়ংক্রিয় উত্তর|தானியங்கு பதில்|"
    r"автомат хариу|автоматическое (?:уведомление|сообщение)|ຕອບກັບ(?:ແບບ)?ອັດຕະໂນມັດ|(?:స్వయంచాలక|"
    r"స్వయంచాలిత) (?:ప్రత్యుత్తరం|జవాబు)|"
    r"(?:സ്വപ്രേരിത|സ്വയമേവയുള്ള|യാന്ത്രിക) മറുപടി|(?:સ્વયંસંચાલિત|સ્વચાલિત|આપમેળે) (?:જવાબ|પ્રત્યુત્તર)|"
    r"ಸ್ವಯಂಚಾಲಿತ (?:ಪ್ರತ್ಯುತ್ತರ|ಉತ್ತರ)|(?:ਸਵੈਚਲਿਤ|ਸਵੈਚਾਲਿਤ) (?:ਜਵਾਬ|ਉੱਤਰ)|tweġiba awtomatika|"
    r"(?:ការ)?ឆ្លើយតបស្វ័យប្រវត្តិ|ራስ-?ሰር ምላሽ|ස්වයංක්‍රීය පිළිතුර|"
    r"trả lời tự động|balasan (?:otomatis|automatik)|jawapan automatik|awtomatikong tugon|jibu (?:la ki)?otomatiki|"
    r"(?:การ)?ตอบกลับอัตโนมัติ",
)
# What people write too: it counts where other signs point to a machine.
_AWAY = (
    r"auto(?:matic|mated|-)?\s?(?:reply|response)|auto:|auto-?responder|out of (?:the )?office|away from",
    r"on (?:vacation|holiday|leave)|vacation|i am (?:away|out)|i'm (?:away|out)|urlaub|verreist",
    r"automatische (?:antwort|e-mail)|abwesen(?:d|heit)|nicht im (?:büro|haus)|außer haus",
    r"réponse automatique|absence|absent(?:e\b|\(e\)|\b)|en congés",
    r"respuesta autom|fuera de (?:la )?oficina|ausente|ausencia|resposta autom|fora do escritório|ausência",
    r"risposta automatica|fuori (?:sede|ufficio)|assenza|assente|automatisch antwoord|afwezig|niet aanwezig",
    r"autosvar|frånvaro|fravær|automaattinen|poissa|automatyczna odpowiedź|nieobecno|nepřítomn|mimo kancel|"
    r"távollét|odsutn|odsotn",
    r"автоответ|автоматический ответ|нет (?:в офисе|на (?:рабочем )?месте)|вне офиса|в отпуске|ofis dışında|"
    r"поза офісом|εκτός γραφείου|işyeri dışında|ikke til stede|(?:ej|inte) på kontoret|ikke på kontoret|\booo\b|"
    r"מחוץ למשרד|خارج المكتب|不在办公室|不在辦公室|自动回复|自動回覆|自動返信|不在|休假|자동 ?응답|부재",
)
# What much else is called by: it counts where nobody but a machine can have sent it.
_FREE = (
    r"házon kívül|szabadság|lomalla|semester|på ferie|i ferie|urlop|dovolen|concediu|izin(?:de|li)|відпустц|в отпуск|"
    r"годишен отпуск|με άδεια|godišnj\w+ odmor|dopust|atostog|puhkus|atvaļinājum|vakantie|vacaciones|de férias|"
    r"in ferie|en vacances|"
    r"sedang cuti|nghỉ phép|休暇|度假|出差|휴가|출장",
)
_WORDS = "|".join(_ANSWERED)
_TO_YOURS = r"\s(?:to|a|auf|à|op|al?la|til|på|на) (?:your|su|tu|ihre?|votre|vos|uw|sua|tua|din|dit|ваш)"
_AS_ANSWER = re.compile(
    rf"[\[(（【「]?(?:{_WORDS})(?:\s*(?:[\])）】」]|[:\uff1a]|$)|{_TO_YOURS})|[^:\uff1a]*[\[(（【](?:{_WORDS})[\])）】]\s*$",
    re.IGNORECASE,
)
_FROM_AWAY = re.compile("|".join(_AWAY), re.IGNORECASE)
_ABSENT = re.compile("|".join((*_AWAY, *_FREE)), re.IGNORECASE)
# Notes: "AUTO: Ann Smith is out of the office (returning 03/09/2026)", whatever the tongue
_NOTES = re.compile(r"AUTO: .*\(\D{1,40}\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?\)\s*$")
LONGEST = 1_000


def is_answer(subject: str) -> bool:
    """Whether only a machine begins a subject like that."""
    told = subject[:LONGEST]
    return bool(_AS_ANSWER.match(told) or _NOTES.match(told) or (told.startswith("AUTO: ") and speaks_of_absence(told)))


def is_from_away(subject: str) -> bool:
    """Whether it begins as answers of those who are away do."""
    return _FROM_AWAY.match(subject[:LONGEST]) is not None


def speaks_of_absence(subject: str) -> bool:
    """Whether it does anywhere; of use where nobody but a machine can have sent it."""
    return _ABSENT.search(subject[:LONGEST].removeprefix("AUTO: ")) is not None
