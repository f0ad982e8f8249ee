"""Actions that reach outside, one by one: note, answer, forward, notify. Each says what was done, or raises."""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session, col, select

from models import Integration, Message, RawMessage, Reception, RuleAction, Ticket
from services import access, forwarding, replies, templates, tickets, webhooks
from services.access import Actor
from services.errors import Invalid, NotFound
from services.mail import message as mail_message
from services.rules import words
from services.rules.choosing import choices
from services.rules.drafts import Act, act_of


def perform(session: Session, asked: RuleAction) -> str:
    """Do what was asked for; the sentence for the message's trace. Raises what the services it uses raise."""
    message = session.get(Message, asked.message_id)
    if message is None or message.ticket_id is None:
        raise NotFound("The message is gone.")
    act = act_of(asked.action)
    actor = replace(access.system(asked.organisation_id), name=f"Rule “{asked.rule_name}”")
    said = _PERFORM[act.type](session, act, message, actor)
    return f"{actor.name}: {said}"


def _note(session: Session, act: Act, message: Message, actor: Actor) -> str:
    tickets.note(session, message.ticket_id or 0, str(act.values["value"]), actor=actor)
    return "note added."


def _reply(session: Session, act: Act, message: Message, actor: Actor) -> str:
    template_id = _number(act, "template_id")
    written = templates.render(session, template_id, ticket_id=message.ticket_id, actor=actor)
    said = replies.automatic_answer(
        session,
        message,
        subject=written.subject,
        text=written.text,
        html=written.html,
        why=actor.name,
        actor=actor,
    )
    named = _named(session, act, actor)
    return f"not answered with {named}: {said}" if said else f"answered with {named}."


def _forward(session: Session, act: Act, message: Message, actor: Actor) -> str:
    to = str(act.values["to"])
    raw = session.get(RawMessage, message.raw_id) if message.raw_id else None
    if raw is None:
        raise NotFound("Its source is gone.")
    first = select(Reception.recipient).where(Reception.message_id == message.id).order_by(col(Reception.id)).limit(1)
    address = session.exec(first).first()
    if address is None:
        raise Invalid("It did not come to an address of ours.")
    refusal = forwarding.refusal(mail_message.parse(raw.content), address.lower())
    if refusal:
        return f"not forwarded to {to}: {refusal}"
    onward = forwarding.Forward(
        organisation_id=message.organisation_id,
        alias_id=message.alias_id,
        address=address,
        targets=(to,),
        raw_id=raw.id or 0,
        reverse_path=raw.reverse_path,
        subject=message.subject,
    )
    forwarding.forward(session, [onward])
    return f"forwarded to {to}."


def _notify(session: Session, act: Act, message: Message, actor: Actor) -> str:
    integration = session.get(Integration, _number(act, "integration_id"))
    if integration is None or integration.organisation_id != actor.organisation_id:
        raise NotFound("The integration is gone.")
    if not integration.active:
        raise Invalid(f"The integration “{integration.name}” is switched off.")
    webhooks.tell(session, integration.id or 0, session.get_one(Ticket, message.ticket_id), message=message)
    return f"{integration.name} notified."


def _number(act: Act, name: str) -> int:
    return int(str(act.values[name]))


def _named(session: Session, act: Act, actor: Actor) -> str:
    """The template as its name says it."""
    return words.act(act, choices(session, actor=actor)).removeprefix("reply with ")


_PERFORM: dict[str, Callable[[Session, Act, Message, Actor], str]] = {
    "note": _note,
    "reply": _reply,
    "forward": _forward,
    "notify": _notify,
}
