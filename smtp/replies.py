"""What the listener says: reply codes with enhanced codes (RFC 2034, RFC 3463) and plain words."""

from services import errors

HELLO_FIRST = "503 5.5.1 Say EHLO or HELO first"
NESTED_MAIL = "503 5.5.1 A MAIL command was already given; RSET starts again"
MAIL_FIRST = "503 5.5.1 Give MAIL FROM first"
RCPT_FIRST = "503 5.5.1 Give a recipient that is accepted first"
MAIL_SYNTAX = "501 5.5.4 Write it so: MAIL FROM:<address>"
RCPT_SYNTAX = "501 5.5.4 Write it so: RCPT TO:<address>"
HELLO_SYNTAX = "501 5.5.4 Name your host: a domain name or an address literal"
NO_ARGUMENT = "501 5.5.4 This command takes no argument"
BAD_ADDRESS = "501 5.1.3 This is not an e-mail address"
BAD_SENDER = "501 5.1.7 This is not an e-mail address"
NEEDS_UTF8 = "553 5.6.7 This address needs the SMTPUTF8 parameter on MAIL"
BAD_UTF8 = "501 5.5.2 The command is not valid UTF-8"
UNKNOWN_PARAMETER = "555 5.5.4 This parameter is not known here"
BAD_PARAMETER = "501 5.5.4 This parameter cannot have that value"
TOO_LARGE = "552 5.3.4 The message is larger than we take"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients; send the rest in another transaction"
NO_SPACE = "452 4.3.1 There is not enough room on the disk; try again later"
NOT_A_COMMAND = "500 5.5.2 No such command"
NOT_SUPPORTED = "502 5.5.1 This command is not supported"
LINE_TOO_LONG = "500 5.5.2 The command line is too long"
BARE_CR = "500 5.5.2 bare <CR> received"
BARE_LF = "500 5.5.2 bare <LF> received"
BAD_CHARACTER = "500 5.5.2 The command contains a control character"
EARLY_CONTENT = "554 5.5.0 The message was sent before it was asked for (RFC 2920 3.1)"
START = "354 End the message with <CR><LF>.<CR><LF>"
OK = "250 2.0.0 OK"
SENDER_OK = "250 2.1.0 OK"
RECIPIENT_OK = "250 2.1.5 OK"
BYE = "221 2.0.0 Goodbye"
CANNOT_VERIFY = "252 2.5.0 Addresses are verified when mail comes for them"
HELP = "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP; see RFC 5321"
START_TLS = "220 2.0.0 Go ahead with TLS"
NO_TLS = "502 5.5.1 TLS is not offered here"
NOT_MAIL = "521 5.5.1 This is a mail server; goodbye"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors; goodbye"
TOO_MUCH_TALK = "421 4.7.0 Too many commands without mail; goodbye"
TOO_MANY_CONNECTIONS = "421 4.7.0 Too many connections from your address"
BUSY = "421 4.3.2 Too many connections; try again later"
CLOSING = "421 4.3.2 This server is stopping; try again soon"
TIMED_OUT = "421 4.4.2 Nothing was heard for too long; goodbye"
FAULT = "451 4.3.0 Something went wrong here; try again later"

AUTH_REQUIRED = "530 5.7.0 Sign in first"
AUTH_NEEDS_TLS = "538 5.7.11 Use STARTTLS before you sign in"
AUTH_TWICE = "503 5.5.1 You are signed in already"
AUTH_UNKNOWN = "504 5.5.4 Use AUTH PLAIN or AUTH LOGIN"
AUTH_DAMAGED = "501 5.5.2 This cannot be decoded"
AUTH_CANCELLED = "501 5.7.0 Cancelled"
AUTH_WRONG = "535 5.7.8 The name or the password is wrong"
AUTH_DONE = "235 2.7.0 Welcome"
SENDER_NOT_OWN = "550 5.7.1 You may send only as your own address"
SENDER_NOT_YOURS = "550 5.7.1 You may send only as an address of your organisation"

_BY_CODE = {
    "unknown_address": "550 5.1.1",
    "address_disabled": "550 5.2.1",
    "domain_suspended": "550 5.2.1",
    "relaying_denied": "550 5.7.1",
    "mailbox_inactive": "550 5.2.1",
    "mailbox_full": "452 4.2.2",  # RFC 3463 3.3: to be tried again
    "mailbox_too_small": "552 5.2.2",
    "tls_required": "530 5.7.0",  # RFC 3207 4
    "password_change_required": "535 5.7.8",
}
_BY_KIND = (
    (errors.StorageFull, "452 4.3.1"),
    (errors.TooMany, "451 4.7.1"),
    (errors.Unavailable, "451 4.3.0"),
    (errors.Invalid, "550 5.6.0"),
    (errors.Conflict, "450 4.2.0"),
    (errors.NotAuthenticated, "535 5.7.8"),
    (errors.NotPermitted, "550 5.7.1"),
    (errors.NotFound, "550 5.1.1"),
)


def reply_to(error: errors.Error) -> str:
    """The reply for an error of our tree; its sentence is made safe for one line of US-ASCII."""
    codes = _BY_CODE.get(error.code)
    if codes is None:
        codes = next((codes for kind, codes in _BY_KIND if isinstance(error, kind)), "451 4.3.0")
    words = " ".join(error.message.encode("ascii", "replace").decode().split())
    return f"{codes} {words}"[:500]


def accepted(queue_id: str) -> str:
    return f"250 2.6.0 Taken as {queue_id}"
