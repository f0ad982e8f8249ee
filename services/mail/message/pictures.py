"""Which parts the HTML shows: by Content-ID (RFC 2392), or by the Content-Location of RFC 2557."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from services.mail.message.tree import Leaf

_CID = re.compile(r"""\bcid:([^"'<>\s)]{1,900})""", re.IGNORECASE)

_SOURCE = re.compile(r"""(\bsrc\s{0,9}=\s{0,9}["']?)([^"'<>\s]{1,900})""", re.IGNORECASE)


def named(html: str) -> set[str]:
    """The content ids that the HTML asks for."""
    if "cid:" not in html and "CID:" not in html:  # ten times as fast as to search for either
        return set()
    asked = {unescape(each) for each in _CID.findall(html)}
    return asked | {unquote(each) for each in asked if "%" in each}


def placed(html: str, leaves: list[Leaf]) -> tuple[str, list[Leaf]]:
    """HTML and parts with a content id in place of each location that the HTML names."""
    if not any(leaf.location and leaf.parent == "related" for leaf in leaves):
        return html, leaves
    asked = {match[2] for match in _SOURCE.finditer(html)}
    moved: dict[str, str] = {}
    kept: list[Leaf] = []
    for leaf in leaves:
        if leaf.location in asked and leaf.parent == "related":
            leaf = replace(leaf, content_id=leaf.content_id or f"part{leaf.index}.location")
            moved[leaf.location] = leaf.content_id
        kept.append(leaf)
    return _SOURCE.sub(lambda match: f"{match[1]}cid:{moved[match[2]]}" if match[2] in moved else match[0], html), kept
