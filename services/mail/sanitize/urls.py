"""Where links and pictures may point: links to the web, mail and telephone, pictures to what the reader allowed."""

import re
from collections.abc import Callable
from urllib.parse import unquote

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
# a template's field, filled in before it is sent; nothing may stand behind it, so that it leads nowhere of ours
_MERGED = re.compile(r"\{\{ ?[\w.]{1,80}(?: ?\|[\w .:'|-]{0,120})? ?\}\}")
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=%\s]*", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:[/\\]{2}|https?:)[^\s]", re.IGNORECASE)


def plain(url: str) -> str:
    """The address as a browser reads it: without control characters and surrounding white space."""
    return _INVISIBLE.sub("", url).strip()


def link(url: str) -> str | None:
    """A link's target if it may be followed, else None."""
    url = plain(url)
    if url.startswith("//"):
        url = "https:" + url
    return url if _LINK.match(url) or _MERGED.fullmatch(url) else None


def is_remote(url: str) -> bool:
    """Whether fetching it would ask another host (in whatever spelling browsers accept)."""
    return bool(_RELATIVE.match(plain(url).replace("\\", "/")))


def picture(url: str, *, remote: bool, cid: Callable[[str], str | None]) -> str | None:
    """A picture's source if it may be loaded, else None."""
    url = plain(url)
    if url[:4].lower() == "cid:":
        return cid(unquote(url[4:]).strip("<> "))
    if url[:5].lower() == "data:":
        return url if _DATA.fullmatch(url) else None
    if not remote or not is_remote(url):
        return None
    url = url.replace("\\", "/")
    return "https:" + url if url.startswith("//") else url if re.match(r"https?://", url, re.IGNORECASE) else None
