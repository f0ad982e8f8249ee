"""The allow-list for HTML mail: what shows text, tables and allowed pictures stays, all else goes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import nh3

from services.mail.sanitize import css, urls
from services.mail.sanitize.cost import affordable
from services.mail.sanitize.doctypes import STANDARD, doctype

LONGEST = 2_000_000  # characters of one message's HTML that are shown
LONGEST_SIGNATURE = 20_000
_SHOWN = """a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd
    del dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li main mark
    menu nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th
    thead time tr tt u ul var wbr"""
_SWALLOWED = "script style title textarea template iframe noembed noframes xmp svg math select"
_EVERYWHERE = "align background bgcolor border class color dir face height id lang size style title valign width"
TAGS = frozenset(_SHOWN.split())
ATTRIBUTES = {
    "*": frozenset(_EVERYWHERE.split()),
    "a": frozenset({"href", "name"}),
    "img": frozenset({"src", "srcset", "alt", "hspace", "vspace"}),
    "table": frozenset({"cellpadding", "cellspacing", "rules", "frame", "summary"}),
    "td": frozenset({"colspan", "rowspan", "nowrap"}),
    "th": frozenset({"colspan", "rowspan", "nowrap", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value", "type"}),
    "hr": frozenset({"noshade"}),
    "br": frozenset({"clear"}),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid", "data"})
_BODY = re.compile(  # possessive: an unfinished tag has one reading, not one for each way to divide it
    r"""<body\b((?:[^<>"']++|"[^"]{0,5000}+"|'[^']{0,5000}+')*+)>""", re.IGNORECASE
)
_STYLE = re.compile(  # comments first, so that what Outlook alone should see stays unseen
    r"<!--.*?(?:-->|\Z)|<style\b[^<>]{0,500}>(.*?)(?:</style\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_UNSCRIPTED = re.compile(r"</?noscript\b[^<>]{0,500}>", re.IGNORECASE)  # no script runs, so what stands inside is seen
_FETCHERS = re.compile(
    r"<(?:audio|bgsound|embed|frame|iframe|image|input|link|object|script|source|track|video|v:\w+|use)\b[^<>]{0,500}?"
    r"\b(?:src|href|data|poster|srcset)\s*=\s*[\"']?\s*(?:https?:|[/\\]{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cleaned:
    """HTML without anything that runs or fetches; `blocked` resources of other hosts were withheld."""

    html: str
    blocked: int
    doctype: str = STANDARD  # by which it is laid out


def clean(html: str, *, remote: bool, cid: Callable[[str], str | None]) -> Cleaned:
    """A stranger's HTML for the reader's frame; `cid` gives the address of a part, `remote` lets pictures load."""
    drawn_by = doctype(html)
    html = affordable(_UNSCRIPTED.sub("", html[:LONGEST]))
    blocked = len(_FETCHERS.findall(html))
    sheets = list(filter(None, _STYLE.findall(html)))

    def chosen(tag: str, attribute: str, value: str) -> str | None:
        nonlocal blocked
        if attribute == "style":
            kept = css.declarations(value, pictures=remote)
            blocked += css.count_fetches(value) - css.count_fetches(kept)
            return kept or None
        if attribute == "src" or (attribute == "background" and remote):
            source = urls.picture(value, remote=remote, cid=cid)
            blocked += source is None and urls.is_remote(value)
            return source
        if attribute in {"srcset", "background"}:
            blocked += attribute == "background" or not remote
            return None
        return urls.link(value) if attribute == "href" else value

    body = _cleaned(_BODY.sub(_as_division, html, count=1), chosen)
    blocked += sum(css.count_fetches(sheet) for sheet in sheets)
    rules = "\n".join(filter(None, (css.stylesheet(sheet) for sheet in sheets)))
    return Cleaned(f"<style>{rules}</style>{body}" if rules else body, blocked, drawn_by)


def clean_outgoing(html: str) -> str:
    """HTML of our own composer for sending: the same allow-list, pictures of the web and of the message kept."""

    def chosen(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return css.declarations(value) or None
        if attribute == "src":
            return urls.picture(value, remote=True, cid=lambda content_id: f"cid:{content_id}")
        if attribute in {"srcset", "background", "class", "id"}:
            return None
        return urls.link(value) if attribute == "href" else value

    return _cleaned(affordable(html[:LONGEST]), chosen)


def signature(html: str) -> str:
    """A member's or mailbox's signature as it is kept: fit to send, and short."""
    return clean_outgoing(html[:LONGEST_SIGNATURE]).strip()


def _cleaned(html: str, chosen: Callable[[str, str, str], str | None]) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=frozenset(_SWALLOWED.split()),
        attributes=ATTRIBUTES,
        attribute_filter=chosen,
        url_schemes=SCHEMES,
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _as_division(match: re.Match[str]) -> str:
    """The body element's colours on a division, since only the inside of the body is kept."""
    written = match[1].replace("&quot;", "'")
    attributes = dict(re.findall(r"""\b(bgcolor|text)\s*=\s*["']?\s*(#?\w{1,20})""", written.lower()))
    style = re.search(r"""\bstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", written, re.IGNORECASE)
    colours = [f"background-color: {attributes['bgcolor']}"] if "bgcolor" in attributes else []
    colours += [f"color: {attributes['text']}"] if "text" in attributes else []
    colours += [style[1] or style[2] or ""] if style else []
    picture = ' background="withheld"' if re.search(r"\bbackground\s*=", written, re.IGNORECASE) else ""
    return f'<div style="{escape("; ".join(colours))}"{picture}>'
