"""What the rules need to know and leave behind in a batch of mail: looked up together, written together."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import ActionStatus, NoticeLevel, Rule, RuleAction, RuleHit, TicketTag
from services import access, clock, events, notices, rules, tickets
from services.database import bulk
from services.flows.inbound.letter import Letter, Thread
from services.flows.inbound.writing import Ledger
from services.notices import Trouble
from services.rules import Act, words
from services.rules.engine import Hit
from services.tickets.changing import folded

_RULE, _HIT, _ACTION = Rule.__table__, RuleHit.__table__, RuleAction.__table__  # type: ignore[attr-defined]
_TAG = sa.text("INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (:ticket_id, :tag_id) ON CONFLICT DO NOTHING")


class Docket:
    """Nothing is asked of the database for mail no rule holds for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._names: dict[int, rules.Choices] = {}
        self._counts: dict[int, dict[str, Any]] = {}
        self._counted: set[int] = set()
        self._tags: dict[tuple[int, str], tuple[Thread, str]] = {}
        self._hits: list[dict[str, Any]] = []
        self._actions: list[dict[str, Any]] = []
        self._tagged: list[dict[str, int]] = []

    def look_up(self, letters: list[Letter]) -> None:
        """The counts of the rules that held and whom they assigned to, locked; what ids are called."""
        held = sorted({hit.rule.id for letter in letters for hit in letter.decision.hits})
        if not held:
            return
        r = _RULE.c
        query = sa.select(r.id, r.hit_count, r.shadow_count, r.last_hit_at, r.turns).where(r.id.in_(held))
        for line in self.session.connection().execute(query.order_by(r.id).with_for_update()):
            self._counts[line.id] = dict(line._mapping)
        organisations = {letter.organisation_id for letter in letters if letter.decision.hits}
        for organisation_id in organisations:
            self._names[organisation_id] = rules.choices(self.session, actor=access.system(organisation_id))

    def knows(self, hit: Hit) -> bool:
        """Whether the rule is still there."""
        return hit.rule.id in self._counts

    def names(self, organisation_id: int) -> rules.Choices:
        return self._names[organisation_id]

    def count(self, letter: Letter, hit: Hit) -> None:
        """One more hit, and of which message."""
        counts, shadow = self._counts[hit.rule.id], hit.rule.draft.shadow
        counts["shadow_count" if shadow else "hit_count"] += 1
        counts["last_hit_at"] = letter.received_at
        self._counted.add(hit.rule.id)
        row = {"organisation_id": letter.organisation_id, "rule_id": hit.rule.id, "message_id": letter.row_id}
        self._hits.append(row | {"shadow": shadow, "reasons": list(hit.reasons), "at": letter.received_at})

    def named_in_turn(self, letters: list[Letter]) -> set[int]:
        """The members among whom the rules that held assign in turn."""
        acts = (act for letter in letters for hit in letter.decision.hits for act in hit.rule.draft.actions)
        return {each for act in acts if act.type == "round_robin" for each in members_of(act)}

    def in_turn(self, rule_id: int, members: Sequence[int]) -> list[int]:
        """Those whom the rule never assigned anything to first, then whom longest ago."""
        order = {user_id: place for place, user_id in enumerate(self._counts[rule_id]["turns"])}
        return sorted(members, key=lambda each: order.get(each, -1))

    def assigned(self, rule_id: int, user_id: int) -> None:
        """Their turn at the rule is over."""
        counts = self._counts[rule_id]
        counts["turns"] = [each for each in counts["turns"] if each != user_id] + [user_id]

    def add_tag(self, thread: Thread, name: str, rule: str) -> None:
        self._tags.setdefault((thread.id, folded(name)), (thread, rule))

    def ask(self, letter: Letter, hit: Hit, act: Act, *, error: str = "") -> None:
        """Put down what the runner shall do, or what could not be done and why."""
        now = clock.now()
        self._actions.append(
            {
                "organisation_id": letter.organisation_id,
                "rule_id": hit.rule.id,
                "rule_name": hit.rule.draft.name,
                "message_id": letter.row_id,
                "action": {"type": act.type, **act.values},
                "status": ActionStatus.FAILED if error else ActionStatus.PENDING,
                "due_at": now,
                "error": error,
                "created_at": now,
            }
        )
        if error:
            trouble = Trouble(letter.organisation_id, "rule_action", hit.rule.id)
            title = f"Rule “{hit.rule.draft.name}” could not {words.act(act, self._names[letter.organisation_id])}"
            notices.open(self.session, trouble, title, text=error, link="/rules", level=NoticeLevel.ERROR)
        else:
            events.record(self.session, events.WorkArrived(0, "rules"))

    def warn(self, organisation_id: int) -> None:
        """Expressions took longer than they may: somebody should simplify them."""
        title = "The expressions of your rules take too long"
        text = "Rules with further expressions were not looked at for some messages; their traces say so."
        notices.open(self.session, Trouble(organisation_id, "slow_rules"), title, text=text, link="/rules")

    def close(self, ledger: Ledger) -> None:
        """Find out which tags are new to their tickets, before the ledger is written."""
        carried = self._carried([thread.id for thread, _ in self._tags.values() if thread.id not in ledger.new])
        for organisation_id in {thread.organisation_id for thread, _ in self._tags.values()}:
            mine = {key: each for key, each in self._tags.items() if each[0].organisation_id == organisation_id}
            actor = access.system(organisation_id)
            numbers = tickets.tag_ids(self.session, [name for _, name in mine], actor=actor)
            for (ticket_id, name), (thread, rule) in mine.items():
                if (ticket_id, numbers[name]) not in carried:
                    ledger.add_event(thread, "tagged", {"name": name, "rule": rule})
                    self._tagged.append({"ticket_id": ticket_id, "tag_id": numbers[name]})

    def _carried(self, ticket_ids: list[int]) -> set[tuple[int, int]]:
        """The tags tickets have already."""
        if not ticket_ids:
            return set()
        query = select(TicketTag.ticket_id, TicketTag.tag_id).where(col(TicketTag.ticket_id).in_(ticket_ids))
        return set(self.session.exec(query).all())

    def write(self) -> None:
        """What refers to tickets and messages, once they are there."""
        connection = self.session.connection()
        if self._tagged:
            connection.execute(_TAG, self._tagged)
        bulk.insert(connection, _HIT, self._hits)
        bulk.insert(connection, _ACTION, self._actions)
        bulk.update(connection, _RULE, [self._counts[each] for each in sorted(self._counted)])


def members_of(act: Act) -> list[int]:
    """Those whom an action assigns to in turn."""
    named = act.values["user_ids"]
    return named if isinstance(named, list) else []
