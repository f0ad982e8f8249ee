"""What lies wrapped in a part is unwrapped: winmail.dat, opaque signatures, files written into the text."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from services.mail.message import parse, part_content
from tests.services.mail.tnef.writing import file, message, stream, unicode

SIGNED = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nsigned words\r\n--i\r\n" + (
    b"Content-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--i--\r\n"
)


def part(kind: bytes, content: bytes) -> bytes:
    return b"--m\nContent-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)


def mixed(*parts: bytes) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=m\n\n" + b"".join(parts) + b"--m--\n"


def opaque(content: bytes) -> bytes:
    """The content, signed, in an envelope of its own."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a@example.org")])
    now = datetime.now(UTC)
    certificate = (x509.CertificateBuilder(name, name, secret.public_key(), 1, now, now + timedelta(days=1))).sign(
        secret, hashes.SHA256()
    )
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, secret, hashes.SHA256())
    return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def test_the_files_of_winmail_dat_stand_in_its_place() -> None:
    winmail = stream(
        message(unicode(0x1000, "unused")), file("short.doc", b"words", unicode(0x3707, "Longer näme.docx"))
    )
    raw = mixed(b"--m\n\nhello\n", part(b'application/ms-tnef; name="winmail.dat"', winmail))
    parsed = parse(raw)
    assert parsed.text.strip() == "hello"
    assert [(each.filename, each.size) for each in parsed.parts] == [("Longer näme.docx", 5)]
    assert part_content(raw, parsed.parts[0].index)[1] == b"words"


def test_winmail_dat_alone_is_the_message() -> None:
    parsed = parse(mixed(part(b"application/ms-tnef", stream(message(unicode(0x1000, "all there is"))))))
    assert (parsed.text.strip(), parsed.parts) == ("all there is", [])


def test_an_unreadable_winmail_dat_stays_what_it_is() -> None:
    parsed = parse(mixed(part(b"application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22\x00\x00broken")))
    assert [each.filename for each in parsed.parts] == ["winmail.dat"]


def test_an_opaque_signature_gives_its_message_and_stays_a_file() -> None:
    raw = b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\n' + (
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(opaque(SIGNED))
    )
    parsed = parse(raw)
    assert parsed.text.strip() == "signed words"
    assert [each.filename for each in parsed.parts] == ["a.csv", "smime.p7m"]
    assert part_content(raw, parsed.parts[0].index)[1] == b"1,2"


def test_uuencoded_files_leave_the_text() -> None:
    lines = b"".join(binascii.b2a_uu(b"some content of a file"[at : at + 9]) for at in range(0, 22, 9))
    raw = b"Subject: x\n\nbefore\nbegin 644 a.bin\n" + lines + b"`\nend\nafter\n"
    parsed = parse(raw)
    assert parsed.text.split() == ["before", "after"]
    assert [(each.filename, each.size) for each in parsed.parts] == [("a.bin", 22)]
    assert part_content(raw, parsed.parts[0].index)[1] == b"some content of a file"


def test_words_about_beginning_are_no_file() -> None:
    text = "begin 644 is how it starts\nand then come many words of a person.\nend\n"
    parsed = parse(b"Subject: x\n\n" + text.encode())
    assert (parsed.text, parsed.parts) == (text, [])


def test_yenc() -> None:
    content = bytes(range(256))
    written = b"".join(
        bytes([61, (value + 106) % 256]) if (value + 42) % 256 in b"\0\n\r=" else bytes([(value + 42) % 256])
        for value in content
    )
    raw = b"Subject: x\n\n=ybegin line=256 size=256 name=a.bin\r\n" + written + b"\r\n=yend size=256\r\n"
    parsed = parse(raw)
    assert part_content(raw, parsed.parts[0].index)[1] == content


def test_pictures_by_their_location() -> None:
    raw = b"Content-Type: multipart/related; boundary=m\n\n--m\nContent-Type: text/html\n\n" + (
        b'<p>x<img src="http://example.org/a.png">\n--m\nContent-Type: image/png\n'
        b"Content-Location: http://example.org/a.png\n\npng\n--m--\n"
    )
    parsed = parse(raw)
    assert parsed.parts[0].inline
    assert f'src="cid:{parsed.parts[0].content_id}"' in parsed.html
