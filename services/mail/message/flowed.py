"""Flowed text joined to paragraphs again (RFC 3676)."""

SIGNATURE = "-- "
DEEPEST = 100  # levels of quoting


def unflow(text: str, *, delsp: bool) -> str:
    """`text` (with \\n as line end) with soft line ends taken out; `delsp`: their space was put in to mark them."""
    lines: list[str] = []
    open_at = -1  # the depth of the paragraph that goes on, or -1
    for line in text.split("\n"):
        depth, content = _unquoted(line)
        goes_on = open_at == depth and content != SIGNATURE
        is_soft = content.endswith(" ") and content != SIGNATURE
        said = content[:-1] if is_soft and delsp else content
        if goes_on:
            lines.append(said)
        else:
            lines += ["\n", ">" * depth + " " * bool(depth and said), said]
        open_at = depth if is_soft else -1
    return "".join(lines[1:])


def _unquoted(line: str) -> tuple[int, str]:
    """How often the line is quoted, and what it says without the space that was stuffed in front (4.4, 4.5)."""
    if line[:1] not in {">", " "}:
        return 0, line
    content = line.lstrip(">")
    return min(len(line) - len(content), DEEPEST), content.removeprefix(" ")
