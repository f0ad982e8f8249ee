"""The actions of rules on one letter: what changes its ticket is done on the ticket in memory, what reaches outside is
put down for the runner."""

from collections.abc import Callable, Iterator

from models import Priority, TicketStatus
from services import clock, forwarding
from services.flows.inbound.desk import Desk
from services.flows.inbound.docket import members_of
from services.flows.inbound.letter import Letter, Thread
from services.mail.dsn import Failure
from services.rules import ACTIONS, Act, words
from services.rules.engine import Hit
from services.tickets.recording import FINAL

KEPT = "left with its owner"


def carry_out(desk: Desk, letter: Letter) -> Iterator[tuple[Hit, list[str]]]:
    """Do what each rule asks for, in order, and say what was done. A rule that is gone by now does nothing."""
    deed = Deed(desk, letter, letter.thread) if letter.thread is not None else None
    for hit in letter.decision.hits:
        if deed is not None and desk.docket.knows(hit):
            said = deed.imagine(hit) if hit.rule.draft.shadow else [deed.do(hit, act) for act in hit.rule.draft.actions]
            desk.docket.count(letter, hit)
            yield hit, said or ["no further rule"]


class Deed:
    """The actions on one letter. An answer leaves its ticket with whoever owns it, in the mailbox it is in."""

    def __init__(self, desk: Desk, letter: Letter, thread: Thread) -> None:
        self._desk, self._docket, self._letter, self._thread = desk, desk.docket, letter, thread
        self._names = desk.docket.names(letter.organisation_id)
        self._opens = thread.is_new and thread.message_count == 1
        self._is_free = self._opens or thread.assignee_id is None

    def imagine(self, hit: Hit) -> list[str]:
        """What a rule that only counts would do."""
        would = ", ".join(words.act(act, self._names) for act in hit.rule.draft.actions)
        return [f"it only counts; it would {would or 'stop'}"]

    def do(self, hit: Hit, act: Act) -> str:
        """One action, in words."""
        if ACTIONS[act.type].outside:
            self._docket.ask(self._letter, hit, act)
            return f"asked to {words.act(act, self._names)}"
        self._thread.is_ruled = True
        return _DO[act.type](self, hit, act)

    def _tell(self, hit: Hit, kind: str, **detail: object) -> None:
        """A line of the ticket's activity."""
        self._desk.add_event(self._thread, kind, detail | {"rule": hit.rule.draft.name})

    def _fail(self, hit: Hit, act: Act, error: str) -> str:
        self._docket.ask(self._letter, hit, act, error=error)
        return f"could not {words.act(act, self._names)}: {error}"

    def _assign(self, hit: Hit, act: Act) -> str:
        return self._give(hit, act, int(str(act.values["user_id"])))

    def _assign_in_turn(self, hit: Hit, act: Act) -> str:
        working = [each for each in members_of(act) if each in self._names.users]
        if not working:
            return self._fail(hit, act, "None of them works here any more.")
        if not self._is_free:
            return KEPT
        order = self._docket.in_turn(hit.rule.id, working)
        user_id = self._desk.turns.next_of(order, self._thread.mailbox_id)
        if user_id is None:
            return "assigned to nobody: none of them is free"
        self._docket.assigned(hit.rule.id, user_id)
        return self._give(hit, act, user_id)

    def _give(self, hit: Hit, act: Act, user_id: int) -> str:
        if user_id not in self._names.users:
            return self._fail(hit, act, "They do not work here any more.")
        if not self._is_free:
            return KEPT
        thread, name = self._thread, self._names.users[user_id]
        if thread.assignee_id != user_id:
            thread.assignee_id, thread.claimed_at = user_id, clock.now()
            self._tell(hit, "assigned", user_id=user_id, name=name)
        return f"assigned to {name}"

    def _tag(self, hit: Hit, act: Act) -> str:
        self._docket.add_tag(self._thread, str(act.values["value"]), hit.rule.draft.name)
        return words.act(act, done=True)

    def _set_priority(self, hit: Hit, act: Act) -> str:
        wanted = Priority(str(act.values["value"]))
        if self._thread.priority is not wanted:
            self._thread.priority = wanted
            self._tell(hit, "priority", priority=wanted.value)
        return words.act(act, done=True)

    def _set_status(self, hit: Hit, act: Act) -> str:
        self._become(TicketStatus(str(act.values["value"])), hit)
        return words.act(act, done=True)

    def _become(self, wanted: TicketStatus, hit: Hit) -> None:
        thread = self._thread
        if thread.status is not wanted:
            thread.status = wanted
            self._tell(hit, "status", status=wanted.value)
        thread.resolved_at = (thread.resolved_at or clock.now()) if wanted in FINAL else None
        thread.snoozed_until, thread.snooze_keeps = None, False

    def _move(self, hit: Hit, act: Act) -> str:
        if act.values["mailbox_id"] not in self._names.mailboxes:
            return self._fail(hit, act, "There is no such mailbox any more.")
        return words.act(act, self._names, done=True) if self._opens else "left in its mailbox"

    def _mark_as_spam(self, hit: Hit, act: Act) -> str:
        self._become(TicketStatus.SPAM, hit)
        self._thread.assignee_id = self._thread.claimed_at = None
        return words.act(act, done=True)

    def _discard(self, hit: Hit, act: Act) -> str:
        self._thread.deleted_at = clock.now()
        self._thread.assignee_id = self._thread.claimed_at = None
        self._tell(hit, "deleted")
        return words.act(act, done=True)

    def _reject(self, hit: Hit, act: Act) -> str:
        """The mail was taken long since, so its sender gets a report; a machine gets none, and nobody whose name was
        forged (RFC 3834 2, RFC 5321 6.1)."""
        self._discard(hit, act)
        letter = self._letter
        if letter.is_rejected:
            return "rejected already"
        if letter.automatic or not letter.reverse_path or letter.authentication.get("verdict") == "fail":
            return "discarded into the trash; nobody was told, as it is not known to come from a person"
        letter.is_rejected = True
        said = " ".join(str(act.values["value"]).split())
        forwarding.report(
            self._desk.session,
            Failure(letter.recipients[0].address, "5.7.1", f"550 5.7.1 {said}"),
            to=letter.reverse_path,
            original=letter.content,
            arrived_at=letter.received_at,
            organisation_id=letter.organisation_id,
        )
        return words.act(act, done=True)

    def _stop(self, hit: Hit, act: Act) -> str:
        return words.act(act, done=True)


_DO: dict[str, Callable[[Deed, Hit, Act], str]] = {
    "assign": Deed._assign,
    "round_robin": Deed._assign_in_turn,
    "tag": Deed._tag,
    "priority": Deed._set_priority,
    "status": Deed._set_status,
    "move": Deed._move,
    "spam": Deed._mark_as_spam,
    "discard": Deed._discard,
    "reject": Deed._reject,
    "stop": Deed._stop,
}
