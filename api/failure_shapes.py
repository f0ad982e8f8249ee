"""Actions of rules that were given up, as dialect A writes them."""

from typing import Any, Literal, Self

from api.shapes import Moment, Shape, example
from services import ids
from services.rules import Failed

_SHOWN: dict[str, Any] = {
    "id": "action_4k8d2r6h0t3xm",
    "ruleId": "rule_8m2w6c0q4y1vz",
    "ruleName": "Invoices",
    "meant": "notify #billing",
    "error": "The integration “#billing” is switched off.",
    "messageId": "email_0b7h3k9m5w1zc",
    "ticketId": "ticket_9d2p6s0x4v8qm",
    "subject": "Your invoice",
    "at": "2026-11-21T09:00:00.000Z",
    "mayRetry": True,
}


class FailureShape(Shape):
    """What a rule was to do and could not; the mail itself is filed all the same."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    rule_id: str | None
    rule_name: str
    meant: str
    error: str
    message_id: str
    ticket_id: str | None
    subject: str
    at: Moment
    may_retry: bool

    @classmethod
    def of(cls, failed: Failed) -> Self:
        return cls(
            id=ids.encode("action", failed.id),
            rule_id=ids.encode("rule", failed.rule_id) if failed.rule_id else None,
            message_id=ids.encode("email", failed.message_id),
            ticket_id=ids.encode("ticket", failed.ticket_id) if failed.ticket_id else None,
            **{name: getattr(failed, name) for name in ("rule_name", "meant", "error", "subject", "at", "may_retry")},
        )


class Failures(Shape):
    model_config = Shape.model_config | example(failures=[_SHOWN], cursor=None)
    failures: list[FailureShape]
    cursor: str | None


class Retried(Shape):
    model_config = Shape.model_config | example(id="action_4k8d2r6h0t3xm", status="pending")
    id: str
    status: Literal["pending"] = "pending"
