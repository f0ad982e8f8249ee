"""Compressed RTF (MS-OXRTFCP) expanded, to a bounded length."""

LONGEST = 4_000_000
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096


def expand(data: bytes) -> bytes:
    """The RTF in `data`; as much as there is of a cut one, nothing of what is none."""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + min(size, LONGEST)]
    return _expanded(data, min(size, LONGEST)) if kind == b"LZFu" else b""


def _expanded(data: bytes, size: int) -> bytes:
    """Runs of eight: a byte as it is, or twelve bits of offset in the window and four of length (2.2.2)."""
    out = bytearray(_START)  # position n of the window is byte n, n + 4096 … of what was written
    at, end = 16, len(data)
    while at < end and len(out) - len(_START) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            back = (len(out) - (token >> 4)) % _WINDOW
            if not back:  # its own place: the end (3.1.1.2)
                return bytes(out[len(_START) :])
            _repeat(out, back, (token & 15) + 2)
    return bytes(out[len(_START) :][:size])


def _repeat(out: bytearray, back: int, length: int) -> None:
    for _ in range(length):
        out.append(out[-back] if back <= len(out) else 0x20)
