"""Refusals in other languages than English, by what they mean; and that mail did not arrive, or is late."""

FAILURES = (
    r"fehler|nicht (?:zugestellt|erreicht|übermittelt)|unzustellbar|fehlgeschlagen|échec|n'a (?:pas|pu)|"
    r"n'ont pas|erreur|"
    r"non (?:remis|distribu|délivr)|impossible|no se (?:ha )?(?:pud|entreg|encontr)|error|no entregad|devuelto|"
    r"impossibile|non è stat|non riuscit|mancat|não (?:foi|pôde|pode)|falha|devolvid|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd|gevonden)|mislukt|onbestelbaar|kan inte|kunde inte|misslyck|"
    r"(?:kan|kunne|blev|ble) ikke|mislyk|ei voi|epäonnis|ei löyty|nie (?:mo|zosta|powiod)|niedostarcz|"
    r"nelze|nedoruč|nezdaři|nepodaři|nenašla|sikertelen|nem (?:siker|kézbes|talál)|kézbesíthetetlen|"
    r"edilemedi|gönderilemedi|iletilemedi|bulunamadı|imposibil|nu a (?:putut|fost)|eșuat|"
    r"недоставл|не (?:доставлен|удал|удаётся|найден|знайден|вдал)|сбой|ошибк|неверн|помилк|"
    r"αποτυχ|απέτυχ|αδύνατ|δεν (?:είναι|ήταν|μπόρεσε)|không thể|thất bại|gagal|tidak (?:dapat|ditemukan)|ไม่สามารถ|"
    r"失敗|失败|退回|退信|无法|無法|未能|没有|沒有|找不到|不存在|不达|エラー|できません|送信でき|配信|못했|못하|실패|없습니다|존재하지|"
    r"נכשל|לא (?:ניתן|היתה|נמצא)|فشل|تعذر|لم يتم|"
    r"nije (?:uspje?la|moguće|pronađen)|ni (?:uspel|bilo mogoče)|zlyhal|nepodaril|не може да|неуспешн|не успя|"
    r"није (?:успела|пронађен|могуће)|не успеа|nurjus|ei (?:saa|õnnestu|leitud)|neizdev|nav (?:atrast|piegād)|"
    r"nepavyko|nerast|no s'ha (?:pogut|trobat)|non se (?:puido|atopou)|ezin izan|ez da aurkitu|tókst ekki|fannst ekki|"
    r"विफल|नहीं (?:मिल|किया|हो)|ناموفق|یافت نشد|tidak ditemui|không (?:gửi|tìm|phát)"
)
UNDELIVERABLE = (  # as Exchange begins a subject
    r"unzustellbar|non remis|échec|no (?:entregad|se puede entregar)|mancata consegna|non recapitabile|não entregue|"
    r"não é possível entregar|onbestelbaar|(?:kan )?inte levere|ikke levere|kan ikke leveres|toimittamat|"
    r"ei voi toimittaa|niedostarcz|nie można dostarczyć|nedoručiteľ|nedoručitel|(?:nelze|nemožno) doruč|"
    r"kézbesíthetetlen|teslim edile|недоставл|не доставлено|не може да се достави|не вдалося доставити|μη παραδοτέ|"
    r"δεν είναι δυνατή η παράδοση|imposibil de livrat|nelivrabil|không thể gửi|tidak terkirim|nije moguće isporučiti|"
    r"neisporuč|ni mogoče dostaviti|nedostavlj|no s'ha pogut lliurar|ไม่สามารถส่ง|غير قابل للتسليم|تعذر التسليم|"
    r"לא ניתן למס|エラー|送信できません|配信不能|不达|退信|(?:无法|無法)(?:送|传|傳|投)|未送达|배달(?:되지|할 수)"
)
DELAYS = (
    r"verzöger|(?:weiter|weiterhin) versucht|retardée?s?\b|avis de retard|nouvelles tentatives|différée?\b|"
    r"retrasad|se ha retrasado|se seguirá intentando|seguir[áe]\w* intentando|ritardat|in ritardo|ulteriori tentativi|"
    r"atrasad|continuar\w* (?:a )?tentando|vertraagd|vertraging|fördröj|försenad|forsink|viiväst|opóźni|zpoždě|"
    r"oneskoren|késedel|késlelt|gecik|задерж|отложен|затрим|закъсн|καθυστέρ|întârzi|amânat|kašnjenj|zakasn|zamud|"
    r"遅延|引き続き.{0,10}(?:試み|試行|送信)|延迟|延遲|延误|(?:继续|繼續)(?:尝试|嘗試|重试)|지연|"
    r"עיכוב|מתעכב|تأخ[ريّ]|trì hoãn|tertunda|tertangguh|ล่าช้า"
)

TONGUES: tuple[tuple[str, str], ...] = (
    ("blocked", r"adresse ip|ip-adresse|direcci[oó]n ip|indirizzo ip|ip-адрес|schwarze liste|liste noire|"
     r"lista negra|黑名单|黑名單"),
    ("rate", r"zu viele|trop de (?:connexions|messages)|demasiad[oa]s (?:conexiones|mensajes)|слишком много|频率|頻率"),
    ("size", r"(?:nachricht|mail)\b.{0,20} zu gro|demasiado grande|trop (?:volumineux|gros|grand)|troppo grande|"
     r"muito grande|te groot|för stor|za duż|слишком (?:большо|велик)|размер (?:письма|сообщения)|"
     r"(?:邮件|郵件|信件)(?:大小|太大|过大|過大)|サイズ(?:が|の)?.{0,10}(?:制限|超|上限|大き)"),
    ("full", r"postfach.{0,30} (?:voll|überfüllt)|(?:ist|zu) voll|überfüllt|kontingent|speicherplatz|"
     r"(?:boîte|boite).{0,40} plein|(?:buz[oó]n|casilla|bandeja).{0,40}llen[oa]|casella.{0,40} piena|"
     r"caixa.{0,40} cheia|cuota|espace (?:disque )?insuffisant|postvak.{0,20} vol\b|inkorgen är full|"
     r"skrzynk.{0,20} pełna|"
     r"megtelt|täynnä|inboks\w* er fuld|innboks\w* er full|schránk\w.{0,30} pln|sandučić.{0,20} pun|predal.{0,20} poln|"
    r"(?:căsuța|cutia).{0,30} plin|dolmuş|kutusu dolu|γεμάτ|переповнен|hộp thư.{0,30} đầy|kotak.{0,30} penuh|"
    r"תיבת.{0,30}מלאה|ممتلئ|เต็ม|"
    r"переполнен|превышен.{0,20}квот|(?:邮箱|郵箱|信箱|空间|空間|容量).{0,8}(?:满|滿|不足)|용량|가득|"
     r"一杯|いっぱい|容量|ディスク"),
    ("disabled", r"(?:konto|postfach|benutzer)\b.{0,30}(?:gesperrt|deaktiviert|geschlossen|abgelaufen)|"
     r"(?:compte|boîte|adresse)\b.{0,30}(?:inactif|désactivée?|bloquée?|suspendue?|fermée?|clôturé)|"
     r"(?:buz[oó]n|cuenta|usuario)\b.{0,30}(?:des?habilitad|inhabilitad|desactivad|suspendid|bloquead|cancelad)|"
     r"(?:account|casella|utente)\b.{0,30}(?:disabilitat|disattivat|sospes)|conta .{0,20}(?:desativad|suspens)|"
     r"(?:ящик|пользователь|уч[её]тн\w+).{0,30}(?:заблокирован|отключ|неактив)|"
     r"(?:帐号|账号|帳號|邮箱|用户).{0,8}(?:停用|禁用|冻结|锁定|过期)|(?:利用|使用)(?:停止|できません)|休止|解約"),
    ("spam", r"(?:als|como|par|come|por) spam|похож\w* на спам|спам|垃圾邮件|垃圾郵件|迷惑メール|スパム|pourriel|"
     r"correo no deseado|unerwünscht|non sollicit"),
    ("domain", r"dom(?:ain|än)\w*\b.{0,30}(?:unbekannt|existiert nicht|nicht gefunden)|(?:dominio|domaine|"
     r"domínio)\b.{0,30}"
     r"(?:no existe|inconnu|n'existe pas|inesistente|desconocid|não existe)|домен.{0,20}не (?:найден|существует)|"
     r"域名.{0,8}(?:不存在|无效)|ドメイン.{0,12}(?:存在し|見つかり)ま?せん|ホスト.{0,12}見つかり"),
    ("unknown_user", r"unbekannt|existiert nicht|kein(?:e|en)? (?:solche[rn]?|gültige)|nicht (?:bekannt|vorhanden)|"
     r"empfänger.{0,30}(?:ungültig|nicht)|(?:utilisateur|destinataire|adresse|compte|boîte|boite)\b.{0,40}"
     r"(?:inconnu|invalide|inexist|n'existe)|pas d.utilisateur|(?:usuari[oa]|destinatari[oa]|buz[oó]n|cuenta|"
     r"direcci[oó]n)\b.{0,40}(?:no existe|desconocid|inexistente|inválid|no (?:se )?encontr|no válid)|"
     r"(?:utente|destinatario|casella|indirizzo)\b.{0,30}(?:sconosciut|inesistente|non (?:esiste|valid|trovat))|"
     r"(?:usuário|destinatário|conta|endereço)\b.{0,30}(?:desconhecid|inexistente|não (?:existe|encontrad)|inválid)|"
     r"(?:gebruiker|ontvanger|adres)\b.{0,30}(?:onbekend|bestaat niet)|okänd|ukjent|ukendt|nie istnieje|nieznany|"
     r"(?:пользовател|адрес|ящик|получател)\w*.{0,30}(?:не (?:найден|существует|зарегистрирован)|неизвест)|"
     r"нет такого|такого .{0,30} нет\b|"
     r"non è stat[oa] trovat|no se encontró|"
    r"không tìm thấy|العثور على|المستلم غير موجود|"
    r"(?:alamat|penerima|pengguna)\b.{0,60}tidak (?:dapat )?(?:ditemu|dikenal|ada)|(?:nije|niste?) (?:\w+ )?pronađen|"
    r"није пронађен|(?:имейл|адрес)\w*.{0,60}(?:не може да бъде намерен|не е намерен)|(?:naslova|naslov)\b.{0,60}"
    r"(?:mogoče najti|najden)|adres[aáu]\b.{0,60}(?:nenašla|nenašl|neexist)|aadressi?\b.{0,60}ei leit|neizdevās atrast|"
    r"nepavyko rasti|nerastas|no s'ha trobat|non se atopou|ez da aurkitu|fannst ekki|नहीं मिला|یافت نشد|tidak ditemui|"
    r"ไม่พบ(?:ที่อยู่|ผู้)|"
    r"adresse .{0,60}introuvable|indirizzo .{0,60}(?:inesistente|non (?:è stato )?trovat)|"
     r"não foi possível encontrar o endereço|"
     r"e-?mailadres .{0,60}niet worden gevonden|hitta e-postadressen|(?:mail|e-post)adresse[^.]{0,60}ikke funnet|"
     r"mailadresse[^.]{0,60}ikke fundet|sähköpostiosoitetta ei löyt|użytkownik nie istnieje|odnaleźć .{0,30}adresu|"
     r"adresa (?:se )?nenaš|(?:cím|címzett)\w* nem található|adresi bulunamadı|адрес\w*.{0,40}(?:найти|не знайдено)|"
     r"адресу.{0,40}не знайдено|εύρεση .{0,20}διεύθυνσ|adresa de e-?mail .{0,40}nu a fost găsit|למצוא את כתובת|"
     r"존재하지 ?않는|주소를 찾을 수 없|없는 (?:사용자|메일|계정)|找不到.{0,12}(?:地址|用户|收件人)|"
     r"(?:用户|用戶|收[件信]人|帐号|账号|邮箱|"
     r"地址)[^,，。]{0,8}(?:不存在|没有找到|未找到|无效|不正确)|"
     r"見つかりません|存在しません|(?:宛先|あて先|アドレス|ユーザー?).{0,16}(?:不明|誤|間違|あり?ません|無効)|ユーザー"),
    ("network", r"ne répond pas|no responde|non risponde|não responde|antwortet nicht|reagiert nicht|reageert niet|"
     r"svarar inte|svarer ikke|ei vastaa|nie odpowiada|neodpov|nem válaszol|yanıt vermi|не отвеча|не відповіда|"
     r"不响应|無回應|応答が?(?:ありません|しません)|응답하지|(?:verbindung|connexion|conexi[oó]n|connessione)\b.{0,40}(?:fehlgeschlagen|abgelehnt|échou|refus|"
     r"rechazad|rifiutat|fallid)|zeitüberschreitung|délai dépassé|tiempo de espera|"
     r"タイムアウト|接続でき|连接超时|连接失败|"
     r"время ожидания|соединени\w* .{0,20}(?:отклон|прерван)"),
    ("content", r"infizier|virus gefunden|вирус|病毒|ウイルス|ウィルス|pièce jointe|adjunto no permitid"),
    ("system", r"interner fehler|erreur interne|error interno|errore interno|внутренняя ошибка|内部错误|"
     r"システムエラー"),
    ("rejected", r"abgewiesen|abgelehnt|verweigert|refus[eé]|rejet[eé]|rechazad|rifiutat|recusad|rejeitad|geweigerd|"
     r"отклонен|отказано|拒收|拒绝|拒絕|拒否"),
)  # fmt: skip
