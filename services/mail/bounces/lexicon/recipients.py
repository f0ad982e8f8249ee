"""Words for recipients, their mailboxes and accounts, and for what they allow."""

_BOX = (
    r"(?:mail ?|in|post)box|mail ?drop|mail ?folder|maildir|mailspool|inbox|postfach|posteingang|boîte|boite|"
    r"messagerie|buz[oó]n|casilla|bandeja|casella|caixa|postbus|postvak|inkorg|brevlåd|postlåd|postkasse|indbakke|"
    r"innboks|postboks|postilaatik|sähköpostilaatik|skrzynk|schránk|sandučić|predal|nabiralnik|postafiók|kutu|căsuţ|"
    r"căsuț|ящик|скриньк|кутия|γραμματοκιβ|θυρίδα|hộp thư|kotak"
)
_BOX_DENSE = r"邮箱|郵箱|信箱|メールボックス|受信箱|메일함|사서함|편지함"
_HOLDER = (
    rf"{_BOX}|"
    r"users?\b|user ?names?\b|recipients?|persons?\b|addressee|subscribers?\b|customers?\b|names?\b|accounts?\b|"
    r"address(?:es)?\b|alias|employee|student|contact\b|login|local.?part|benutzer|nutzer|empfänger|person\b|name\b|"
    r"konto|adresse|teilnehmer|kunde|kennung|utilisateur|destinataire|compte|abonné|nom\b|usuari|destinatari|cuenta|"
    r"direcci[oó]n|nombre\b|cliente|utente|indirizz|nome\b|conta\b|endereço|utilizador|destinatário|gebruiker|"
    r"ontvanger|adres|naam\b|geadresseerde|användare|mottagare|adress|bruger|modtager|bruker|mottaker|käyttäj|"
    r"vastaanottaj|osoit|tili\b|użytkowni|odbiorc|adresat|kont[oa]\b|uživatel|používateľ|příjem|príjem|účet|účt|"
    r"korisni|primatelj|primalac|uporabni|prejemni|naslov|felhasználó|címzett|fiók|cím|kullanıcı|alıcı|hesa[pb]|"
    r"utilizator|destinatar|пользовател|получател|адресат|адрес|уч[её]тн|обліков|аккаунт|имен|користувач|одержувач|"
    r"потребител|получател|χρήστη|παραλήπτη|διεύθυνση|người (?:dùng|nhận)|địa chỉ|tài khoản|pengguna|penerima|alamat|"
    r"akun"
)
_HOLDER_DENSE = (
    rf"{_BOX_DENSE}|"
    r"用户|用戶|收[件信]人|帐[号户]|账[号户]|帳[號戶]|地址|邮件名|ユーザ|受信者|受取人|宛先|あて先|アドレス|"
    r"アカウント|お客[様さ]|사용자|수신[자인]|계정|아이디|주소|받는|회원"
)

RECIPIENTS: dict[str, tuple[str, str]] = {
    "box": (rf"{_BOX}|account\b|konto\b|compte\b|cuenta\b|conta\b", _BOX_DENSE),
    "holder": (_HOLDER, _HOLDER_DENSE),
    "space": (
        r"spaces?\b|storage|room\b|memory|quota|disk|capacity|allotment|allocat|allowance|speicher|platz|kontingent|"
        r"espace|place\b|espacio|capacidad|almacenamiento|spazio|capacità|espaço|armazenamento|ruimte|opslag|utrymme|"
        r"plads|plass|tila\b|tilaa|miejsc|pojemnoś|míst|kapacit|tárhely|alan|spaţiu|spațiu|мест[ао]|пам'ять|квот|"
        r"χώρο|dung lượng|ruang|"
        r"yer\b|kvote|kvot|platz\b|lagring",
        r"空间|空間|容量|领域|領域|空き|용량|저장 ?공간",
    ),
    "spent": (
        r"full\b|used up|us(?:ed|es) (?:up )?all|exhaust|exceed|spent|no (?:\w+ )?(?:more|free|left|space|room)|"
        r"out of (?:\w+ )?(?:space|storage|room)|(?:is|has|been) (?:reached|over|at)\b|reached (?:its|the|his|her)|"
        r"not enough|insufficient|lacks?\b|ran out|run out|consumed|(?:hold|store|take|receive) (?:any|"
        r"no)(?: ?more)?|(?:hold|store|accept) more|over(?:drawn|flow)|over (?:its|the|\d+ ?%)|erschöpft|verbraucht|"
        r"überschr|kein(?:en|e)? (?:\w+ )?(?:platz|speicher)|voll|aufgebraucht|ausgeschöpft|dépass|épuisé|satur|"
        r"plein|plus (?:de|d')|insuffisant|manque|agotad|sin (?:espacio|capacidad)|no (?:tiene|hay|dispone)|excedid|"
        r"super[óa]d?|llen[oa]|esaurit|superat|pien[oa]|non (?:ha|c'è|dispone)|insufficiente|esgotad|excede|cheia|"
        r"não (?:tem|há)|insuficient|vol\b|onvoldoende|geen|slut|överskrid|brugt op|opbrugt|overskred|brukt opp|"
        r"täynnä|loppu|ylitt|brak|przekrocz|wyczerp|pełn|zabrakło|došl|nedostatek|vyčerp|překroč|pln|elfogy|megtelt|"
        r"betelt|nincs|dol|yok|aşıl|tükendi|yetersiz|закончил|исчерпан|переполн|превыш|нет\b|не хватает|недостаточно|"
        r"вичерпан|γεμάτ|hết|đầy|penuh|habis|"
        r"gone over|yer kalma|kalmadı|kalmamış|fyldt|"
        r"free up|make (?:some )?(?:room|space)|clear out|libérer|liberar|svuotare|freigeben|освобод",
        r"不足|已满|已滿|没有|沒有|超[过出]|超過|ありません|なくな|一杯|いっぱい|オーバー|부족|초과|가득|없|"
        r"用完|用尽|用盡|耗尽|占满|使い切|다 찼",
    ),
    "full": (
        r"full\b|bursting|over(?:flow|full|loaded|stuffed|quota)|(?:hold|take|receive|store) (?:any|no) more|"
        r"limit (?:\w+ ){0,3}(?:reached|exceeded|hit)|no (?:more )?(?:room|space)|used up|voll\b|überfüllt|überläuft|"
        r"pleine?\b|saturée?|débord|llen[oa]\b|satur|pien[oa]\b|chei[ao]\b|lotad|vol\b|propvol|full[at]?\b|fuld\b|"
        r"täynnä|przepełni|pełn|plná|přepln|megtelt|tele\b|dolu|dolmuş|plin|переполн|полон|заполнен|γεμάτ|đầy|penuh|"
        r"fyldt|fyllt|fylt|stuffed|crammed|ylitä|yer (?:kalma|yok)|dolup|no more room|gone over|kein platz|esaurit|"
        r"(?:atingi|alcanz|atteint|raggiunt|erreicht|bereikt|nådd|osiągn|достиг|elérte)\w* (?:\w+ ){0,3}(?:limit|"
        r"grens|gräns|grenz|лимит|предел|korlát)|hit (?:its|the) (?:cap|limit)|(?:limit|grenze) (?:\w+ )?(?:erreicht|"
        r"atteinte)",
        r"满|滿|いっぱい|一杯|가득|찼",
    ),
    "closed": (
        r"clos(?:ed|ure)|disabled|suspen|deactivat|inactiv|de-?provision|locked|frozen|on hold|turned off|"
        r"switched off|not in service|out of service|cancel|terminat|expired|stopped|retired|blocked by (?:its|"
        r"the) (?:owner|operator)|dormant|unpaid|non-?payment|gesperrt|stillgelegt|geschlossen|deaktiviert|"
        r"abgeschaltet|gekündigt|abgelaufen|eingestellt|aufgelöst|ruht\b|fermé|clôtur|résili|désactiv|suspend|bloqué|"
        r"inactif|expiré|cerrad|(?:dad[oa]|dado) de baja|cancelad|desactivad|deshabilitad|inhabilitad|suspendid|"
        r"bloquead|inactiv|caducad|chius|disattivat|disabilitat|sospes|bloccat|cessat|scadut|encerrad|desativad|"
        r"suspens|bloquead|cancelad|gesloten|afgesloten|geblokkeerd|opgeheven|opgezegd|uitgeschakeld|avslut|avstäng|"
        r"stängt|spärra|inaktiv|lukket|spærret|nedlagt|deaktiver|stengt|sperret|avviklet|suljettu|lukittu|"
        r"poistettu käytöstä|zamkni|zablokowan|zawieszon|usunięt|dezaktyw|nieaktywn|wygas|zrušen|zablokov|deaktiv|"
        r"pozastaven|letilt|megszűn|megszüntet|felfüggeszt|kapatıl|kapalı|askıya|devre dışı|închis|suspendat|"
        r"dezactivat|закрыт|заблокирован|отключ|приостановлен|удал[её]н|неактив|закрит|заблоков|вимкнен|ανενεργ|"
        r"απενεργ|κλειστ|đã bị khóa|ditutup|dinonaktif|"
        r"shut (?:down|off)|put to sleep|(?:not|n't) been (?:used|opened|accessed)|unused|ungenutzt|"
        r"nicht mehr (?:genutzt|aktiv)|inutilis|sin uso|non utilizzat|inutilizz|не используется|не використов|"
        r"opgezegd|vypnut|отключ",
        r"停用|禁用|冻结|凍結|锁定|鎖定|注销|註銷|关闭|關閉|过期|停止|休止|解約|凍結|退会|정지|휴면|해지|탈퇴|중지|"
        r"잠긴|차단된 계정",
    ),
    "moved": (
        r"(?:has|have) (?:\w+ )?moved|(?:no longer|(?:does|do)(?: not|n't)) works? (?:for|at|here|with)|works? (?:at|"
        r"for) .{0,30}any (?:more|longer)|(?:left|leaving) (?:the|our|this) (?:company|organi[sz]ation|firm|school)|"
        r"new (?:e-?mail )?address|forwarding (?:address|period)|changed (?:\w+ )?address|out of date|relocated|"
        r"not local[;,:]? ?(?:please )?try|adresse hat sich|neue (?:e-?mail-?)?adresse|(?:verzogen|umgezogen)|"
        r"nicht mehr (?:bei uns|im unternehmen|für uns)|(?:a )?chang[ée]+ d'adresse|nouvelle adresse|ne (?:travaille|"
        r"fait) plus|(?:ha )?cambiado (?:de|su) (?:direcci|correo)|nueva direcci|ya no trabaja|nuovo indirizzo|"
        r"ha cambiato indirizzo|non lavora più|novo endereço|mudou de|não trabalha mais|nieuw (?:e-?mail)?adres|"
        r"niet meer werkzaam|ny adress|ny e-?post|ny (?:mail)?adresse|slutat|uusi osoite|nowy adres|zmienił|"
        r"nie pracuje|nov[áý] adres|új címe?|yeni adres|нов(?:ый|ого) адрес|сменил|больше не работает|нова адреса|"
        r"migrated|merge[rd]|elsewhere|(?:now )?be reached at|fusion|verhuisd|flyttat|flyttet|muuttanut|přestěhov",
        r"新(?:邮箱|地址|邮件地址)|已离职|已更换|新しい(?:メール)?アドレス|変更され|退職|새 (?:메일 )?주소|변경되었|"
        r"퇴사",
    ),
    "none": (
        r"no such|unknown|(?:does|do|did|was|is|are|were|could|can)(?: not|n't|n’t) (?:\w+ )?(?:exist|know|found|"
        r"find|match|belong|registered|assigned|recogni|identif|valid|real|any longer)|not (?:\w+ )?(?:be )?(?:found|"
        r"known|registered|exist|recogni|ours|listed|on file|one of|assigned|valid|resolv|deliverable|in (?:our|"
        r"the) \w+)|no (?:\w+ ){0,3}(?:by|with|of|under|named|called|matching|goes|found|valid|like)|nonexist|"
        r"non-exist|invalid|illegal|never existed|missing|cannot find|can't find|unable to (?:find|locate|identify|"
        r"resolve)|fail\w* to (?:find|resolve)|don'?t know|mistyped|misspel|there (?:is|are|was|'s) no\b|there's no|"
        r"bad\b|gone|unbekannt|nicht (?:\w+ )?(?:bekannt|gefunden|vorhanden|existent|registriert|vergeben|gibt|"
        r"auffindbar|ermittel)|existiert|gibt es (?:\w+ ){0,3}nicht|gibt es kein|kein(?:e|en|em)?\b|ungültig|inconnu|"
        r"inexist|n'existe|introuvable|aucun|n'est pas (?:connu|enregistr|valide)|invalide|pas de\b|"
        r"no (?:se )?(?:existe|encontr|hall|consta|reconoc|fue encontrad|es válid)|desconocid|ningún|inválid|"
        r"sconosciut|non (?:esiste|trovat|valid|risulta|è (?:stato )?(?:trovat|valid|registrat))|nessun|desconhecid|"
        r"não (?:existe|(?:foi )?encontrad|é válid)|nenhum|onbekend|bestaat niet|niet (?:\w+ )?(?:bestaat|bestaan|"
        r"gevonden|bekend|geldig)|bestaat|geen|okänd|finns inte|finns ej|saknas|existerar inte|hittades inte|ukendt|"
        r"findes ikke|ukjent|finnes ikke|eksisterer ikke|ikke (?:fundet|funnet)|ei (?:ole|löydy|löyt)|tuntemat|"
        r"nieznan|nie (?:ma|istnieje|znalezion|odnalezion|znamy)|brak|neexist|neznám|nenalez|nenašl|není|"
        r"nije pronađen|ne (?:postoji|obstaja)|nepoznat|neznan|ismeretlen|nem (?:létez|talál|ismert)|nincs|bulunamad|"
        r"yok\b|mevcut değil|geçersiz|bilinm|tanınm|nu (?:a fost găsit|exist)|inexistent|necunoscut|"
        r"не (?:\w+ )?(?:найден|существует|зарегистрир|известен|знайден|існує)|неизвест|нет\b|невідом|няма|"
        r"не съществ|δεν (?:υπάρχει|βρέθηκε)|άγνωστ|không (?:tồn tại|tìm thấy)|tidak (?:ada|ditemukan|dikenal)|"
        r"(?:not|n't) (?:been )?set up|not present|ingen\b|inga\b|ikke nogen|ikke noen|ilyen|(?:does|do)(?: not|"
        r"n't) (?:\w+ )?(?:have|appear)|never (?:been )?(?:set up|created|heard)|nikdo takov|takov|"
        r"no (?:record|trace) of|no (?:se )?figura|no consta|non figura|não consta|ne figure pas|n'a pas d'|geführt|"
        r"ei löydy",
        r"不存在|没有|沒有|未(?:找到|开通|開通|注册|註冊)|找不到|无效|無效|错误|无法解析|無法解析|ありません|存在し|"
        r"存在しな|見つか(?:り|ら)|使われて(?:い|お)|不明|登録され|없|존재하지|찾을 수|查无|查無|無此|无此",
    ),
    "nobody": (
        r"nobody|no one\b|(?:unknown|no such) (?:user|person)|not in gal\b|niemand|personne (?:ici|de ce)|nadie\b|"
        r"nessuno|ninguém|ingen (?:med|her|här)|nikt\b|nikdo\b|senki\b|никого|(?:mail|rcpt|user|recipient)s? (?:is |"
        r"was )?not (?:\w+ )?(?:on|at|of|in) this (?:server|system|site|domain)",
        r"无此|無此|查无|查無|没有这个|該当(?:者|する)",
    ),
    "unwelcome": (
        r"(?:do|does|did)(?: not|n't) (?:wish|want|like|care) to (?:receive|get|read|hear|have)|"
        r"chosen not to (?:receive|accept)|wants? no (?:more )?(?:mail|messages|e-?mail)|no (?:wish|desire) to|"
        r"refuses? (?:all )?(?:mail|messages|e-?mails?) from|badmailfrom|bad ?mail ?from|wünscht keine|möchte keine|"
        r"(?:ne souhaite|ne veut|refuse de) (?:pas |plus )?rec|souhaite (?:pas|plus)|no desea recibir|"
        r"no quiere recibir|non desidera ricevere|non vuole ricevere|não deseja receber|wil geen|wenst geen|"
        r"vill inte (?:ta emot|ha)|ønsker ikke|ei halua|nie chce otrzymywać|nie życzy|nepřeje|nem kíván|"
        r"almak istemiyor|не (?:желает|хочет) получать|не бажає|"
        r"(?:takes?|accepts?|receives?|allows?) (?:mail|messages|e-?mails?)? ?(?:only )?from (?:known|approved|"
        r"listed|trusted|confirmed)|nur von bekannten|uniquement .{0,20}expéditeurs connus",
        r"拒收|拒绝接收|受信拒否|受け取りを拒否|수신(?:을 )?(?:거부|원하지)",
    ),
    "permission": (
        r"no (?:right|permission|authority) to|permission|not (?:\w+ )?(?:allowed|authori[sz]ed|permitted|"
        r"entitled) to|may not (?:send|post|write)|only (?:those|members|people|subscribers|internal|authori[sz]ed|"
        r"staff)|members?.only|berechtig|nicht (?:berechtigt|befugt|erlaubt|gestattet)|nur (?:mitglieder|interne|"
        r"von)|autorisation|autorisé|droit|permiso|autorizad|sólo (?:los )?miembros|solo (?:los )?miembros|permess|"
        r"autorizzat|permissão|toestemming|gemachtigd|bevoegd|behörighet|tilladelse|tillatelse|rettigheter|oikeu|"
        r"uprawni|zezwol|oprávněn|jogosult|izni|yetki|разрешени|прав\b|не разрешено|дозвол|"
        r"not (?:be )?let (?:in|through|past)|outsiders|toegang|bevoegdheid|"
        r"only \w+ (?:may|can|are allowed|are permitted)|autorizzazion|nur \w+ (?:dürfen|können)|seuls? les|sólo los|"
        r"solo i\b|alleen \w+ (?:mogen|kunnen)",
        r"权限|權限|未授权|許可|権限|권한",
    ),
    "rules": (
        r"(?:company|house|corporate|organi[sz]ation\w*|local|our|security|mail|site) (?:mail )?(?:rules?|polic(?:y|"
        r"ies))|polic(?:y|ies)|check for new mail|pop ?before|log ?in first|protocol|pipelining|talk too soon|"
        r"greeting|secure connection|encrypted (?:connection|session)|richtlinie|règles?\b|politique|normas|"
        r"políticas?|regole|criteri|regels|beleid|regler|zasad|polityk|pravid|szabály|kural|правил|політик|"
        r"helo\b|ehlo\b|fully.qualified|tls\b",
        r"策略|政策|ポリシー|정책|规则|規則",
    ),
}
