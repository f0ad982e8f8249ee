"""What servers say in a few words that would mislead elsewhere: asked before the phrases."""

TERSE: tuple[tuple[str, str], ...] = (
    ("rejected", r"sender (?:e-?mail )?(?:is )?not in my|mail ?from is mismatch"),
    (
        "disabled",
        r"no longer accepts? (?:(?:e-?)?mails?|messages)(?!.{0,10}unknown)|\bnot activated|is now disabled|"
        r"user hang ?up",
    ),
    (
        "policy",
        r"not permitted to relay|not a gateway|\bno permit\b|pop ?before|turn on smtp authentication|"
        r"(?:requires?|needs) (?:smtp )?authentication",
    ),
    (
        "spam",
        r"\b(?:urls?|links?) in (?:this|the|your) (?:message|e?-?mail)(?!.{0,40}malware)|spam ?(?:text|pattern|trap)",
    ),
    (
        "system",
        r"bad sequence of commands|syntax error in param|unrecogni[sz]ed command|command (?:unrecogni|not implemented)|"
        r"input/output error|can ?not open new|error opening|bad file descriptor",
    ),
    (
        "content",
        r"content reject\w*(?!.{0,40}(?:spam|\bube))|data refused by|invalid data in|without \S+ fields?|non-western|"
        r"high.risk file|file extension",
    ),
    (
        "blocked",
        r"denyip|(?:invalid|bad) ip\b|\bip (?:is|was) (?:hang ?up|rejected|refused)|spammers? (?:are |is )?not wel",
    ),
    ("rejected", r"(?:has|have) blocked you\b|not welcome"),
    ("domain", r"no mail (?:server|host|exchanger)s? (?:for|found|known|exist)"),
    (
        "unknown_user",
        r"no (?:record|trace) of|(?:user|rcpt|recipient)\b[^.]{0,40} not ok\b|path no exist|not unique|several matches|"
        r"(?:recipient|account|mailbox name) (?:is )?not allowed(?! to)|permanent failure for one or more recipients|"
        r"cannot deliver mail for|mailbox unavailable or|recipient (?:@ )?(?:is )?denied|recipient unrecogni",
    ),
)
