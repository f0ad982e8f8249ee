"""The words servers refuse mail with, by what they mean; the first that is found decides, so the order matters."""

PHRASES: tuple[tuple[str, str], ...] = (
    (
        "domain",
        r"domain name in the (?:e-?mail )?address|no mail servers? (?:appear|exist|found|could)|"
        r"domain\b.{0,60} not (?:appear to be )?registered",
    ),
    ("blocked", r"verification failed for .{0,400}sender verif\w* fail"),
    (
        "unknown_user",
        r"address is not in use|address (?:you \w+ )?(?:was ?n[o']t|could ?n[o']t be|"
        r"cannot be) found|malformed address|"
        r"relating to recipient|not listed in|recipient ?not ?found|"
        r"recipient addresses rejected|ディレクトリのリストにありません|n[o']t found at the destination domain|"
        r"couldn'?t find any mailbox|user is not (?:on|at|known)|no mailbox here by that name",
    ),
    (
        "network",
        r"not reachable within|host \S+ is not responding|enqueued and undeliverable|deliver this message after \d|"
        r"servfail|failed \d+ attempts|no response from|within the time limit|response timeout|"
        r"connection refused by host|"
        r"did not respond in time|"
        r"delivery temporarily suspended|lost connection with|connect to \S+: |conversation with \S+ timed out|"
        r"(?:remote|other) (?:host|end|side|server) (?:closed|dropped|hung up)|connection died|gr[ae]y-?list|"
        r"could not be delivered for \d+ (?:days|hours)|hop count|mail(?:er)? loop|too many hops|forwarding loop",
    ),
    (
        "policy",
        r"messages? with multiple addresses|there are multiple \w+ headers|issue a starttls|starttls (?:first|"
        r"required)|tls required but|requires? (?:start)?tls|must use tls|"
        r"rfc ?\d* ?compliant|comply with rfc|"
        r"only (?:authenticated|members|subscribers)|(?:members|subscribers) only|non-?members?\b|"
        r"must be a (?:member|subscriber)|relay(?:ing)? (?:access )?(?:is |"
        r"was )?(?:denied|not permitted|prohibited|"
        r"not allowed)|unable to relay|"
        r"(?:we )?(?:do not|don'?t) relay|allowed rcpthosts",
    ),
    (
        "content",
        r"(?:encrypted|password.protected) (?:archive|attachment|file|zip)|(?:archive|attachment|file)s?\b[^.]{0,30}\b"
        r"(?:encrypted|password|cannot be (?:scanned|opened))|block\w* (?:an? )?attachment|"
        r"contain\w* (?:an? )?(?:blocked|prohibited|forbidden|dangerous) |test-signature|"
        r"virus intercepted|banned (?:file|attachment|contents|name)|- banned:|file type in attachment|"
        r"(?:attachment|file)s? (?:type|extension|is|are|was)?[^.]{0,30}"
        r"not (?:allowed|accepted|permitted)|malicious|virus (?:found|detected)|contains? (?:a |an? )?virus|"
        r"infected (?:with|by|file)|malware|virus infected|eight.?bit",
    ),
    (
        "authentication",
        r"not have authentication information|(?:fails? to|not) pass (?:the )?authentication|mismatch\w* client ip|"
        r"purported responsible|no host ?name in|reverse entry",
    ),
    ("disabled", r"(?:removed|deleted|closed|disabled) due to|no longer employed"),
    (
        "rate",
        r"messages (?:allowed )?(?:in|per|within) (?:one|an?|the last|\d+) (?:hour|minute|day)|\brate (?:was |"
        r"has been |is )?exceed|sending (?:rate|limit)|(?:daily|hourly|sending) (?:\w+ )?quota",
    ),
    ("size", r"too much (?:mail )?data"),
    ("blocked", r"will not accept delivery of|(?:low|bad|poor) reputation|reputation of (?:the|your)|service refus"),
    ("network", r"unexpected name server reply"),
    (
        "domain",
        r"unable to resolve (?:domain|host|mx)|domain name not resolv|non-?existent domain|"
        r"domain\b(?: \S+)? (?:does ?n[o']t|does not) exist|unable to route|"
        r"best-preference mx|no mail hosts? for|account or domain may not exist|bad destination system",
    ),
    (
        "blocked",
        r"\bip must resolve|used (?:for|to) (?:send|relay)\w* spam|source of (?:\w+ )?(?:spam|abuse)|"
        r"nothing but (?:spam|junk)|hosts in your range|"
        r"because of (?:previous|earlier|past) (?:spam|abuse)|sender verif\w* fail|"
        r"unverif\w+ sending",
    ),
    ("system", r"temporary lookup failure|could not load \w+|local configuration error|server configuration"),
    (
        "system",
        r"4[0-9.]* insufficient (?:disk|system)|insufficient system (?:storage|resources)|"
        r"system not (?:available|ready)|out of disk space|system (?:disk )?full",
    ),
    (
        "full",
        r"no room (?:left|for)|mail(?:box|folder) (?:\w+ )?exceed|over quota|(?:exceed\w*|over) (?:the |its |his |"
        r"your |allowed )*mailbox|"
        r"mailbox size|no (?:more|free|disk|mailbox|storage) (?:\w+ )?space|too many messages in (?:th|mail|in)|"
        r"(?:disk )?quota (?:is |was |has been )?exceed|"
        r"exceed\w* (?:\w+ ){0,3}quota|mailbox (?:is )?full|at its maximum size|too (?:much|many) (?:mail|"
        r"messages?) (?:\w+ )?(?:in|on) (?!an? |the (?:last|past))",
    ),
    ("system", r"procmail|pipe to \||command (?:died|output)|mailer (?:error|died)|x-unix"),
    (
        "authentication",
        r"\bdmarc\b|does not pass dkim|dkim (?:verification|check|validation)? ?fail|"
        r"spf (?:check|validation|record)? ?(?:fail|policy)|spf \S* ?(?:hard)?fail|fail(?:ed|s)? (?:the )?(?:spf|dkim)|"
        r"not (?:pass|comply)\w* (?:the )?(?:spf|dkim)|domainkeys|sender is unauthenticated|"
        r"unauthenticated e?-?mail|required authentication level|dkim signature (?:is )?(?:invalid|missing|bad)|"
        r"spf\b[^.]{0,20}\W.{0,60}not (?:allowed|permitted)|\bsender.?id\b.{0,20}not|sender policy framework|"
        r"openspf\.|not authori[sz]ed to (?:use|send (?!(?:mail |messages? )?to ))|ptr record|"
        r"reverse dns|fix reverse|rdns|\bptr\b|no (?:reverse|ptr)|reverse (?:host|lookup|name)|forward.confirmed|"
        r"hostname (?:lookup|verification)|cannot find your (?:reverse )?hostname|cannot resolve your|"
        r"find your hostname",
    ),
    (
        "size",
        r"exceed\w* (?:the )?maximum size|"
        r"(?:message|mail|e-?mail|content|data)(?: \w+){0,2} (?:size )?(?:is |was )?(?:too (?:big|large|long)|"
        r"exceed\w*(?: \w+){0,4} (?:size|length|limit|maximum|octets|bytes))|"
        r"size (?:limit )?(?:exceed|is too|too)|"
        r"exceed\w*(?: \w+){0,3} (?:maximum |fixed |max\w* )?(?:message|mail)?[ -]?(?:size|length)|message length|"
        r"length exceeds|larger than the (?:current |maximum )|over size limit|message size|"
        r"exceeded storage allocation for|mesg too (?:big|long)|size (?:of )?\S+ exceed|too big for (?:this|the)|"
        r"maximum (?:allowed )?(?:message|mail) size|exceeds limit set",
    ),
    (
        "rate",
        r"too many (?:recipients|connections|messages|concurrent|sessions|mails|emails|smtp|errors|unauth|times)|"
        r"sent to too many|(?:rate|connection|message|hourly|daily|sending|relay)[ -](?:rate )?(?:limit|quota)|"
        r"throttl|"
        r"(?:sending|relay|receiving|receives?) (?:mail |messages )?(?:at a rate|too (?:fast|quickly|many|much))|"
        r"slow down|unusual rate|rate.?limited|connections? (?:rate|limit)|limit on the number of|"
        r"exceeded the rate|too fast|frequency (?:limit|exceed)|too frequent|"
        r"maximum (?:number of )?(?:concurrent )?(?:\w+ )?(?:connections?|recipients)|"
        r"max(?:imum)? e?-?mails per|too much mail from|"
        r"(?:per|each|(?:mails?|messages|recipients) an?) (?:hour|day|minute)\b|(?:messages|"
        r"mails) (?:can be )?sent per|"
        r"max(?:imum)? \S* ?(?:defers|failures)|"
        r"mail.?loop.*quota",
    ),
    (
        "full",
        r"quota|(?:mail)?box(?: \w+){0,4} (?:is )?(?:full|exceeded|over|too large|voll)|full (?:mail)?box|"
        r"(?:mail)?box(?:es)? size|over (?:the )?(?:allowed )?(?:storage|disk|limit|maximum)|overquota|"
        r"over.?quota|(?:exceeds?|exceeded)(?: \w+){0,4} (?:storage|limit|allocation|space|disk|maildrop)|"
        r"(?:not |in)(?:enough|sufficient) (?:disk )?(?:storage|space)|out of (?:storage|space)|"
        r"storage (?:limit|space|full)|too many messages (?:in|on) |maildir|mailfolder is full|inbox is full|"
        r"account is full|exceeded the limit on|no (?:more )?(?:room|space) (?:left )?in|"
        r"not have enough (?:disk )?(?:room|space)|no space left|mailbox overflow|is full|"
        r"capacity|storage allocation|number of messages in|"
        r"already has too much",
    ),
    (
        "disabled",
        r"(?:account|mailbox|mail ?box|user|address|recipient|domain|e-?mail)\b[^.]{0,60}\b(?:disabled|suspended|"
        r"deactivated|discontinued|inactive|locked|frozen|blocked by admin|cancelled|canceled|expired|not active|"
        r"(?:been|is|was) closed|dormant|restricted from|terminated|retired)|"
        r"(?:disabled|suspended|deactivated|inactive|locked|closed|inactivated|frozen) (?:e-?mail )?(?:account|"
        r"user|mailbox|recipient|address)|"
        r"not an active (?:address|account|user)|"
        r"(?:currently|temporarily|account) (?:is )?(?:disabled|suspended|inactive|locked)|"
        r"no longer (?:active|in use|with)|(?:box|account|user|address)\b[^.;]{0,30} (?:blocked due to|"
        r"closed by|deleted)|not currently accepting (?:mail|messages)|is not active|is inactive|"
        r"been inactiv|user account disabled|mailbox frozen|disabled or disc",
    ),
    (
        "moved",
        r"has (?:been )?moved|no longer (?:on (?:this )?server|at this|works? (?:here|at))|new address|"
        r"user not local; (?:please )?try|no forwarding address|has been replaced by|not our (?:user|customer)|"
        r"address (?:has )?changed|"
        r"please (?:use|try) (?:the )?(?:new|following) address|user has left",
    ),
    (
        "spam",
        r"scored (?:too high|\d)|\b(?:spam|ube|uce|junk)\b(?!.{0,40}(?:blacklist|block(?:ed)? list|dnsbl|rbl))|"
        r"bulk (?:e-?mail|mail)|"
        r"unsolicited|spamassassin|spam.?(?:score|content|filter|detect)|"
        r"(?:identified|detected|classified|considered|scored|marked|looks like|regarded|"
        r"categorized) (?:as )?(?:a )?(?:likely )?(?:spam|junk|unsolicited)|"
        r"score (?:of )?[\d.]+ .{0,20}(?:threshold|exceed)|uribl|surbl|dbl\.spamhaus|content analysis|"
        r"rejected by content|mail appears to be|cloudmark",
    ),
    (
        "blocked",
        r"(?:black|deny) ?list|from your country|block ?list|dnsbl|\brbl\b|spamhaus|spamcop|barracuda(?:central)?|"
        r"sorbs|\bcbl\b|"
        r"listed (?:in|at|on|by)|(?:bad|poor|low|ip|sender) reputation|reputation|"
        r"(?:ip|host|network|address|client|server|hostname|sender|messages?|mail|email|"
        r"connection)s?\b[^.]{0,60}\b(?:blocked|block list|banned|blacklisted|denied)|"
        r"(?:blocked|rejected|refused|denied)\b[^.]{0,30}\b(?:ip|host|client|network|connection)|"
        r"(?:client|access|helo|ehlo|host)[^.]{0,20} (?:rejected|refused|denied|blocked)|"
        r"connection (?:rejected|denied|blocked|refused(?: from| due to (?:abuse|spam)|"
        r"\W+(?:your|blacklist|listed|blocked|spam|see)))|"
        r"weren'?t sent|"
        r"not accepting connections|no access from|open relay|dynamic(?:ally)? (?:ip|assigned|address)|"
        r"your (?:ip|network|mail server)|residential|unsolicited mail from|"
        r"block(?:ed|ing) (?:using|for|by|because|due|message|mail|from)|go away|banned|been blocked|is blocked|"
        r"(?:temporarily|permanently) deferred|user complaints",
    ),
    (
        "domain",
        r"host(?: or domain)?(?: name)?(?: is)? (?:unknown|not found|name lookup)|"
        r"(?:unknown|no such|invalid|bad|unresolvable|illegal) (?:host|domain|mail server)|"
        r"domain (?:name )?[^.]{0,30}(?:not (?:be )?found|unknown|does(?:n'?t| not) exist|invalid|not (?:valid|"
        r"resolve|accept))|"
        r"name (?:or service )?(?:not known|not found|server)|nxdomain|"
        r"no (?:a |mx |aaaa )*(?:record|host|mail exchanger|mx)|couldn'?t find (?:any|a) (?:host|mail)|"
        r"cannot find (?:a )?(?:mail|host|domain|any|an mx)|unrouteable mail domain|mx (?:points|record)|null ?mx|"
        r"does not accept (?:e?-?mail|any|smtp)|doesn'?t accept mail|not accepting (?:network messages|mail|smtp)|"
        r"domain is not reachable|dns (?:lookup )?(?:failure|error)|lookup fail|host lookup|"
        r"hostname .{0,40}unknown|domain .{0,60}(?:couldn'?t|could not|cannot) be found|all relevant mx|"
        r"illegal host|invalid mx|lowest numbered mx|indicated no smtp|address family|no route for domain|"
        r"did not resolve|"
        r"smtp protocol returned a permanent",
    ),
    (
        "unknown_user",
        r"(?:user|recipient|mailbox|address|account|addressee|alias|name|person|subscriber|member|inbox|username|"
        r"mail ?drop)s?\b[^.;]{0,50}\b(?:unknown|not (?:be )?(?:found|known|exist|"
        r"listed|recogni[sz]ed|valid|here|available|have|permitted)|does ?n[o']t exist|doesn'?t (?:exist|have)|"
        r"invalid|unavailable|nonexist\w*|non-exist\w*|is undeliverable|could not be found|"
        r"cannot be found|can'?t be found|isn'?t|undeliverable)|"
        r"(?:unknown|invalid|no such|non-?existent|bad|illegal|nonexistent|no valid|undeliverable|"
        r"incorrect) (?:or \w+ )?(?:local |virtual |alias|e-?mail |mail |destination |recipient |final |"
        r"to )?(?:user|recipient|mailbox|address(?:ee)?|account|name|person|local.?part|alias|rcpt|inbox|"
        r"destination|domain user|id|subscriber)|"
        r"user unknown|"
        r"no (?:mailbox|account|user|one|such|recipient|valid|alias|person) (?:here|by|with|found|on|at|for|of|"
        r"named)|"
        r"there is no (?:one|user|such|mailbox|account)|"
        r"not a (?:valid|known|local) (?:user|recipient|mailbox|address|mail)?|"
        r"not (?:a )?(?:valid|known|listed) (?:user|recipient|mailbox|in|at|address)|"
        r"(?:doesn'?t|does not|do not|don'?t) (?:have|exist|like recipient|handle|match|recogni[sz]e)|"
        r"not listed in|name is not recogni|mailbox unavailable|no such (?!domain|host)|"
        r"unroute?able (?:mail )?address|address rejected|recipient rejected|rcpt to .{0,30}reject|recipient not |"
        r"no mailbox|unable to (?:find|locate) (?:the )?(?:user|recipient|mailbox)|all recipients|"
        r"can(?:not|'t) (?:find|verify|open mailbox)|nobody|not our|relating to recipient|not exist|"
        r"user not|no mail ?box available|valid recipient|not in (?:our|the) (?:directory|address)",
    ),
    (
        "network",
        r"timed? ?out|time limit exceeded|"
        r"(?:connection|connect|session)\b[^.]{0,40}\b(?:refused|failed|lost|dropped|closed|reset|timed|aborted|"
        r"terminated)|"
        r"could not (?:be )?(?:connect|contact|reach)|couldn'?t (?:connect|establish|contact)|"
        r"unable to (?:connect|contact|reach)|(?:host|network|server) (?:is )?(?:unreachable|down|not respond)|"
        r"no route (?:to|found)|retry (?:time|timeout|limit)|"
        r"delivery (?:time|expired|attempts?|has (?:been )?(?:expired|delayed))|expired|"
        r"too (?:many )?(?:hops|long)|hop ?count|loop(?:ing|s|ed)?\b|undelivered for|in queue too long|"
        r"in (?:our|the) queue|cannot send message (?:for|within)|"
        r"was not delivered for|have been failing|all hosts|no answer|did not (?:respond|accept our requests)|"
        r"time-?out|socket|host not responding|"
        r"server(?: \w+){0,3} (?:not respond|unavailable|not available|down)|transport (?:failure|fault|protocol)|"
        r"mail forwarding loop|will (?:be )?retr|retrying|starttls|not support tls|"
        r"tls\b.{0,20}(?:handshake|negotiation|required|failed|failure)|certificate",
    ),
    (
        "content",
        r"virus|malware|infected|executable|content (?:rejected|filter|denied|not allowed|error)|"
        r"banned (?:file|content)|\bmime\b|malformed|bare lf|header(?:s)? (?:too|is|are|error|line)|8.?bit|"
        r"charset|media error|format error|blocked because its content|potential security|prohibited content|"
        r"illegal (?:attachment|content)|message content|convert|invalid header|"
        r"(?:missing|duplicate|multiple) [\w-]* ?header|improper|rfc ?\d*822|phish|macro",
    ),
    (
        "policy",
        r"polic(?:y|ies)|relay|security|restrict|unauthori[sz]ed|not (?:authori[sz]ed|permitted|allowed)|"
        r"permission|authentication (?:required|fail)|auth(?:entication)? |spoof|violat|prohibit|not comply|"
        r"non.?compliant|access denied|administrative|prohibition|address is not verified|unauthenticated|rfc|"
        r"encryption|captcha|challenge|verify your|confirm|rejected by (?:header|rule|user|recipient)|"
        r"insufficient privilege|not (?:a )?member",
    ),
    (
        "system",
        r"system (?:error|full|configuration|resources|incorrectly|storage)|internal (?:server )?error|"
        r"(?:mailer|program|command|delivery|pipe) (?:error|died|failed|exit)|i/o error|disk (?:full|error)|"
        r"command (?:died|failed|output)|procmail|unexpected|"
        r"service (?:unavailable|not available|currently unavailable|refus)|server (?:error|busy|configuration)|"
        r"configuration (?:error|problem)|temporar(?:y|ily)|local (?:error|problem)|"
        r"unable to (?:open|create|write|process)|can'?t (?:create|open|write)|permission denied|exited|"
        r"x-unix|exec|queue|resources|out of memory|error in processing|try (?:again )?later|aborted|shadow|"
        r"pipe to|transaction failed",
    ),
    (
        "rejected",
        r"reject|refus|denied|not accept|declin|disallow|unacceptable|don'?t (?:accept|want)|not want|"
        r"does not like|unwanted|bounce",
    ),
    ("blocked", r"\bblocked\b"),
)
VAGUE: tuple[tuple[str, str], ...] = (  # said whatever the reason is; asked last
    ("network", r"attempts|delayed|not been delivered|giv(?:en|ing) up|deferred|for the last"),
    ("content", r"attachment"),
    ("system", r"unable to deliver"),
)
