"""What hostile servers do, and what must become of the message: nothing lost, and doubled only where the protocol
leaves no choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.flows.relay.hop import Tls
from tests.services.flows.relay.hostile import EXTENSIONS, Do, Hostile, Turn

PLAIN = tuple(each for each in EXTENSIONS if each != "PIPELINING")
MANY = b"".join(b"250-line %d of many\r\n" % number for number in range(1000))
HUGE = b"250 " + b"x" * 200_000


@dataclass(frozen=True)
class Scenario:
    """`attempts` is how each attempt is recorded: status, then words that its line of history holds. `taken` is how
    often servers took the message, `whole` how often they got all of it (where that differs)."""

    name: str
    attempts: tuple[str, ...]
    answers: Mapping[str, Sequence[Turn]] = field(default_factory=dict)
    taken: int = 1
    whole: int | None = None
    extensions: Sequence[str] = EXTENSIONS
    certificate: str = ""  # good, expired or strange, of the first server
    dripping: bool = False
    forgetful: bool = False
    tls: Tls = Tls.OPPORTUNISTIC
    needs_tls: bool = False
    slow: bool = False  # it is about time running out
    content: str = "Hello\r\n"
    recipient: str = "bob"
    messages: int = 1
    connections: int | None = None
    backup: bool = False  # there is a second server, which is a good one
    encrypted: bool | None = None
    records: Mapping[tuple[str, str], Sequence[str]] | None = None  # {name} is the domain, {host} its server
    failing: Sequence[tuple[str, str]] = ()  # questions the DNS fails at
    private: bool = False  # private addresses are not allowed
    deaf: str = ""  # an address that answers nothing

    def server(self) -> Hostile:
        return Hostile(self.answers, self.extensions, dripping=self.dripping, forgetful=self.forgetful)


OK, LATER, NO = "delivered 250 2.0.0 taken", "delayed 451 4.4.2", "failed"
BYE: Turn = ("421 4.3.2 going down", Do.CLOSE)
STATES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "end")


def _closing() -> list[Scenario]:
    """421 in every state, and connections that break."""
    found = [Scenario(f"421 at {state}", ("delayed 421 4.3.2 going down", OK), {state: [BYE]},
                      whole=2 if state == "end" else None) for state in STATES]  # fmt: skip
    found += [Scenario(f"421 at {state}, step by step", ("delayed 421 4.3.2", OK), {state: [BYE]}, extensions=PLAIN)
              for state in ("MAIL", "RCPT", "DATA")]  # fmt: skip
    for word, action in (("closed", Do.CLOSE), ("reset", Do.DROP)):
        found += [Scenario(f"{word} at {state}", ("delayed 451 4.4", OK), {state: [action]}) for state in STATES[:5]]
        found += [Scenario(f"{word} at {state}, step by step", (LATER, OK), {state: [action]}, extensions=PLAIN)
                  for state in STATES[2:5]]  # fmt: skip
        found += [
            Scenario(f"{word} after the dot, not taken", (LATER, OK), {"end": [action]}, whole=2),
            Scenario(f"{word} after the dot, taken", (LATER, OK), {"end": [(Do.TAKE, action)]}, taken=2),
            Scenario(f"{word} while a message arrives", ("delayed 451", OK), {"DATA": [("354 go on", action)]}),
        ]
    found += [
        Scenario("421 while idle", (OK, OK), {"end": [("250 2.0.0 taken", "421 4.4.2 idle too long", Do.CLOSE)]},
                 messages=2, taken=2, connections=2),
        Scenario("421 while idle, still open", (OK, OK), {"end": [("250 2.0.0 taken", "421 4.4.2 idle too long")]},
                 messages=2, taken=2, connections=2),
        Scenario("closed while idle", (OK, OK), {"end": [("250 2.0.0 taken", Do.CLOSE)]},
                 messages=2, taken=2, connections=2),
        Scenario("421 at the second MAIL", (OK, OK), {"MAIL": ["250 2.1.0 ok", BYE]},
                 messages=2, taken=2, connections=2),
        Scenario("closed at the second MAIL", (OK, OK), {"MAIL": ["250 2.1.0 ok", Do.CLOSE]},
                 messages=2, taken=2, connections=2),
        Scenario("421 at RSET", ("failed 550 5.1.1 no such user",), {"RCPT": ["550 5.1.1 no such user"], "RSET": [BYE]},
                 taken=0),
        Scenario("closed at RSET", ("failed 550 5.1.1 no such user",),
                 {"RCPT": ["550 5.1.1 no such user"], "RSET": [Do.CLOSE]}, taken=0),
        Scenario("closed after a refusal", ("failed 550 5.7.1 away",), {"MAIL": [("550 5.7.1 away", Do.CLOSE)]},
                 taken=0),
        Scenario("421 at STARTTLS", ("delayed 421 4.3.2", OK), {"STARTTLS": [BYE]}, certificate="good"),
    ]  # fmt: skip
    return found


def _refusing() -> list[Scenario]:
    """Greylisting, and refusals for now and for good."""
    grey: Turn = "450 4.7.1 greylisted, come back"
    return [
        Scenario("greylisted", ("delayed 450 4.7.1 greylisted", OK), {"RCPT": [grey]}),
        Scenario("greylisted by the address of the client", ("delayed 451 4.7.1 not you yet", OK),
                 {"MAIL": ["451 4.7.1 not you yet"]}),
        Scenario("greylisted at DATA", ("delayed 451 4.7.1 later", OK), {"DATA": ["451 4.7.1 later"]}),
        Scenario("greylisted after the dot", ("delayed 451 4.7.1 later", OK), {"end": ["451 4.7.1 later"]}, whole=2),
        Scenario("four times later", ("delayed 450",) * 4 + (OK,), {"RCPT": [grey] * 4}),
        Scenario("later, then never", ("delayed 450", "failed 550 5.1.1"), {"RCPT": [grey, "550 5.1.1 no"]}, taken=0),
        Scenario("554 greeting", ("failed 554 no mail here",), {"greeting": ["554 no mail here"]}, taken=0),
        Scenario("521 greeting", ("failed 521 no mail here",), {"greeting": ["521 no mail here"]}, taken=0),
        Scenario("5xx at EHLO, HELO taken", (OK,), {"EHLO": ["502 5.5.1 what?"]}),
        Scenario("5xx at EHLO and HELO", ("failed 550 go away",), {"EHLO": ["550 go away"], "HELO": ["550 go away"]},
                 taken=0),
        Scenario("452 means later", ("delayed 452 too many", OK), {"RCPT": ["452 too many recipients"]}),
        Scenario("552 for too many recipients means later", ("delayed 452 too many", OK),
                 {"RCPT": ["552 too many recipients"]}),
        Scenario("552 5.5.3 means later", ("delayed 452", OK), {"RCPT": ["552 5.5.3 too many recipients"]}),
        Scenario("552 5.2.2 is final", ("failed 552 5.2.2 full",), {"RCPT": ["552 5.2.2 full"]}, taken=0),
        Scenario("552 at the message is final", ("failed 552 5.3.4 too big",), {"end": ["552 5.3.4 too big"]},
                 taken=0, whole=1),
        Scenario("451 at the message", ("delayed 451 4.3.0", OK), {"end": ["451 4.3.0 try later"]}, whole=2),
        Scenario("two messages, one refused", ("failed 550 5.1.1 no", OK), {"RCPT": ["550 5.1.1 no"]}, messages=2,
                 taken=1, connections=1),
        Scenario("two messages, one refused, step by step", ("failed 550 5.1.1 no", OK), {"RCPT": ["550 5.1.1 no"]},
                 messages=2, taken=1, connections=1, extensions=PLAIN),
    ]  # fmt: skip


def _slow() -> list[Scenario]:
    """Silence in each state."""
    quiet = [Scenario(f"silent at {state}", ("delayed 451 4.4", OK), {state: [Do.HANG]}, slow=True)
             for state in STATES[:5]]  # fmt: skip
    quiet += [Scenario(f"silent at {state}, step by step", (LATER, OK), {state: [Do.HANG]}, slow=True,
                       extensions=PLAIN) for state in STATES[2:5]]  # fmt: skip
    return [
        *quiet,
        Scenario("silent after the dot, not taken", ("delayed 451 4.4.2 whole message", OK), {"end": [Do.HANG]},
                 whole=2, slow=True),
        Scenario("silent after the dot, taken", ("delayed 451 4.4.2 whole message", OK),
                 {"end": [(Do.TAKE, Do.HANG)]}, taken=2, slow=True),
        Scenario("silent at RSET", ("failed 550 5.1.1",), {"RCPT": ["550 5.1.1 no"], "RSET": [Do.HANG]}, taken=0,
                 slow=True),
        Scenario("silent at STARTTLS", (OK,), {"STARTTLS": [Do.HANG]}, certificate="good", slow=True,
                 encrypted=False),
        Scenario("a handshake that stalls", (OK,), {"STARTTLS": [("220 go on", Do.HANG)]}, certificate="good",
                 slow=True, encrypted=False),
        Scenario("a handshake that stalls, TLS needed", ("delayed 451 4.4.1", OK),
                 {"STARTTLS": [("220 go on", Do.HANG)]}, certificate="good", slow=True, needs_tls=True, encrypted=True),
        Scenario("commands lost after the first", ("delayed 451 4.4.2 in time", OK), forgetful=True, slow=True),
        Scenario("half a reply and silence", ("delayed 451 4.4.2", OK), {"RCPT": [(b"250-half", Do.HANG)]}, slow=True),
        Scenario("an address that answers nothing", (OK,), slow=True, deaf="127.9.9.9",
                 records={("{name}", "MX"): ["10 {host}."], ("{host}", "A"): ["127.9.9.9", "{address}"]}),
    ]  # fmt: skip


def _garbled() -> list[Scenario]:
    """Replies that are none, or not to what was asked."""
    first: dict[str, Turn] = {
        "no code": "hello there",
        "999": "999 beyond",
        "100": "100 wait",
        "four digits": "2500 ok",
        "binary": b"\x00\xff\xfe\r\n",
        "empty": b"\r\n",
    }
    found = [Scenario(f"{word} at {state}", ("delayed 451", OK), {state: [said]})
             for word, said in first.items() for state in ("greeting", "MAIL", "RCPT", "DATA")]  # fmt: skip
    found += [Scenario(f"{word} after the dot", ("delayed 451 4.4.2", OK), {"end": [said]}, whole=2,
                       taken=2 if word == "four digits" else 1)
              for word, said in first.items()]  # fmt: skip
    found += [Scenario(f"{code} at {state}", ("delayed 451", OK), {state: [f"{code} odd"]}) for code, state in
              (("250", "greeting"), ("354", "greeting"), ("354", "MAIL"), ("354", "RCPT"),
               ("250", "DATA"), ("220", "DATA"))]  # fmt: skip
    found += [
        Scenario("220 at EHLO", (OK,), {"EHLO": ["220 odd"]}),
        Scenario("220 at EHLO and HELO", ("delayed 451 4.5.0", OK), {"EHLO": ["220 odd"], "HELO": ["220 odd"]}),
        Scenario("250 at DATA, step by step", ("delayed 451 4.4.2 DATA with 250", OK), {"DATA": ["250 ok"]},
                 extensions=PLAIN),
        Scenario("354 twice", ("delayed 451 4.4.2", OK), {"DATA": [b"354 go\r\n354 go\r\n"]}),
        Scenario("354 after the dot", ("delayed 451 4.4.2 354", OK), {"end": ["354 more"]}, whole=2),
        Scenario("250 before the dot", ("delayed 451 4.4.2", OK), {"DATA": [b"354 go\r\n250 2.0.0 ok\r\n"]}),
        Scenario("552 before the dot", ("failed 552 5.3.4 too big",), {"DATA": [b"354 go\r\n552 5.3.4 too big\r\n"]},
                 taken=0),
        Scenario("354 though RCPT was refused", ("failed 550 5.1.1 no", OK), {"RCPT": ["550 5.1.1 no"]}, messages=2),
        Scenario("354 though MAIL was refused", ("failed 550 5.7.1 no",), {"MAIL": ["550 5.7.1 no"]}, taken=0),
        Scenario("503 at DATA after a refusal", ("failed 550 5.1.1 no",),
                 {"RCPT": ["550 5.1.1 no"], "DATA": ["503 5.5.1 no recipients"]}, taken=0),
        Scenario("an answer too many", (OK, OK), {"end": [b"250 2.0.0 taken\r\n250 2.0.0 taken\r\n"]}, messages=2,
                 taken=2, connections=2),
        Scenario("a thousand lines of greeting", (OK,), {"greeting": [MANY.replace(b"250", b"220") + b"220 ok\r\n"]}),
        Scenario("a thousand lines for a message", ("delivered 250 line 0 of many",), {"end": [MANY + b"250 ok\r\n"]}),
        Scenario("endless lines", (LATER, OK), {"RCPT": [MANY * 20]}),
        Scenario("a huge line", (LATER, OK), {"RCPT": [HUGE]}),
        Scenario("a huge line after the dot", (LATER, OK), {"end": [HUGE]}, taken=2),
        Scenario("a huge greeting", ("delayed 451", OK), {"greeting": [HUGE]}),
        Scenario("a huge EHLO", ("delayed 451", OK), {"EHLO": [HUGE]}),
        Scenario("mixed codes, refused in the end", ("failed 550 5.1.1",), {"RCPT": [b"250-ok\r\n550 5.1.1 no\r\n"]},
                 taken=0),
        Scenario("mixed codes, taken in the end", ("delivered 250",), {"end": [b"451-wait\r\n250 2.0.0 taken\r\n"]}),
        Scenario("bare line feeds", (OK,), {"MAIL": [b"250 2.1.0 ok\n"], "RCPT": [b"250-a\n250 b\n"],
                                            "greeting": [b"220 hostile\n"]}),
        Scenario("a code and no words", ("delivered 250",), {"MAIL": [b"250\r\n"], "end": [b"250\r\n"]}),
        Scenario("NUL in the words", ("failed 550 5.1.1 no such",), {"RCPT": [b"550 5.1.1 no\x00such\x01 user\r\n"]},
                 taken=0),
        Scenario("NUL in the greeting", ("failed 554 go away",), {"greeting": [b"554 go\x00away\r\n"]}, taken=0),
        Scenario("eight bits in the words", ("failed 550 5.1.1",), {"RCPT": [b"550 5.1.1 niemand \xfc\r\n"]}, taken=0),
        Scenario("eight bits in the greeting", ("failed 554",), {"greeting": [b"554 \xfc\xed\xa0\x80 no\r\n"]},
                 taken=0),
        Scenario("2xx with a code of refusal", ("delivered 250 5.7.1 odd",), {"end": ["250 5.7.1 odd"]}),
        Scenario("4xx with a final code", ("delayed 450 5.1.1 odd", OK), {"RCPT": ["450 5.1.1 odd"]}),
        Scenario("5xx with a code of success", ("failed 550 2.0.0 odd",), {"RCPT": ["550 2.0.0 odd"]}, taken=0),
        Scenario("251 for the recipient", (OK,), {"RCPT": ["251 2.1.5 will forward"]}),
        Scenario("byte by byte", (OK, OK), dripping=True, messages=2, taken=2, connections=1),
        Scenario("byte by byte, step by step", (OK,), dripping=True, extensions=PLAIN),
        Scenario("words beyond measure", ("failed 550 xxxx",), {"RCPT": [b"550 " + b"x" * 30_000 + b"\r\n"]}, taken=0),
    ]  # fmt: skip
    return found


def _limited() -> list[Scenario]:
    """What servers cannot take."""
    return [
        Scenario("SIZE smaller than the message", ("failed 552 5.3.4 at most 100",), extensions=["SIZE 100"], taken=0),
        Scenario("SIZE without a number", (OK,), extensions=["SIZE", "PIPELINING"]),
        Scenario("SIZE that is none", (OK,), extensions=["SIZE lots", "PIPELINING"]),
        Scenario("SIZE beyond measure", (OK,), extensions=["SIZE " + "9" * 5000]),
        Scenario("eight bits without 8BITMIME", (OK,), extensions=["PIPELINING"], content="Grüße\r\n"),
        Scenario("no SMTPUTF8", ("failed 550 5.6.7",), extensions=["PIPELINING"], recipient="grüße", taken=0),
        Scenario("SMTPUTF8", (OK,), recipient="grüße"),
        Scenario("dots in the message", (OK,), content=".\r\n..\r\n.a\r\n\r\n.\r\n"),
        Scenario("a large message", (OK,), content="x" * 70 + "\r\n" + "y" * 900 * 1024 + "\r\n"),
    ]


def _secured() -> list[Scenario]:
    """TLS that fails, and what each policy makes of it."""
    broken: dict[str, Sequence[Turn]] = {"STARTTLS": [("220 go on", b"this is no handshake\r\n", Do.CLOSE)] * 99}
    injected: dict[str, Sequence[Turn]] = {
        "STARTTLS": [(b"220 go on\r\n250 2.0.0 injected\r\n250 2.0.0 injected\r\n", Do.TLS)]
    }
    given: dict[str, Sequence[Turn]] = {"STARTTLS": ["454 4.7.0 not now"]}
    checked = Tls.STARTTLS
    return [
        Scenario("TLS taken where offered", (OK,), certificate="good", encrypted=True),
        Scenario("a certificate nobody knows", (OK,), certificate="strange", encrypted=True),
        Scenario("a certificate that has ended", (OK,), certificate="expired", encrypted=True),
        Scenario("a strange certificate, TLS needed", (OK,), certificate="strange", needs_tls=True, encrypted=True),
        Scenario("a good certificate, checked", (OK,), certificate="good", tls=checked, encrypted=True),
        Scenario("a strange certificate, checked", ("delayed 451 certificate",), certificate="strange", tls=checked,
                 taken=0),
        Scenario("an ended certificate, checked", ("delayed 451 expired",), certificate="expired", tls=checked,
                 taken=0),
        Scenario("no TLS, checked", ("delayed 451 STARTTLS",), tls=checked, taken=0),
        Scenario("no TLS, needed", ("failed 550 5.7.10 TLS",), needs_tls=True, taken=0),
        Scenario("a broken handshake", (OK,), broken, certificate="good", encrypted=False),
        Scenario("a broken handshake, TLS needed", ("delayed 451 4.4.1",), broken, certificate="good", needs_tls=True,
                 taken=0),
        Scenario("a broken handshake, checked", ("delayed 451 4.4.1",), broken, certificate="good", tls=checked,
                 taken=0),
        Scenario("STARTTLS refused", (OK,), given, certificate="good", encrypted=False),
        Scenario("STARTTLS refused, TLS needed", ("delayed 454 4.7.0", OK), given, certificate="good", needs_tls=True,
                 encrypted=True),
        Scenario("STARTTLS refused, checked", ("delayed 454 4.7.0", OK), given, certificate="good", tls=checked,
                 encrypted=True),
        Scenario("closed at STARTTLS", (OK,), {"STARTTLS": [Do.CLOSE]}, certificate="good", encrypted=False),
        Scenario("replies injected before the handshake", (OK,), injected, certificate="good",
                 needs_tls=True, encrypted=True),
        Scenario("TLS not wanted", (OK,), certificate="good", tls=Tls.NONE, encrypted=False),
    ]  # fmt: skip


def _several() -> list[Scenario]:
    """The DNS, and a second server where the first is of no use."""
    both = {("{name}", "MX"): ["10 {host}.", "20 b.{name}."], ("{host}", "A"): ["{address}"]}
    states = [Scenario(f"the second where the first says 421 at {state}", (OK,), {state: [BYE]}, backup=True)
              for state in STATES[:5]]  # fmt: skip
    states += [Scenario(f"the second where the first closes at {state}", (OK,), {state: [Do.CLOSE]}, backup=True)
               for state in STATES[:5]]  # fmt: skip
    return [
        *states,
        Scenario("the second where the first greets with 554", (OK,), {"greeting": ["554 no"]}, backup=True),
        Scenario("the second where the first has no address", (OK,), backup=True,
                 records={("{name}", "MX"): ["10 nowhere.{name}.", "20 b.{name}."]}),
        Scenario("the second where the first refuses connections", (OK,), backup=True,
                 records={("{name}", "MX"): ["10 gone.{name}.", "20 b.{name}."], ("gone.{name}", "A"): ["127.8.8.8"]}),
        Scenario("the second where the DNS fails about the first", (OK,), backup=True, records=both,
                 failing=[("{host}", "A"), ("{host}", "AAAA")]),
        Scenario("the first decides where it refuses", ("failed 550 5.1.1",), {"RCPT": ["550 5.1.1 no"]}, taken=0,
                 backup=True),
        Scenario("the first decides where it greylists", ("delayed 450 4.7.1", OK), {"RCPT": ["450 4.7.1 grey"]},
                 backup=True),
        Scenario("the first decides where it is in doubt", (LATER, OK), {"end": [(Do.TAKE, Do.CLOSE)]}, taken=2,
                 backup=True),
        Scenario("a dead IPv6 address before a live one", (OK,),
                 records={("{name}", "MX"): ["10 {host}."], ("{host}", "A"): ["{address}"],
                          ("{host}", "AAAA"): ["::ffff:127.8.8.1", "::ffff:127.8.8.2", "::ffff:127.8.8.3",
                                               "::ffff:127.8.8.4", "::ffff:127.8.8.5"]}),
        Scenario("a DNS that fails about IPv6", (OK,), records={("{name}", "MX"): ["10 {host}."],
                                                                ("{host}", "A"): ["{address}"]},
                 failing=[("{host}", "AAAA")]),
        Scenario("a mail server by another name", (OK,),
                 records={("{name}", "MX"): ["10 other.{name}."], ("other.{name}", "CNAME"): ["{host}."],
                          ("{host}", "A"): ["{address}"]}),
        Scenario("no MX, an address", (OK,), records={("{name}", "A"): ["{address}"]}),
        Scenario("the null MX", ("failed 556 5.1.10",), records={("{name}", "MX"): ["0 ."]}, taken=0),
        Scenario("no such domain", ("failed 550 5.1.2",), records={}, taken=0),
        Scenario("a DNS that fails", ("delayed 451 4.4.3",), records={}, failing=[("{name}", "MX")], taken=0),
        Scenario("no mail server at all", ("failed 550 5.4.4",), records={("{name}", "TXT"): ['"x"']}, taken=0),
        Scenario("only us", ("failed 554 5.4.6",), records={("{name}", "MX"): ["10 mailroom.test."]}, taken=0),
        Scenario("us before others", ("failed 554 5.4.6",), taken=0,
                 records={("{name}", "MX"): ["10 mailroom.test.", "20 {host}."], ("{host}", "A"): ["{address}"]}),
        Scenario("us after others", (OK,),
                 records={("{name}", "MX"): ["10 {host}.", "20 mailroom.test."], ("{host}", "A"): ["{address}"]}),
        Scenario("a private address", ("delayed 451 4.4.4 private",), private=True, taken=0),
    ]  # fmt: skip


SCENARIOS = [
    *_closing(), *_refusing(), *_slow(), *_garbled(), *_limited(), *_secured(), *_several(),
]  # fmt: skip
