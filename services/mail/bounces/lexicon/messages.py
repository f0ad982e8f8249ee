"""Words for a message, what is in it and how much of it there is."""

MESSAGES: dict[str, tuple[str, str]] = {
    "letter": (
        r"messages?\b|mails?\b|e-?mails?\b|letter|content|attachments?\b|nachricht|mail\b|anhang|anhänge|brief\b|"
        r"messages?|courriel|courrier|pièces? jointes?|mensaje|correo|adjunto|messaggi|allegat|mensagem|anexo|"
        r"bericht|bijlage|meddeland|bilaga|bilag|besked|melding|vedlegg|viesti|liite|wiadomoś|załącznik|zpráv|správ|"
        r"příloh|üzenet|levél|ileti|mesaj|письм|сообщени|вложени|лист\b|повідомл|μήνυμα|thư\b|pesan",
        r"邮件|郵件|信件|附件|メール|添付|메일|첨부",
    ),
    "advertising": (
        r"spam|anti-?spam|junk|unsolicited|unwanted (?:advertis|bulk|commercial)|advertising|bulk mail|werbe|"
        r"unerwünscht|pourriel|indésirable|publicit|no deseado|indesiderat|pubblicit|indesejad|ongewenst|reclame|"
        r"skräppost|uønsket|søppelpost|roskaposti|niechcian|nevyžádan|kéretlen|istenmeyen|спам|небажан|ανεπιθύμητ|"
        r"thư rác|"
        r"publicid|no desead|unwanted (?:mail|messages?)|reklam|рекламн|"
        r"lixo eletr|correo basura|basura|spazzatura|skräp|søppel|рассылк|niepożądan|nevyžiadan",
        r"垃圾|スパム|迷惑メール|스팸",
    ),
    "virus": (
        r"virus|viren\b|trojan|malware|malicious|worm\b|ransom|phish|schädlich|schadsoftware|malveillant|infect|"
        r"infiziert|verseucht|malicios|dannos|malevol|szkodliw|škodliv|vírus|zararlı|вирус|вредонос|троян|вірус|"
        r"шкідлив",
        r"病毒|木马|恶意|ウイルス|ウィルス|マルウェア|바이러스|악성",
    ),
    "file": (
        r"attach\w*|files?\b|archive|zip\b|executable|extension|anhang|anhänge|datei|archiv|pièces? jointes?|fichier|"
        r"adjunto|archivo|fichero|allegat|file\b|anexo|arquivo|bijlage|bestand|bilag\w*|fil\b|filer|vedlegg|liite|"
        r"tiedosto|załącznik|plik|příloh|soubor|melléklet|fájl|ek\b|dosya|вложени|файл|вкладенн",
        r"附件|文件|添付|ファイル|첨부|파일",
    ),
    "forbidden": (
        r"not (?:be )?(?:allowed|accept|permit|scan|open|check)|n't (?:take|accept|allow|permit|scan|open)|"
        r"cannot (?:be )?(?:scan|open|check)|forbidden|prohibit|blocked|banned|dangerous|refuse|reject|ending in|"
        r"encrypted|password|nicht (?:erlaubt|zulässig|zugelassen|gestattet)|verboten|unzulässig|gefährlich|interdit|"
        r"non autoris|dangereux|bloqué|refus|no (?:permitid|autorizad|admitid)|prohibid|peligros|non (?:consentit|"
        r"ammess|permess)|vietat|pericolos|não (?:permitid|autorizad)|proibid|niet (?:toegestaan|toegelaten)|"
        r"verboden|inte tillåt|otillåt|ikke tillad|ikke tillat|forbudt|kielletty|niedozwolon|zabronion|zakázán|"
        r"nepovolen|tiltott|nem engedélyezett|yasak|izin verilm|запрещ|недопустим|заборонен|"
        r"not (?:be )?let (?:in|through|past)|no (?:está|es|se) (?:\w+ )?(?:permit|admit|autoriz)|bloquead|bloccat|"
        r"geblokkeerd|blockera|blokeret|blokkert|заблокир|"
        r"n't (?:let|want)",
        r"不允许|不允許|禁止|許可され|禁止|허용되지|금지",
    ),
    "form": (
        r"structure|format|syntax of the message|mime|headers?\b|body\b|boundary|line ?feeds?|8-?bit|char(?:set|"
        r"acter)s?\b|encoding|date:|parse",
        r"格式|形式|형식",
    ),
    "broken": (
        r"unable to (?:parse|read|decode|understand)|can(?:not|'t) (?:be )?(?:pars|read|decod|underst)\w*|broken|"
        r"malformed|missing|lone\b|bare\b|illegal|invalid|bad\b|corrupt|damaged|non-encoded|unencoded|duplicate|error",
        r"错误|不正|오류",
    ),
    "weight": (
        r"\d+(?:[.,]\d+)? ?(?:[kmg]i?b|bytes|octets|megabytes|kilobytes|mo|ko|мб|кб)\b|size|length|weighs?|größe|"
        r"taille|tamaño|dimension|grandezza|tamanho|grootte|omvang|storlek|størrelse|koko\b|rozmiar|velikost|méret|"
        r"boyut|размер|розмір|μέγεθος|kích thước|ukuran",
        r"大小|尺寸|サイズ|크기",
    ),
    "limit": (
        r"limit|maxim|exceed|more than|larger|bigger|greater|too (?:big|large|long)|over\b|at most|most we|allowed|"
        r"permit|takes?\b|accept|grenze|höchst|zulässig|überschr|größer|dépass|autoris|supérieur|excede|super[ao]|"
        r"permitid|massim|supera|consentit|máxim|excede|maximale|toegestane|overschr|överskrid|största|overskrid|"
        r"største|ylitt|suurin|przekracz|maksym|dozwolon|překrač|maximál|meghalad|aşı|azami|превыш|допустим|перевищ|"
        r"above|beyond|past\b|fits?\b|"
        r"allow|heavier",
        r"超[过過出]|上限|限制|最大|초과|제한|큽니다|커서",
    ),
    "big": (
        r"too (?:big|large|long|heavy)|oversized?|bigger|larger|exceeds the (?:size|max)|weighs?|zu (?:groß|gross|"
        r"umfangreich)|trop (?:gros|grand|volumineu|lourd)|demasiado (?:grande|pesad)|muy grande|troppo (?:grande|"
        r"pesant)|muito grande|grande demais|te (?:groot|zwaar)|för stor|for stor|liian suuri|zbyt (?:duż|wielk)|"
        r"za duż|příliš velk|túl nagy|çok büyük|prea mare|слишком (?:больш|велик)|завелик|занадто велик|πολύ μεγάλ|"
        r"quá lớn|terlalu besar|"
        r"heavier|greater than|in excess|größer als|plus (?:gros|grand|lourd)e?s? que|más grandes? (?:que|de)|"
        r"troppo grand|più grand|maior(?:es)? (?:que|do)|groter dan|större än|større end|større enn|większ\w+ niż|"
        r"větší než|nagyobb|больше допустим",
        r"太大|过大|過大|大きすぎ|너무 (?:큽|커|큰)|보다 큽|超过.{0,6}大小|大于|過長",
    ),
    "many": (
        r"limit|quota|exceed|reached|more than|maximum|number|allow|erreicht|überschritten|anzahl|limite|nombre|"
        r"máximo|número|massimo|numero|maximum|aantal|antal|antall|määrä|liczb|počet|szám|sayı|лимит|превыш|число|"
        r"количеств",
        r"超[过過出]|限制|上限|초과|제한",
    ),
    "period": (
        r"(?:per|an|a|each|this|in \d+|last|one|every) (?:hour|day|minute|second)s?\b|today|tomorrow|hourly|daily|"
        r"24 hours|in \d+ minutes|pro (?:stunde|tag|minute)|heute|par (?:heure|jour|minute)|aujourd'hui|por (?:hora|"
        r"día|dia|minuto)|hoy|all'ora|al giorno|giornalier|oggi|hoje|per (?:uur|dag)|vandaag|per (?:timme|time|dag|"
        r"tim)|tunnissa|na (?:godzinę|dobę|dzień)|za (?:hodinu|den)|óránként|naponta|saatte|günlük|в (?:час|сутки|"
        r"день)|за (?:час|день)",
        r"(?:每|一)(?:小时|天|日|分钟)|今日|当日|1(?:時間|日)|시간당|하루|오늘",
    ),
    "often": (
        r"too (?:many|much|often|fast|quick|frequent)\w* (?:\w+ ){0,3}(?:connection|messages?|mails?|e-?mails?|"
        r"recipients|sessions|requests|at once|sent)?|(?:rate|send(?:ing)?|mails?|messages?|hourly|daily|volume|"
        r"sender) (?:send )?(?:limit|quota|rate|cap)s?\b|limit (?:of|for) (?:\w+ )?(?:sending|recipients)|back off|"
        r"slow down|throttl|more (?:\w+ )?(?:mail |messages )?than (?:\w+ )?(?:allowed|permitted|"
        r"its \w+-?\w* allowance)|allowance of mail|warm-?up|zu (?:viele|oft|häufig|schnell)|sendelimit|versandlimit|"
        r"trop (?:de|d'|souvent)|demasiad[oa]s|límite de (?:envío|mensajes)|troppi|troppe|limite di invio|"
        r"muit[oa]s (?:mensagens|conex|e-?mails)|limite de envio|te veel|te vaak|för många|for mange|liian mon|"
        r"zbyt (?:wiele|dużo|często)|limit wysył|příliš (?:mnoho|často)|túl sok|çok (?:fazla|sık)|prea multe|"
        r"слишком (?:много|часто)|лимит|занадто|забагато|"
        r"faster than|simultaneous|concurrent|at (?:once|the same time)|gleichzeitig|simultané|simultáne|"
        r"contemporane|одновременн",
        r"频率|頻率|频繁|頻繁|过多|過多|太多|超过.{0,6}限制|頻度|送信数|너무 많|횟수",
    ),
}
