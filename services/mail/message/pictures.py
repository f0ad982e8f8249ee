"""Which parts the HTML shows: by Content-ID (RFC 2392), or by the Content-Location of RFC 2557."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from services.mail.message.tree import Leaf

MOST = 200  # parts found by their location
_CID = re.compile(r"""\bcid:([^"'<>\s)]{1,900})""", re.IGNORECASE)


def named(html: str) -> set[str]:
    """The content ids that the HTML asks for."""
    if "cid:" not in html and "CID:" not in html:
        return set()
    asked = {unescape(each) for each in _CID.findall(html)}
    return asked | {unquote(each) for each in asked if "%" in each}


def placed(html: str, leaves: list[Leaf]) -> tuple[str, list[Leaf]]:
    """HTML and parts with a content id in place of each location that the HTML names."""
    moved: dict[str, str] = {}
    kept: list[Leaf] = []
    for leaf in leaves:
        content_id = f"part{leaf.index}.location"
        if leaf.location and leaf.parent == "related" and len(moved) < MOST and _is_named(leaf.location, html):
            moved[leaf.location] = content_id
            leaf = replace(leaf, content_id=content_id)
        kept.append(leaf)
    if not moved:
        return html, kept
    places = "|".join(map(re.escape, moved))
    sources = re.compile(rf"""((?i:\bsrc\s*=)\s*["']?)({places})(?=["'\s>])""")
    return sources.sub(lambda match: f"{match[1]}cid:{moved[match[2]]}", html), kept


def _is_named(location: str, html: str) -> bool:
    return f'"{location}"' in html or f"'{location}'" in html or f"={location}" in html
