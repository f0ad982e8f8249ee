"""Activity as sentences: who did what, between the messages of a conversation."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.tickets import Activity

ICONS = {
    "claimed": "sym_o_back_hand",
    "assigned": "sym_o_person_add",
    "handed": "sym_o_rotate_right",
    "nobody_free": "sym_o_hourglass_empty",
    "rated": "sym_o_star_half",
    "not_asked": "sym_o_star_half",
    "released": "sym_o_person_off",
    "requeued": "sym_o_person_off",
    "status": "sym_o_task_alt",
    "reopened": "sym_o_undo",
    "priority": "sym_o_flag",
    "tagged": "sym_o_sell",
    "untagged": "sym_o_sell",
    "snoozed": "sym_o_schedule",
    "woken": "sym_o_alarm",
    "merged": "sym_o_merge",
    "split": "sym_o_call_split",
    "split_from": "sym_o_call_split",
    "undelivered": "sym_o_warning",
    "deleted": "sym_o_delete",
    "restored": "sym_o_restore_from_trash",
    "undone": "sym_o_undo",
}
Words = Callable[[str, dict[str, Any]], str]
_WORDS: dict[str, Words] = {
    "claimed": lambda who, _: f"{who} claimed this",
    "assigned": lambda who, detail: f"{who} assigned this to {detail.get('name', 'somebody')}",
    "handed": lambda _, detail: f"It was the turn of {detail.get('name')} in {detail.get('mailbox')}",
    "nobody_free": lambda _, detail: f"Nobody in the rota of {detail.get('mailbox')} was free: this waits for one",
    "rated": lambda _, detail: f"{detail.get('name') or 'The customer'} rated this: {detail.get('words')}",
    "not_asked": lambda _, detail: f"Nobody was asked how it went: {detail.get('reason')}",
    "released": lambda who, _: f"{who} put this back into the queue",
    "requeued": lambda who, _: f"{who} returned this to the queue",
    "status": lambda who, detail: f"{who} set the status to {str(detail.get('status', '')).replace('_', ' ')}",
    "reopened": lambda who, _: "An answer reopened this",
    "priority": lambda who, detail: f"{who} set the priority to {detail.get('priority', '')}",
    "tagged": lambda who, detail: f"{who} added the tag {detail.get('name', '')}",
    "untagged": lambda who, detail: f"{who} removed the tag {detail.get('name', '')}",
    "snoozed": lambda who, detail: f"{who} snoozed this until {_moment(detail.get('until'))}",
    "woken": lambda who, _: "Its snooze ended",
    "merged": lambda who, detail: f"{who} merged {_numbers(detail)} into this",
    "split": lambda who, detail: f"{who} split a message off into #{detail.get('number', '')}",
    "split_from": lambda who, detail: f"{who} split this off from #{detail.get('number', '')}",
    "undelivered": lambda _, detail: f"Not delivered to {detail.get('recipient')}: {detail.get('reply', '')}"[:300],
    "deleted": lambda who, _: f"{who} moved this to the trash",
    "restored": lambda who, _: f"{who} restored this",
    "undone": lambda who, detail: f"{who} undid: {str(detail.get('what', '')).replace('_', ' ')}",
}


def sentence(activity: Activity) -> str:
    words, rule = _WORDS.get(activity.kind), activity.detail.get("rule")
    who = f"Rule “{rule}”" if rule else activity.actor_name
    return words(who, activity.detail) if words else f"{who}: {activity.kind.replace('_', ' ')}"


def _moment(until: Any) -> str:
    try:
        return datetime.fromisoformat(str(until)).strftime("%a %d %b, %H:%M UTC")
    except ValueError:
        return "later"


def _numbers(detail: dict[str, Any]) -> str:
    numbers: Any = detail.get("numbers", [])
    return ", ".join(f"#{number}" for number in numbers) or "another conversation"
