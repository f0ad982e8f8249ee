"""The MIME tree of a message as a flat list of leaves in walking order, bounded in depth, number and work."""

import re
from dataclasses import dataclass, field

from services.mail.message.fields import RawFields, first, parse_value, split_entity

DEEPEST = 50
MOST_LEAVES = 1_000
MOST_DELIMITERS = 100_000  # lines looked at because they begin like a delimiter


@dataclass(slots=True)
class Leaf:
    """One part that is no multipart: where its body lies in the raw message and how to read it."""

    index: int
    content_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    content_id: str
    encoding: str
    start: int
    end: int
    parent: str  # subtype of the multipart it stands in: mixed, alternative, related … or ""
    position: int  # among its siblings
    alternatives: tuple[int, ...] = ()  # the multipart/alternatives it stands in, outermost first


@dataclass
class Tree:
    leaves: list[Leaf] = field(default_factory=list)
    delimiters: int = 0
    alternatives: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity stands."""

    depth: int = 0
    parent: str = ""
    position: int = 0
    alternatives: tuple[int, ...] = ()


def walk(raw: bytes, fields: RawFields, start: int) -> Tree:
    """The leaves of the message whose fields and body start are given."""
    tree = Tree()
    _visit(tree, raw, fields, (start, len(raw)), Place())
    return tree


def _visit(tree: Tree, raw: bytes, fields: RawFields, span: tuple[int, int], place: Place) -> None:
    default = "message/rfc822" if place.parent == "digest" else "text/plain"
    content_type, parameters = parse_value(first(fields, "content-type") or default)
    if content_type.startswith("multipart"):
        boundary = parameters.get("boundary", "").rstrip()
        spans = _split(tree, raw, boundary.encode("utf-8", "replace"), span) if place.depth < DEEPEST else []
        if place.depth == DEEPEST:
            tree.error = f"Parts nested deeper than {DEEPEST} were left as they are"
        if spans:
            _visit_all(tree, raw, spans, content_type.partition("/")[2] or "mixed", place)
            return
        if place.depth and not raw[span[0] : span[1]].strip():
            return  # the delimiter of a nested multipart that shares its parent's boundary
        content_type = "text/plain" if not boundary or place.depth == 0 else "application/octet-stream"
    tree.leaves.append(_leaf(tree, fields, (content_type, parameters, default), span, place))


def _visit_all(tree: Tree, raw: bytes, spans: list[tuple[int, int]], subtype: str, place: Place) -> None:
    alternatives = place.alternatives
    if subtype == "alternative":
        tree.alternatives += 1
        alternatives = (*alternatives, tree.alternatives)
    for position, (start, end) in enumerate(spans):
        if len(tree.leaves) >= MOST_LEAVES:
            tree.error = f"Only the first {MOST_LEAVES} parts were read"
            return
        fields, body = split_entity(raw, start, end)
        _visit(tree, raw, fields, (body, end), Place(place.depth + 1, subtype, position, alternatives))


def _leaf(
    tree: Tree, fields: RawFields, typed: tuple[str, dict[str, str], str], span: tuple[int, int], place: Place
) -> Leaf:
    content_type, parameters, default = typed
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type):
        content_type = "text/plain" if content_type == "text" else default if not content_type else "text/plain"
    disposition, more = parse_value(first(fields, "content-disposition"))
    return Leaf(
        index=len(tree.leaves),
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        filename=more.get("filename") or parameters.get("name", ""),
        content_id=first(fields, "content-id").strip("<> "),
        encoding=first(fields, "content-transfer-encoding").partition(";")[0],
        start=span[0],
        end=span[1],
        parent=place.parent,
        position=place.position,
        alternatives=place.alternatives,
    )


def _split(tree: Tree, raw: bytes, boundary: bytes, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Where the parts of a multipart lie: between its delimiter lines (RFC 2046 5.1.1)."""
    start, end = span
    if not boundary:
        return []
    spans: list[tuple[int, int]] = []
    opened, at = -1, start - 1
    delimiter = b"--" + boundary
    while len(spans) < MOST_LEAVES:
        at = raw.find(delimiter, at + 1, end)
        if at < 0:
            break
        tree.delimiters += 1
        if tree.delimiters > MOST_DELIMITERS:
            tree.error = "Delimiters beyond number were left unread"
            break
        if at > start and raw[at - 1] not in b"\n":
            continue
        line_end = raw.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[at + len(delimiter) : line_end].strip()
        if rest not in {b"", b"--"}:
            continue
        if opened >= 0:
            spans.append((opened, max(opened, _before_line_end(raw, at))))
        opened = -1 if rest else min(line_end + 1, end)
        if rest:
            break
    if opened >= 0:
        spans.append((opened, end))
    return spans


def _before_line_end(raw: bytes, at: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if at >= 2 and raw[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1
