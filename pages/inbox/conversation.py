"""What the right pane draws: a conversation, its messages and activity, and a draft, as plain data."""

from dataclasses import asdict
from typing import Any

from components.pane import Line
from models import Attachment, Direction, Draft, Rating, Score
from pages import dangers
from pages.inbox.events import ICONS, sentence
from pages.inbox.lines import as_text
from services import clock, ids
from services.access import Actor
from services.mail import authentication, protection, quoting
from services.ratings import WORDS
from services.service_levels import KINDS, Promise
from services.tickets import Activity, Conversation, Delivery, Entry, File, Link

FACES = {
    Score.GREAT: "sym_o_sentiment_satisfied",
    Score.OKAY: "sym_o_sentiment_neutral",
    Score.BAD: "sym_o_sentiment_dissatisfied",
}
HIDDEN = {"noted", "replied"}  # activity that shows as a message anyway


def present(talk: Conversation, mailboxes: dict[int, str], people: dict[int, Line], actor: Actor) -> Line:
    ticket = talk.ticket
    incoming = [entry for entry in talk.entries if entry.direction is Direction.IN]
    assignee = talk.assignee
    emails = {number: person["email"] for number, person in people.items()}
    return {
        "id": ticket.id,
        "key": ids.encode("ticket", ticket.id or 0),
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "owner": {"id": assignee.id, "name": assignee.name, "address": assignee.email} if assignee else None,
        "mailbox": mailboxes.get(ticket.mailbox_id or 0, ""),
        "snoozed": as_text(ticket.snoozed_until),
        "deleted": ticket.deleted_at is not None,
        "unread": talk.unread,
        "starred": talk.starred,
        "following": any(person.id == actor.user_id for person in talk.followers),
        "followers": [person.name for person in talk.followers],
        "several": bool(incoming) and len(incoming[-1].to) + len(incoming[-1].cc) > 1,
        "tags": [{"id": tag.id, "name": tag.name, "colour": tag.colour} for tag in talk.tags],
        "presence": [
            {"id": each.user_id, "name": each.name, "address": emails.get(each.user_id, ""), "state": each.state}
            for each in talk.presence
        ],
        "drafts": [_draft_note(draft, people, actor) for draft in talk.drafts],
        "follows": _link(talk.follows),
        "followed_by": [_link(each) for each in talk.followed_by],
        "merged": [_link(each) for each in talk.merged],
        "merged_into": _link(talk.merged_into),
        "split": _split(talk),
        "timeline": timeline(talk, emails),
    }


def promises(promised: list[Promise]) -> list[Line]:
    """Those that still run."""
    return [
        {
            "kind": each.kind,
            "words": KINDS[each.kind].capitalize(),
            "due": as_text(each.due_at),
            "state": _standing(each),
        }
        for each in promised
        if each.met_at is None
    ]


def _standing(promise: Promise) -> str:
    if promise.is_paused:
        return "paused"
    return "late" if promise.is_missed else "soon" if promise.amber_at <= clock.now() else "due"


def rated(rating: Rating | None) -> Line | None:
    """What the customer said of it."""
    if rating is None or rating.score is None:
        return None
    words = WORDS[rating.score].lower()
    return {"score": rating.score, "words": words, "icon": FACES[rating.score], "comment": rating.comment}


def timeline(talk: Conversation, emails: dict[int, str]) -> list[Line]:
    """Messages, notes and activity in the order they happened."""
    messages = [(entry.received_at, message(entry, talk, emails)) for entry in talk.entries]
    if messages:
        messages[-1][1]["last"] = True
    seen = [(each.at, event(each)) for each in talk.activity if each.kind not in HIDDEN]
    return [item for _, item in sorted([*messages, *seen], key=lambda pair: pair[0])]


def message(entry: Entry, talk: Conversation, emails: dict[int, str]) -> Line:
    key = ids.encode("email", entry.id)
    in_frame = entry.has_html and entry.direction is not Direction.NOTE
    new, quoted = ("", "") if in_frame else quoting.split_text(entry.text)
    if quoting.is_forward(quoted):  # not seen before
        new, quoted = entry.text, ""
    return {
        "type": "message",
        "key": f"m{entry.id}",
        "id": entry.id,
        "direction": entry.direction,
        "name": entry.author_name,
        "address": entry.author_address,
        "writer": _writer(entry, emails),
        "to": entry.to,
        "cc": entry.cc,
        "bcc": entry.bcc,
        "replyTo": entry.reply_to,
        "subject": entry.subject,
        "renamed": bool(talk.split_suggestion and talk.split_suggestion.message_id == entry.id),
        "snippet": entry.snippet,
        "at": as_text(entry.received_at),
        "sent": as_text(entry.sent_at),
        "frame": f"/files/message/{key}" if in_frame else "",
        "text": new if new.strip() else entry.text,
        "quoted": quoted if new.strip() else "",
        "automatic": entry.automatic,
        "error": entry.parse_error,
        "protection": _protection(entry),
        "authentication": authenticity(entry),
        "trace": entry.trace,
        "raw": f"/files/raw/{key}" if entry.has_raw else "",
        "files": [file(each) for each in entry.files if not (each.inline and in_frame and each.content_id)],
        "deliveries": [delivery(each) for each in entry.deliveries],
        "fresh": False,
        "last": False,
    }


def _writer(entry: Entry, emails: dict[int, str]) -> Line | None:
    """The member behind an answer, which went out under the alias's name."""
    if entry.direction is not Direction.OUT or not entry.writer:
        return None
    return {"name": entry.writer, "address": emails.get(entry.user_id or 0, "")}


def authenticity(entry: Entry) -> Line | None:
    """Who a message is from, in words; nothing for what is written here, or was never judged."""
    said = authentication.said(entry.authentication) if entry.direction is Direction.IN else None
    return asdict(said) if said else None


def _protection(entry: Entry) -> Line | None:
    if entry.direction is not Direction.IN:
        return None
    found = protection.of({each.content_type for each in entry.files}, entry.text or entry.snippet)
    return {"kind": found.kind, "words": found.words} if found else None


def delivery(each: Delivery) -> Line:
    return {
        "id": each.outbound_id,
        "recipient": each.recipient,
        "status": each.status,
        "reply": each.reply,
        "due": as_text(each.due_at),
    }


def file(each: File | Attachment) -> Line:
    key = ids.encode("att", each.id or 0)
    return {
        "id": each.id,
        "name": each.filename or "unnamed",
        "type": each.content_type,
        "size": dangers.spoken_size(each.size),
        "url": f"/files/{key}",
        "preview": dangers.preview(each.filename, each.content_type),
        "danger": dangers.is_dangerous(each.filename),
        "kind": dangers.kind(each.filename, each.content_type),
    }


def event(each: Activity) -> Line:
    return {
        "type": "event",
        "key": f"e{each.id}",
        "icon": ICONS.get(each.kind, "sym_o_info"),
        "text": sentence(each),
        "at": as_text(each.at),
        "undone": each.undone,
    }


def draft_of(draft: Draft, files: list[Attachment], talk: Conversation | None) -> Line:
    """A draft for the composer."""
    entries = [entry for entry in talk.entries if entry.direction is not Direction.NOTE] if talk else []
    answered: Any = next((entry for entry in entries if entry.id == draft.in_reply_to_id), None)
    return {
        "id": draft.id,
        "key": ids.encode("draft", draft.id or 0),
        "ticket": draft.ticket_id,
        "kind": draft.kind,
        "alias_id": draft.alias_id,
        "mailbox_id": draft.mailbox_id,
        "to": draft.to,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "subject": draft.subject,
        "html": draft.html,
        "text": draft.text,
        "plain": draft.plain,
        "version": draft.version,
        "several": bool(answered) and len(answered.to) + len(answered.cc) > 1,
        "quotes": (answered.text or answered.snippet)[:4000] if answered else "",
        "files": [file(each) for each in files if not each.inline],
    }


def _draft_note(draft: Draft, people: dict[int, Line], actor: Actor) -> Line:
    mine = draft.author_id == actor.user_id
    author = people[draft.author_id]["name"] if draft.author_id in people else "Somebody"
    return {"id": draft.id, "kind": draft.kind, "mine": mine, "author": author, "text": draft.text[:1500]}


def _link(link: Link | None) -> Line | None:
    return {"id": link.id, "number": link.number, "subject": link.subject} if link else None


def _split(talk: Conversation) -> Line | None:
    found = talk.split_suggestion
    return {"message_id": found.message_id, "subject": found.subject} if found else None
