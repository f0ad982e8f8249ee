"""What the list draws: rows as plain data, what an empty folder says, and the folders themselves."""

from datetime import datetime

from components.pane import Line
from models import Draft
from services.service_levels import Pressing
from services.tickets import Row, ViewKind

ICONS = {
    ViewKind.INBOX: ("Inbox", "sym_o_inbox"),
    ViewKind.UNASSIGNED: ("Unassigned", "sym_o_person_off"),
    ViewKind.MINE: ("Mine", "sym_o_person"),
    ViewKind.ASSIGNED: ("Assigned", "sym_o_group"),
    ViewKind.MENTIONS: ("Mentions", "sym_o_alternate_email"),
    ViewKind.STARRED: ("Starred", "sym_o_star"),
    ViewKind.WAITING: ("Waiting", "sym_o_hourglass_empty"),
    ViewKind.SNOOZED: ("Snoozed", "sym_o_schedule"),
    ViewKind.DONE: ("Done", "sym_o_check_circle"),
    ViewKind.DRAFTS: ("Drafts", "sym_o_draft"),
    ViewKind.SENT: ("Sent", "sym_o_send"),
    ViewKind.ALL: ("All mail", "sym_o_all_inbox"),
    ViewKind.SPAM: ("Spam", "sym_o_report"),
    ViewKind.TRASH: ("Trash", "sym_o_delete"),
}
QUEUES = (ViewKind.INBOX, ViewKind.UNASSIGNED, ViewKind.MINE, ViewKind.ASSIGNED, ViewKind.MENTIONS, ViewKind.STARRED)
STATES = (ViewKind.WAITING, ViewKind.SNOOZED, ViewKind.DONE)
WRITTEN = (ViewKind.DRAFTS, ViewKind.SENT, ViewKind.ALL, ViewKind.SPAM, ViewKind.TRASH)
EMPTY = {
    ViewKind.INBOX: ("sym_o_mark_email_read", "All clear", "New mail to your aliases appears here within a second."),
    ViewKind.UNASSIGNED: ("sym_o_task_alt", "Everything has an owner", "Mail nobody has claimed waits here."),
    ViewKind.MINE: ("sym_o_person", "Nothing is yours right now", "Claim a conversation with c, and it waits here."),
    ViewKind.ASSIGNED: ("sym_o_group", "Nobody owns anything", "Conversations with an owner show here."),
    ViewKind.WAITING: ("sym_o_hourglass_empty", "Nobody to wait for", "What waits for a customer's answer rests here."),
    ViewKind.SNOOZED: ("sym_o_schedule", "Nothing is asleep", "Snooze with s: it comes back on top when it is time."),
    ViewKind.DONE: ("sym_o_check_circle", "Nothing closed yet", "Close with e. An answer reopens it by itself."),
    ViewKind.DRAFTS: ("sym_o_draft", "No drafts", "What you or your team are writing is kept here."),
    ViewKind.SENT: ("sym_o_send", "Nothing sent yet", "Conversations you have answered show here."),
    ViewKind.STARRED: ("sym_o_star", "No stars", "Star with * what you want to find again."),
    ViewKind.MENTIONS: ("sym_o_alternate_email", "Nobody called you", "Notes that name you with @ show here."),
    ViewKind.SPAM: ("sym_o_report", "No spam", "What you mark with ! goes here."),
    ViewKind.TRASH: ("sym_o_delete", "The trash is empty", "Deleted conversations can be restored from here."),
}
NOTHING = ("sym_o_inbox", "Nothing here", "Conversations that belong here will show by themselves.")
NOT_FOUND = ("sym_o_search_off", "Nothing found", "Try fewer words, or narrow by from:, subject:, tag: or in:.")


def as_text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def line(row: Row, emails: dict[int, str], promise: Pressing | None = None) -> Line:
    """One row for the browser; `emails` by member, for the colour of their avatars."""
    return {
        "id": row.id,
        "number": row.number,
        "subject": row.subject,
        "name": row.correspondent_name,
        "address": row.correspondent,
        "snippet": row.snippet,
        "status": row.status,
        "priority": row.priority,
        "owner": row.assignee_name,
        "ownerAddress": emails.get(row.assignee_id or 0, ""),
        "unread": row.unread,
        "starred": row.starred,
        "draft": row.has_draft,
        "files": row.has_attachments,
        "snoozed": as_text(row.snoozed_until),
        "at": as_text(row.active_at),
        "due": as_text(promise.due_at) if promise else None,
        "amber": as_text(promise.amber_at) if promise else None,
        "count": row.message_count,
        "tags": [{"id": tag.id, "name": tag.name, "colour": tag.colour} for tag in row.tags],
        "presence": [{"id": each.user_id, "name": each.name, "state": each.state} for each in row.presence],
    }


def draft_line(draft: Draft) -> Line:
    """A conversation that is yet to begin, among the drafts; its id is below zero."""
    people = [each.get("name") or each.get("address", "") for each in [*draft.to, *draft.cc, *draft.bcc]]
    first = draft.to[0].get("address", "") if draft.to else ""
    return {
        "id": -(draft.id or 0),
        "number": 0,
        "subject": draft.subject or "New conversation",
        "name": ", ".join(people) or "No recipient yet",
        "address": first,
        "snippet": draft.text[:200],
        "status": "",
        "priority": "normal",
        "owner": "",
        "ownerAddress": "",
        "unread": False,
        "starred": False,
        "draft": True,
        "files": False,
        "snoozed": None,
        "at": as_text(draft.updated_at),
        "due": None,
        "amber": None,
        "count": 0,
        "tags": [],
        "presence": [],
    }


def empty(kind: ViewKind, *, searching: bool, advice: str, has_alias: bool, worker: bool) -> Line:
    """What an empty list says, and the next thing to do; `advice` where the search itself asks for what cannot be."""
    icon, title, text = NOT_FOUND if searching else EMPTY.get(kind, NOTHING)
    said: Line = {"icon": icon, "title": title, "text": advice or text}
    if searching:
        return said
    if not has_alias and kind in QUEUES:
        more = {
            "title": "Let the mail in",
            "text": "Add your domain and an alias, and send it a mail.",
            "action": "Get started",
        }
        return said | more | {"icon": "sym_o_alternate_email", "href": "/start"}
    if kind in (ViewKind.DRAFTS, ViewKind.SENT) and worker:
        said["action"] = "New conversation"
    return said
