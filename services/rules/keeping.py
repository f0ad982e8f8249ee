"""Compiled rules, kept from one batch of mail to the next until the organisation's version says that they changed."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models import Rule
from services.errors import Invalid
from services.rules import register, stored
from services.rules.drafts import draft_of
from services.rules.engine import Matcher, Ready, ready
from services.rules.fields import FIELDS, Kind

MOST_KEPT = 200  # organisations
_kept: WeakKeyDictionary[Engine, dict[int, tuple[int, "Kept"]]] = WeakKeyDictionary()
_guard = threading.Lock()


@dataclass(frozen=True)
class Kept:
    """The active rules of an organisation; where some move mail or ask for the time of day, its mailboxes with their
    time zones. `asks_contacts`: some ask who writes."""

    matcher: Matcher
    asks_mailboxes: bool = False
    asks_contacts: bool = False
    zones: Mapping[int, tzinfo] = field(default_factory=dict)

    def local(self, at: datetime, mailbox_id: int | None) -> datetime:
        """The time of day is the mailbox's."""
        return at.astimezone(self.zones.get(mailbox_id or 0, UTC)) if self.asks_mailboxes else at


def kept(session: Session, organisation_id: int) -> Kept:
    """As they are in the session's snapshot; asked for once a session and organisation."""
    known: dict[int, Kept] = session.info.setdefault("rules", {})
    if organisation_id not in known:
        known[organisation_id] = _current(session, organisation_id)
    return known[organisation_id]


def _current(session: Session, organisation_id: int) -> Kept:
    version = register.version(session, organisation_id)
    with _guard:
        mine = _kept.setdefault(session.get_bind().engine, {})
        before = mine.get(organisation_id)
    if before is None or before[0] != version:
        before = (version, _compiled(session, organisation_id))
        with _guard:
            while len(mine) >= MOST_KEPT:
                mine.pop(next(iter(mine)))
            mine[organisation_id] = before
    found = before[1]
    return replace(found, zones=stored.zones(session, organisation_id)) if found.asks_mailboxes else found


def _compiled(session: Session, organisation_id: int) -> Kept:
    own = (Rule.organisation_id == organisation_id, col(Rule.active))
    rules = session.exec(select(Rule).where(*own).order_by(*register.IN_ORDER)).all()
    found = [each for each in map(_ready, rules) if each is not None]
    return Kept(Matcher(found), any(map(_asks_mailboxes, found)), any(map(_asks_contacts, found)))


def _asks_mailboxes(rule: Ready) -> bool:
    is_timed = any(FIELDS[each.field].kind in (Kind.TIME, Kind.DAY) for each in rule.draft.conditions)
    return is_timed or any(act.type == "move" for act in rule.draft.actions)


def _asks_contacts(rule: Ready) -> bool:
    return any(FIELDS[each.field].asks_contacts for each in rule.draft.conditions)


def _ready(rule: Rule) -> Ready | None:
    """None for a rule whose expression can no longer be read: it never holds."""
    try:
        return ready(rule.id or 0, draft_of(rule))
    except Invalid:
        return None
