"""The MIME tree of a message as a flat list of leaves in walking order, bounded in depth, number and work."""

import re
from dataclasses import dataclass, field, replace

from services.mail.message.delimiters import spans_of, untold
from services.mail.message.fields import RawFields, mime_fields, parse_value, split_entity

DEEPEST = 50
MOST_LEAVES = 1_000
MOST_SEARCHED = 250_000_000  # bytes looked through for delimiters, all levels together
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_ENCODING = re.compile(r"[;(]")  # what some write behind it


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
    location: str = ""
    held: bytes | None = None  # its content, where it lies in no raw message


@dataclass
class Tree:
    leaves: list[Leaf] = field(default_factory=list)
    delimiters: int = 0
    searched: int = 0
    alternatives: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity stands."""

    depth: int = 0
    parent: str = ""
    position: int = 0
    alternatives: tuple[int, ...] = ()
    boundaries: tuple[str, ...] = ()  # of the multiparts around it


_WHOLE = Place()


def walk(raw: bytes, fields: RawFields, start: int) -> Tree:
    """The leaves of the message whose fields and body start are given."""
    tree = Tree()
    _visit(tree, raw, fields, (start, len(raw)), _WHOLE)
    return tree


def _visit(tree: Tree, raw: bytes, fields: RawFields, span: tuple[int, int], place: Place) -> None:
    default = "message/rfc822" if place.parent == "digest" else "text/plain"
    said = mime_fields(fields)
    content_type, parameters = parse_value(said.get("content-type") or default)
    if content_type.startswith("multipart"):
        boundary = parameters.get("boundary", "")
        may = _may_split(tree, span, place)
        spans = spans_of(tree, raw, boundary, span) if may else []
        if may and not spans and boundary not in place.boundaries:
            boundary, spans = untold(tree, raw, span)
        if spans:
            inside = Place(place.depth + 1, content_type.partition("/")[2] or "mixed", 0, place.alternatives)
            _visit_all(tree, raw, spans, replace(inside, boundaries=(*place.boundaries, boundary)))
            return
        if place.depth and (boundary in place.boundaries or not raw[span[0] : span[1]].strip()):
            return  # the delimiter of a nested multipart that shares its parent's boundary, and its preamble
        told = parameters.get("boundary", "").encode("utf-8", "replace")
        if told and raw[span[0] : span[1]].strip() == b"--%b--" % told:
            return  # closed before any part
        content_type = "text/plain" if not boundary or place.depth == 0 else "application/octet-stream"
    tree.leaves.append(_leaf(tree, said, (content_type, parameters, default), span, place))


def _may_split(tree: Tree, span: tuple[int, int], place: Place) -> bool:
    tree.searched += span[1] - span[0]
    if place.depth < DEEPEST and tree.searched <= max(MOST_SEARCHED, span[1]):
        return True
    tree.error = f"Parts nested deeper than {place.depth} were left as they are"
    return False


def _visit_all(tree: Tree, raw: bytes, spans: list[tuple[int, int]], place: Place) -> None:
    """The parts of a multipart; `place` is the first one's."""
    alternatives = place.alternatives
    if place.parent == "alternative":
        tree.alternatives += 1
        alternatives = (*alternatives, tree.alternatives)
    for position, (start, end) in enumerate(spans):
        if len(tree.leaves) >= MOST_LEAVES:
            tree.error = f"Only the first {MOST_LEAVES} parts were read"
            return
        fields, body = split_entity(raw, start, end)
        _visit(tree, raw, fields, (body, end), replace(place, position=position, alternatives=alternatives))


def _leaf(
    tree: Tree, said: dict[str, str], typed: tuple[str, dict[str, str], str], span: tuple[int, int], place: Place
) -> Leaf:
    content_type, parameters, default = typed
    if not _TYPE.fullmatch(content_type):
        content_type = "text/plain" if content_type == "text" else default if not content_type else "text/plain"
    disposition, more = parse_value(said.get("content-disposition", ""))
    return Leaf(
        index=len(tree.leaves),
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        filename=more.get("filename") or parameters.get("name", ""),
        content_id=said.get("content-id", "").strip("<> "),
        location=said.get("content-location", "").strip("<> "),
        encoding=_ENCODING.split(said.get("content-transfer-encoding", ""), maxsplit=1)[0],
        start=span[0],
        end=span[1],
        parent=place.parent,
        position=place.position,
        alternatives=place.alternatives,
    )
