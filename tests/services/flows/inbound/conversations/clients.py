"""How mail programs and gateways say what they answer, each in its own wrong way."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Said:
    """A message as those who answer it know it."""

    message_id: str
    subject: str
    references: list[str] = field(default_factory=list)
    reply_to: str = "support@acme.test"
    index: str = ""  # Outlook's Thread-Index, base64


Fields = dict[str, str]
Client = Callable[[Said], Fields]


def chain(parent: Said) -> list[str]:
    return [*parent.references, parent.message_id]


def exact(parent: Said) -> Fields:
    """RFC 5322 3.6.4, as Gmail, Apple Mail and Thunderbird do."""
    return {"In-Reply-To": parent.message_id, "References": "\r\n ".join(chain(parent))}


def only_in_reply_to(parent: Said) -> Fields:
    return {"In-Reply-To": parent.message_id}


def only_references(parent: Said) -> Fields:
    return {"References": " ".join(chain(parent))}


def last_reference_only(parent: Said) -> Fields:
    return {"References": parent.message_id, "In-Reply-To": parent.message_id}


def cut_in_the_middle(parent: Said) -> Fields:
    """Gateways that shorten long lists keep the first and the last ones."""
    ids = chain(parent)
    return {"References": " ".join([*ids[:1], *ids[-2:]])}


def glued(parent: Said) -> Fields:
    return {"References": "".join(chain(parent)), "In-Reply-To": parent.message_id}


def with_commas(parent: Said) -> Fields:
    return {"References": ", ".join(chain(parent))}


def broken_by_folding(parent: Said) -> Fields:
    """A fold in the middle of an id."""
    half = len(parent.message_id) // 2
    return {"In-Reply-To": f"{parent.message_id[:half]}\r\n {parent.message_id[half:]}"}


def without_brackets(parent: Said) -> Fields:
    return {"In-Reply-To": parent.message_id.strip("<>")}


def in_words(parent: Said) -> Fields:
    """As RFC 822 allowed: a phrase before the id."""
    return {"In-Reply-To": f'Message from "Acme Support" of "Fri, 20 Nov 2026" {parent.message_id}'}


def in_a_comment(parent: Said) -> Fields:
    return {"In-Reply-To": f"{parent.message_id} (Acme's message of Friday)"}


def with_a_strangers_id(parent: Said) -> Fields:
    """Groupware puts an id of its own first, which nobody else has ever seen."""
    own = f"<{hashlib.sha1(parent.message_id.encode()).hexdigest()[:12]}-ON0025@notes.test>"
    return {"In-Reply-To": own, "References": " ".join([own, *chain(parent)])}


def outlook(parent: Said) -> Fields:
    """All three, and the index that grows with each answer."""
    index = {"Thread-Index": grown(parent.index), "Thread-Topic": parent.subject} if parent.index else {}
    return exact(parent) | index


def reversed_order(parent: Said) -> Fields:
    return {"References": " ".join(reversed(chain(parent))), "In-Reply-To": parent.message_id}


CLIENTS: tuple[Client, ...] = (
    exact,
    only_in_reply_to,
    only_references,
    last_reference_only,
    cut_in_the_middle,
    glued,
    with_commas,
    broken_by_folding,
    without_brackets,
    in_words,
    in_a_comment,
    with_a_strangers_id,
    outlook,
    reversed_order,
)

PREFIXES = ("Re: ", "AW: ", "SV: ", "RE: [EXTERNAL] ", "Antw: ", "回复：", "Re[2]: ", "RV: Re: ", "Rép : ", "Ответ: ")


def outlook_index(seed: str) -> str:
    return base64.b64encode(b"\1" + hashlib.sha256(seed.encode()).digest()[:21]).decode()


def grown(index: str) -> str:
    """Each answer adds five bytes."""
    return base64.b64encode(base64.b64decode(index) + b"\0\1\2\3\4").decode()
