"""B12 on the way out: stored bytes that look like the end of a message, delivered and counted by a real server."""

import json
from pathlib import Path

import pytest

from services.flows.delivery import carry
from services.flows.delivery.claiming import Flight, Mail
from services.flows.relay import Smarthost
from services.settings import Settings
from tests.services.flows.relay.servers import MAIL, Server, serving

SEQUENCES = Path(__file__).parents[5] / "shared" / "corpora" / "smtp" / "smuggling_sequences.json"
ENVELOPE = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nEvil\r\n"


def flight(content: bytes) -> Flight:
    mail = Mail(content, None)  # type: ignore[arg-type]
    return Flight(1, 1, None, mail, "a@acme.test", "b@example.org", "example.org", "", 1, False, False)


@pytest.mark.parametrize("pipelining", [False, True])
async def test_no_sequence_makes_a_second_message(settings: Settings, pipelining: bool) -> None:
    if not SEQUENCES.exists():
        pytest.skip("the corpora are not here; smuggling sequences were left out")
    sequences = [bytes.fromhex(each) for each in json.loads(SEQUENCES.read_text()).values()]
    assert len(sequences) > 15
    server = Server(greeting=["250-PIPELINING", "250 8BITMIME"] if pipelining else [])
    async with serving(server):
        relay = Smarthost.from_url(f"smtp://127.0.0.1:{server.port}", settings)
        for sequence in sequences:
            await carry(flight(MAIL + b"x" + sequence + ENVELOPE + sequence), relay)
        await relay.close()
    assert len(server.mails) == len(sequences)
    assert {mail.mail_from for mail in server.mails} == {"a@acme.test"}
    for mail in server.mails:
        assert isinstance(mail.original_content, bytes)
        lines = mail.original_content.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line for line in lines)
