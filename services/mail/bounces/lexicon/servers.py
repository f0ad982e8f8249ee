"""Words for servers, names, senders and what is wrong with them."""

SERVERS: dict[str, tuple[str, str]] = {
    "machine": (
        r"ip\b|ip[ -]address|ip-adress|adresse ip|dirección ip|indirizzo ip|servers?\b|hosts?\b|machine|computer|"
        r"clients?\b|network|networks\b|mta\b|smtp|mail(?:server|host)s?|netz\b|netzwerk|rechner|serveur|r[ée]seau|"
        r"servidor|réseau|rede\b|computador|rete\b|macchina|servern|palvelin|serwer|sunucu|szerver|kiszolgáló|сервер|"
        r"хост|διακομιστή|máy chủ|peer\b|other (?:side|end)",
        r"服务器|服務器|伺服器|主机|主機|(?<=[\u3000-\uffff])IP|IP(?=[\u3000-\uffff])|サーバ|ホスト|서버|호스트",
    ),
    "domain": (
        r"domains?\b|domain name|domäne|domaine|dominio|domínio|domein|domän|doméns?|domæne|domene|verkkotunnu|"
        r"domen[ayęu]?\b|doména|doménu|domén|alan adı|домен|τομέ|tên miền|hostname|host name|mx\b|mail exchanger",
        r"域名|网域|網域|ドメイン|도메인",
    ),
    "unreachable": (
        r"(?:un|not |n't )(?:be )?(?:\w+ )?(?:reach|respond|answer|connect|contact|available|accept our)|"
        r"no (?:answer|response|reply|connection|route)|never (?:picked|answered|responded|replied)|(?:is|are|was|"
        r"were|been) (?:down|offline|unreachable)|hung up|hangs? up|timed? ?out|refused to (?:talk|connect|answer)|"
        r"unreachable|connection (?:refused|lost|reset|dropped|closed)|(?:lost|dropped|broke) (?:the )?connection|"
        r"nicht (?:erreichbar|erreicht|verfügbar)|antwortet nicht|keine (?:verbindung|antwort)|verbindung|"
        r"injoignable|joindre|ne répond|connexion|indisponible|contacter|no (?:fue posible|se pudo|pudo|"
        r"es posible) (?:conectar|contactar|establecer)|no (?:responde|contesta|disponible)|conexión|"
        r"non (?:raggiungibile|risponde|disponibile)|connettersi|contattare|irraggiungibile|connessione|"
        r"não (?:responde|disponível)|conectar|conexão|inacessível|onbereikbaar|niet bereik|niet beschikbaar|"
        r"reageert niet|verbinding|svarar inte|inte nå|kontakt|svarer ikke|utilgængelig|utilgjengelig|ei vastaa|"
        r"yhtey|nie odpowiada|nieosiągaln|niedostępn|połączeni|neodpov|nedostupn|spojení|připoj|nem (?:elérhető|"
        r"válaszol)|kapcsol|ulaşılam|bağlan|yanıt verm|не отвеча|недоступ|соедин|подключ|связаться|не відпов|з'єдн|"
        r"không (?:phản hồi|kết nối)|tidak (?:merespons|terhubung)|"
        r"silent|gone quiet|stopped (?:answering|responding)|fora do ar|caído|hors service|außer betrieb|"
        r"fuori servizio|nie działa|не работает|nefunguje|nere\b|nede\b",
        r"无法连接|無法連[接線]|连接(?:失败|超时)|不响应|无响应|没有响应|接続でき|応答|つながり|연결|응답",
    ),
    "waiting": (
        r"(?:in|on) (?:the|our) (?:mail )?queue (?:for|since|too)|(?:for|after|within) (?:\w+ )?(?:\d+|one|two|three|"
        r"four|five|several) (?:days?|hours?)|keep (?:on )?trying|try(?:ing)? again (?:for|until|"
        r"later automatically)|not (?:\w+ )?(?:reached|arrived|been delivered) (?:\w+ ){0,3}yet|not yet|has(?: not|"
        r"n't) yet|still (?:trying|waiting|undelivered)|too old|seit \w+ (?:tagen|stunden)|noch nicht|verzögert|"
        r"depuis \w+ (?:jours|heures)|pas encore|retard|desde hace|todavía no|aún no|retras|da \w+ giorni|non ancora|"
        r"ritard|ainda não|atras|há \w+ dias|vertraag|nog niet|fördröj|ännu inte|forsink|endnu ikke|ennå ikke|"
        r"viiväst|vielä|opóźni|jeszcze nie|zpožd|ještě ne|késik|még nem|gecik|henüz|задерж|ещё не|еще не|затрим|"
        r"ще не|καθυστ|"
        r"next attempt|so far|(?:not|n't) given up|another attempt|weitere versuche|prochaine tentative|"
        r"próximo intento|ulteriori tentativi",
        r"延迟|延遲|尚未|还没有|遅延|遅れ|まだ|지연|아직",
    ),
    "circles": (
        r"in circles|loop|schleife|boucle|bucle|circuito|ciclo|lus\b|pętl|smyčk|döngü|цикл|петл",
        r"循环|循環|ループ",
    ),
    "listed": (
        r"black ?-?list|block ?-?list|deny ?-?list|listed|blocked|banned|reputation|rating|bad behaviou?r|"
        r"not (?:trust|welcome)|no trust|distrust|barred|sperrliste|schwarze liste|blockiert|gesperrt|ruf\b|"
        r"liste (?:noire|de blocage)|bloqu[ée]|réputation|lista (?:negra|de bloqueo)|bloquead|reputaci|lista nera|"
        r"bloccat|reputazion|blacklist|bloqueio|reputaç|zwarte lijst|blokkeerlijst|geblokkeerd|svart ?list|spärrlist|"
        r"blockera|sort ?list|svarteliste|blokeret|blokkert|mustal|estett|czarn|zablokow|blackl|černé|feketelist|"
        r"kara liste|engell|ч[её]рн\w+ спис|заблокирован|блоклист|чорн|"
        r"list of (?:\w+ )?(?:unwanted|bad|blocked|known|spam)|standing|poor (?:rating|score)",
        r"黑名单|黑名單|封禁|屏蔽|ブラックリスト|拒否リスト|遮断|블랙리스트|차단",
    ),
    "blacklist": (
        r"black ?-?list|block ?-?list|deny ?-?list|sperrliste|schwarze liste|liste noire|liste de blocage|"
        r"lista negra|lista nera|zwarte lijst|blokkeerlijst|svart ?list|spärrlist|mustal|czarn\w+ list|feketelist|"
        r"kara liste|ч[её]рн\w+ спис|чорн\w+ спис",
        r"黑名单|黑名單|ブラックリスト|블랙리스트",
    ),
    "misdeeds": (
        r"(?:sen(?:t|ding)|source of|send|used for|involved in|because of|due to) (?:\w+ ){0,2}(?:spam|abuse|junk|"
        r"unsolicited)|abus|attack|harvest|non-existing users|compromised|infected|spam(?:mer|med|versand)|angriff|"
        r"nothing but (?:junk|spam)|(?:send|sent|sends|sending) (?:us |out )?(?:\w+ ){0,3}(?:spam|junk|abuse)",
        r"滥发|攻击|攻撃",
    ),
    "dialup": (
        r"dial-?up|dynamic(?:ally)? (?:ip|assigned|address|hosts?)|residential|home (?:connection|user)|"
        r"end-?user (?:ip|network)|einwahl|dynamische|adsl|dynamique|dinámic|dinamic",
        r"动态IP|動態IP|動的",
    ),
    "proof": (
        r"spf\b|dkim\b|dmarc\b|ptr\b|rdns|reverse (?:dns|entry|lookup|name|record|mapping)|no hostname|domainkeys|"
        r"sender id\b|arc\b (?:fail|seal)|rückwärts|reverse-?eintrag|enregistrement ptr",
        r"反向解析|逆引き",
    ),
    "genuine": (
        r"really comes? from|forged|spoofed|impersonat|gefälscht|usurp|falsificad|contraffatt|подде",
        r"伪造|なりすまし",
    ),
    "lacking": (
        r"not\b|n't\b|un(?:able|proved|verified)|fail|nicht|ne\b|pas\b|no\b|non\b|não|niet|inte|ikke|nie\b|не\b|"
        r"cannot",
        r"不|ません|없|못",
    ),
    "sender": (
        r"senders?\b|from you\b|envelope.?from|mail.?from|absender|expéditeur|remitente|mittente|remetente|afzender|"
        r"avsändar|afsender|avsender|lähettäjä|nadawc|odesílatel|feladó|gönder(?:en|ici)|отправител|відправник|"
        r"αποστολέα|người gửi|pengirim",
        r"发[件信]人|寄件[人者]|送信者|差出人|발신[자인]|보낸",
    ),
    "false": (
        r"fake|forged|false|not exist|unknown|invalid|cannot verify|unverif|gefälscht|fals[eo]",
        r"伪造|虚假|不存在",
    ),
    "fault": (
        r"(?:technical|internal|processing|software|storage|database|backend|configuration|system|program\w*|mailer|"
        r"service|disk|file ?system)\b[^,;:]{0,40}\b(?:problem|fault|error|fail|trouble|broken|offline|down\b|crash|"
        r"out of|unavailable|ended|exited|could not)|crash|maintenance|out of memory|offline|(?:exit|"
        r"ended with) (?:status|code)|returned status|technische[nrs]? (?:störung|problem|fehler)|störung|wartung|"
        r"systemfehler|interne[rn]? fehler|datenbank|problème technique|erreur (?:technique|interne|de traitement|"
        r"système)|maintenance|panne|problema(?:s)? técnico|error (?:técnico|interno|de procesamiento|del sistema)|"
        r"mantenimiento|avería|problem[ai] tecnic|errore (?:tecnico|interno|di sistema)|manutenzione|guasto|"
        r"falha (?:técnica|interna)|erro (?:interno|técnico|de sistema)|manutenção|technische storing|storing|"
        r"onderhoud|interne fout|tekniskt? (?:fel|problem)|underhåll|teknisk (?:fejl|feil)|vedligehold|vedlikehold|"
        r"tekninen|huolto|awari|problem techniczny|błąd (?:wewnętrzny|systemu|serwera)|technick|údržb|"
        r"chyba (?:serveru|systému)|műszaki|karbantart|belső hiba|teknik|bakım|техническ|внутренн|системн\w+ ошибк|"
        r"обслуживани|технічн|"
        r"(?:index|store|mailbox|filter|scanner|gateway|spool|database|file ?system)\b[^,;:]{0,40}\b(?:corrupt|"
        r"read-only|damaged|broken|unmounted|locked by)|software (?:failed|crashed)|corrupted|read-only|guasto|"
        r"(?:broke|went wrong|failed|crashed) (?:on|at) our (?:side|end)|something (?:broke|went wrong)|"
        r"our (?:own )?fault",
        r"系统(?:错误|故障|维护)|系統(?:錯誤|故障)|内部错误|技术(?:原因|故障)|障害|システム(?:エラー|障害)|"
        r"メンテナンス|시스템 (?:오류|장애)|점검|내부 오류",
    ),
}
