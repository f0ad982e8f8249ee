"""What only one house says, and always in one sense: its own codes and sentences, asked before all other words."""

PROVIDERS: tuple[tuple[str, str], ...] = (
    # Microsoft: what stands behind a "5.7.1", "5.4.1" or "5.2.x" of Exchange, Office 365 and Outlook
    ("unknown_user", r"RESOLVER\.ADR\.(?:Recip\w*NotFound|InvalidInSmtp|ExRecipNotFound|BadPrimary)|"
     r"RecipientNotFound|"
     r"all recipient addresses rejected : access denied|recipient address rejected: access denied"),
    ("full", r"QuotaExceededException|ShutoffQuota|MapiExceptionShutoffQuotaExceeded|RecipientStorageFull"),
    ("size", r"RecipSizeLimit|SendSizeLimit|MessageTooLarge|MaxSizeError|DeliveryAgent\S*SizeLimit"),
    ("policy", r"RESOLVER\.RST\.(?:SenderNotAuthenticated|NotAuthorized|AuthRequired|Restricted|DLRestricted)\w*|"
     r"TRANSPORT\.RULES\.RejectMessage|TenantAttribution|SenderNotAuthenticatedForMailbox"),
    ("content", r"BareLinefeeds|STOREDRV\.Submit\S*InvalidContent|SMTPSEND\.\S*Content"),
    ("domain", r"InfoDomainNonexistent|SMTPSEND\.DNS\.NonExistentDomain"),
    ("network", r"QUEUE\.Expired|SMTPSEND\.(?:Suspicious|Dns)\w*"),
    ("rate", r"SubmissionQuotaExceeded|thread limit exceeded|RESOLVER\.RST\.RecipLimit"),
    ("system", r"STOREDRV\.(?:Deliver|Submit)\S*(?:Transient|Exception|Storage)|MapiException"),
    ("blocked", r"\((?:S3140|S3150|S775|S844|S3115|S77719)\)|\b(?:SC|DY)-00[1-4]\b"),
    ("rate", r"\b(?:RP)-00[1-3]\b|\(S77[47]\)|AS\(220[67]\d{2}\).{0,40}limit"),
    ("blocked", r"rate limited due to \w* ?reputation"),
    # Gmail
    ("full", r"p=OverQuota(?:Perm|Temp|Inactive)|p=OverQuota"),
    ("disabled", r"p=(?:DisabledUser|InactiveUser)"),
    ("unknown_user", r"p=(?:NoSuchUser|BadRcptTo)"),
    ("policy", r"p=BlockedMessage|content presents a potential"),
    ("size", r"p=MaxSizeError"),
    ("policy", r"p=(?:RfcMessageNonCompliant|MailRelay)|not rfc ?\d* ?compliant|"
     r"messages? with multiple addresses in from|"
     r"there are multiple \w+ headers"),
    ("rejected", r"google groups|groups\.google\.com|not a registered gateway user"),
    ("rate", r"p=(?:ReceivingRate|UnsolicitedRateLimitError|IPRate)\w*|unusual rate of"),
    # Yahoo and AOL; T-Online, GMX and WEB.DE; Apple; Charter, Comcast and Cox; Orange and La Poste
    ("full", r"\bOFR_?4(?:17|18)\b|recipient overquota"),
    ("unknown_user", r"\bOFR_?416\b|[?&]c=(?:rmu|rcu)\b"),
    ("size", r"[?&]c=size\b|\b(?:OFR|LPN)\w*_513\b"), ("rate", r"\b(?:OFR|LPN)\w*_[15][01]4\b"),
    ("rejected", r"\b(?:OFR|LPN)\w*_415\b"),
    ("authentication", r"[?&]c=(?:spf|dmarc|dkim)\b"),
    ("spam", r"\b(?:OFR|LPN)\w*_?5\d\d\b|\bDT:SPM\b|[?&]c=(?:spam|hc)\b"),
    ("blocked", r"\[?\b(?:TSS?0?\d|TSS1[01]|BL[0-9]{2})\b\]?(?! ?[-=])|\(BL\)|\bOFR00\d_|c=(?:bl|bip|re?bl)\b|"
     r"\[CS01\]|"
     r"\bAUP#(?:BL|CX|Out|LRL|SNDR|RBL)\b|#BL0000\d\d|comcast block for|cox too many|intrusion prevention|"
     r"csi\.cloudmark\.com|client host blocked|IP (?:source )?bloqu[eé]e"),
    ("rate", r"\bAUP#(?:In|I)-\d+|\bMI:(?:CEL|CEN|DMC|SPB|STC|QUA|SCN)\b|\bRT:0000\d"),
    # PowerMTA sorts by itself what others answered
    ("unknown_user", r"\bbad-mailbox\b"), ("domain", r"\bbad-domain\b"), ("full", r"\bquota-issues\b"),
    ("disabled", r"\binactive-mailbox\b"), ("spam", r"\bspam-related\b"), ("policy", r"\brelaying-issues\b"),
    ("content", r"\b(?:content|virus)-related\b"), ("rejected", r"\binvalid-sender\b"),
    ("network", r"\b(?:message-expired|no-answer-from-host|bad-connection|routing-errors)\b"),
    # what filters answer with
    ("policy", r"envelope blocked|rejected by header based"),
    ("spam", r"forti(?:spam|guard)"),
    ("blocked", r"ipcheck\.proofpoint|proofpoint dynamic|barracudanetworks\.com/reputation|ers\.trendmicro|"
     r"senderscore|senderbase|talosintelligence|sending MTA's poor reputation|cisco.{0,20}reputation|ip blocked"),
    ("unknown_user", r"\bcuda_nsu\b|recipient verification failed|mimecast\S*#550"),
    ("spam", r"\bmail_spam\b|mail content denied|DSPAM|clamav.{0,20}phish"),
)  # fmt: skip
