"""text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text."""

import re

_PARAMETERS = re.compile(r"<param>[^<]*</param>|<comment>[^<]*</comment>", re.IGNORECASE)
_COMMAND = re.compile(r"<(/?)([a-z0-9-]{1,60})>", re.IGNORECASE)
_ENDS = re.compile(r"\n(\n*)")
TYPES = frozenset({"text/enriched", "text/richtext"})


def to_plain(text: str, content_type: str) -> str:
    """The words: of line ends that meet all but one count (RFC 1896 3); << is a < itself."""
    pieces = [_commands_out(piece, content_type) for piece in _PARAMETERS.sub("", text).split("<<")]
    return "<".join(pieces).strip()


def _commands_out(text: str, content_type: str) -> str:
    text = _ENDS.sub(lambda match: match[1] or " ", text)
    if content_type == "text/enriched":
        return _COMMAND.sub("", text)
    text = re.sub(r"<nl>|</?paragraph>", "\n", text, flags=re.IGNORECASE)
    return _COMMAND.sub("", re.sub(r"<lt>", "<", text, flags=re.IGNORECASE))
