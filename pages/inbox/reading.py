"""Everything the inbox shows, read in one session and turned into plain data in the worker thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.pane import Line
from models import AliasStatus, DraftKind, MemberStatus, SavedView
from pages.inbox import lines
from pages.inbox.conversation import draft_of, present, promises, rated
from services import aliases, drafts, macros, mailboxes, ratings, search, service_levels, team, tickets, views
from services.access import MAY, Actor, Permission
from services.aliases import AliasEntry
from services.errors import NotFound
from services.mailboxes import Addressed
from services.tickets import Row, View, ViewKind

PAGE = 50
Cursor = tuple[Any, ...]


@dataclass
class Page:
    """Rows of the list: as the browser has them, and where each stands in the order."""

    rows: list[Line] = field(default_factory=list)
    cursors: dict[int, Cursor] = field(default_factory=dict)
    more: bool = False
    query: str = ""
    advice: str = ""  # on a search that can find nothing


@dataclass
class Surroundings:
    """What changes seldom: folders, people, tags, addresses."""

    sections: list[Line]
    people: list[Line]
    tags: list[Line]
    aliases: list[Line]
    mailboxes: dict[int, str]
    macros: list[Line]
    titles: dict[str, str]

    @property
    def emails(self) -> dict[int, str]:
        return {person["id"]: person["email"] for person in self.people}


@dataclass
class Opening:
    """All of a freshly loaded page."""

    actor: Actor
    view: View
    page: Page
    around: Surroundings
    counts: dict[str, int]
    conversation: Line | None
    draft: Line | None


def opening(session: Any, view: View, *, q: str, ticket_id: int, actor: Actor) -> Opening:
    around = surroundings(session, actor=actor)
    shown = conversation(session, ticket_id, around, actor=actor) if ticket_id else None
    try:
        page = first(session, view, around, q=q, actor=actor)
    except NotFound:
        view = View(ViewKind.INBOX)
        page = first(session, view, around, q=q, actor=actor)
    draft = my_draft(session, shown, actor=actor)
    return Opening(actor, view, page, around, tickets.counts(session, actor=actor), shown, draft)


def first(session: Any, view: View, around: Surroundings, *, q: str, actor: Actor) -> Page:
    """The top of a folder, or of what a search finds. A saved view is its search."""
    page = following(session, view, around, q=q, before=None, actor=actor)
    if q and not page.rows:
        page.advice = search.advice(session, q, actor=actor)
    if view.kind is ViewKind.DRAFTS and not q:
        mine = [draft for draft in drafts.mine(session, actor=actor) if draft.kind is DraftKind.NEW]
        page.rows = [lines.draft_line(draft) for draft in mine] + page.rows
    return page


def first_together(session: Any, view: View, around: Surroundings, *, q: str, actors: Sequence[Actor]) -> list[Page]:
    """The top of a folder for each of several members; lines that are alike are drawn once and are one object."""
    if q or view.kind in (ViewKind.SAVED, ViewKind.DRAFTS):
        return [first(session, view, around, q=q, actor=actor) for actor in actors]
    emails = around.emails
    listed = tickets.listed_together(session, view=view, actors=actors)
    different = {id(row): row for found in listed for row in found}
    promised = service_levels.pressing(session, {row.id for row in different.values()}, actor=actors[0])
    drawn = {key: lines.line(row, emails, promised.get(row.id)) for key, row in different.items()}
    return [_page(found, [drawn[id(row)] for row in found], "") for found in listed]


def following(session: Any, view: View, around: Surroundings, *, q: str, before: Cursor | None, actor: Actor) -> Page:
    query = q or (views.get(session, view.id or 0, actor=actor).query if view.kind is ViewKind.SAVED else "")
    if query:
        found = search.find(session, query, before=before, limit=PAGE, actor=actor)
    else:
        found = tickets.listed(session, view=view, before=before, limit=PAGE, actor=actor)
    return _page(found, _drawn(session, found, around, actor), q)


def _drawn(session: Any, found: Sequence[Row], around: Surroundings, actor: Actor) -> list[Line]:
    emails, promised = around.emails, service_levels.pressing(session, {row.id for row in found}, actor=actor)
    return [lines.line(row, emails, promised.get(row.id)) for row in found]


def _page(found: list[Row], rows: list[Line], query: str) -> Page:
    return Page(rows, {row.id: row.cursor for row in found}, len(found) == PAGE, query)


def still(session: Any, view: View, around: Surroundings, cursors: dict[int, Cursor], *, actor: Actor) -> list[Line]:
    """Those of the tickets that are still where they stood in `view`, as they are now."""
    found: list[Row] = []
    for ticket_id, cursor in cursors.items():
        at = tickets.listed(session, view=view, before=(cursor[0], ticket_id + 1), limit=1, actor=actor)
        found += [row for row in at if row.id == ticket_id]
    return _drawn(session, found, around, actor)


def conversation(session: Any, ticket_id: int, around: Surroundings, *, actor: Actor) -> Line | None:
    try:
        people = {person["id"]: person for person in around.people}
        shown = present(tickets.get(session, ticket_id, actor=actor), around.mailboxes, people, actor)
    except NotFound:
        return None
    promised = service_levels.promised(session, ticket_id, actor=actor)
    return shown | {"promises": promises(promised), "rating": rated(ratings.of_ticket(session, ticket_id, actor=actor))}


def my_draft(session: Any, shown: Line | None, *, actor: Actor) -> Line | None:
    """What the reader was writing in the open conversation; a draft without words and files is none."""
    for each in reversed((shown or {}).get("drafts", [])):
        if each["mine"]:
            found = draft(session, each["id"], actor=actor)
            if found["text"].strip() or found["files"]:
                return found
    return None


def draft(session: Any, draft_id: int, *, actor: Actor) -> Line:
    found = drafts.get(session, draft_id, actor=actor)
    talk = tickets.get(session, found.ticket_id, actor=actor) if found.ticket_id else None
    return draft_of(found, drafts.files(session, draft_id, actor=actor), talk)


def surroundings(session: Any, *, actor: Actor) -> Surroundings:
    boxes = {box.id or 0: box.name for box in mailboxes.all(session, actor=actor)}
    tags = [{"id": tag.id, "name": tag.name, "colour": tag.colour} for tag in tickets.tags(session, actor=actor)]
    sections = folders(boxes, tags, views.all(session, actor=actor), actor)
    people = [
        {"id": user.id or 0, "name": user.name, "email": user.email}
        for user in team.members(session, actor=actor)
        if user.status is MemberStatus.ACTIVE and user.role in MAY[Permission.WORK_TICKETS]
    ]
    own = [_sender(entry) for entry in aliases.all(session, status=AliasStatus.ACTIVE, actor=actor)]
    own += [_box(entry) for entry in mailboxes.addressed(session, actor=actor) if entry.mailbox.active]
    titles = {item["view"]: item["label"] for section in sections for item in section["items"]}
    kept = [{"label": each.name, "value": each.id, "icon": "sym_o_bolt"} for each in macros.all(session, actor=actor)]
    return Surroundings(sections, people, tags, own, boxes, kept, titles)


def _sender(entry: AliasEntry) -> Line:
    """An address to write from; `key` tells aliases from mailboxes."""
    name, number = entry.alias.display_name, entry.alias.id
    label = f"{name} <{entry.address}>" if name else entry.address
    return {"key": f"a{number}", "alias_id": number, "mailbox_id": None, "label": label}


def _box(entry: Addressed) -> Line:
    number, label = entry.mailbox.id, f"{entry.mailbox.name} <{entry.address}>"
    return {"key": f"m{number}", "alias_id": None, "mailbox_id": number, "label": label}


def folders(boxes: dict[int, str], tags: list[Line], saved: list[SavedView], actor: Actor) -> list[Line]:
    return [
        {"title": "", "items": [_standard(kind) for kind in lines.QUEUES]},
        {"title": "States", "items": [_standard(kind) for kind in lines.STATES]},
        {"title": "Mail", "items": [_standard(kind) for kind in lines.WRITTEN]},
        {"title": "Mailboxes", "items": [_own(ViewKind.MAILBOX, number, name) for number, name in boxes.items()]},
        {
            "title": "Views",
            "items": [
                _own(ViewKind.SAVED, view.id or 0, view.name) | {"changeable": views.may_change(view, actor=actor)}
                for view in saved
            ],
        },
        {
            "title": "Tags",
            "items": [_own(ViewKind.TAG, tag["id"], tag["name"]) | {"colour": tag["colour"]} for tag in tags],
        },
    ]


def _standard(kind: ViewKind) -> Line:
    label, icon = lines.ICONS[kind]
    return {"view": str(kind), "label": label, "icon": icon, "strong": kind in (ViewKind.INBOX, ViewKind.MENTIONS)}


def _own(kind: ViewKind, number: int, name: str) -> Line:
    icon = {ViewKind.MAILBOX: "sym_o_move_to_inbox", ViewKind.SAVED: "sym_o_filter_list"}.get(kind, "sym_o_sell")
    return {"view": str(View(kind, number)), "label": name, "icon": icon}
