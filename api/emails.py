"""Dialect A: mail, listed, read and sent."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.email_shapes import Emails, EmailShape, NewEmail, WholeEmailShape
from api.shapes import Moment, Paging, paging
from api.ticket_shapes import Queued
from models import TicketStatus
from services import clock, database, emails, ids, replies, templates
from services.access import Actor
from services.emails import Choice, EmailFolder
from services.errors import Invalid
from services.templates import Rendering

router = APIRouter(prefix="/emails", tags=["Emails"])


@router.get("")
def list_emails(
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    folder: EmailFolder | None = None,
    status: TicketStatus | None = None,
    alias_id: Annotated[str | None, Query(alias="aliasId")] = None,
    q: Annotated[str, Query(max_length=500, description="Words and operators, as the inbox's search has them.")] = "",
    sender: Annotated[str, Query(alias="from", max_length=320)] = "",
    recipient: Annotated[str, Query(alias="to", max_length=320)] = "",
    since: Moment | None = None,
    until: Moment | None = None,
) -> Emails:
    """Mail in and out, newest first; without `folder` all but spam and trash."""
    alias = ids.decode("alias", alias_id) if alias_id else None
    choice = Choice(folder, status, alias, q, sender, recipient, since, until)
    with database.reading() as session:
        found, total = emails.page(session, choice, number=paging.page, limit=paging.limit, actor=actor)
    shown = [EmailShape.of(each) for each in found]
    return Emails(emails=shown, page=paging.page, limit=paging.limit, total=total)


@router.get("/{id}")
def get_email(id: str, actor: Acting) -> WholeEmailShape:
    """One mail whole: text, sanitised HTML, header fields, attachments, and why it is where it is."""
    with database.reading() as session:
        return WholeEmailShape.of_whole(emails.get(session, ids.decode("email", id), actor=actor))


@router.post("/send", status_code=202)
def send_email(body: NewEmail, actor: Acting) -> Queued:
    """Send as one of the organisation's addresses, now or at `scheduledAt`; written here, or by a template."""
    answered = body.in_reply_to
    in_reply_to = ids.decode("email", answered) if answered and answered.startswith("email_") else answered
    template_id, words = _written(body, in_reply_to, actor)
    with database.transaction() as session:
        sent = replies.compose_new(
            session,
            sender=body.sender,
            alias_id=ids.decode("alias", body.alias_id) if body.alias_id else None,
            to=body.to,
            cc=body.cc,
            bcc=body.bcc,
            subject=words.subject,
            text=words.text,
            html=words.html,
            attachments=[file.content_of() for file in body.attachments],
            in_reply_to=in_reply_to,
            at=body.scheduled_at,
            actor=actor,
        )
        if template_id is not None:
            templates.count_use(session, template_id, actor=actor)
        return Queued.of(sent, is_later=body.scheduled_at is not None and body.scheduled_at > clock.now())


def _written(body: NewEmail, in_reply_to: int | str | None, actor: Actor) -> tuple[int | None, Rendering]:
    """The template's id, and what the mail says: as sent, or of the template filled in."""
    if body.template_id is None:
        if body.variables is not None:
            raise Invalid("Variables are for a template: send templateId.", code="invalid_variables", field="variables")
        if body.subject is None:
            raise Invalid("Say what this is about.", code="invalid_subject", field="subject")
        return None, Rendering(body.subject, body.html, body.text)
    if body.text or body.html:
        raise Invalid("Send a text or a template, not both.", code="invalid_template_id", field="template_id")
    template_id = ids.decode("tmpl", body.template_id)
    with database.reading() as session:
        words = emails.from_template(
            session, template_id, variables=body.variables or {}, to=body.to, in_reply_to=in_reply_to, actor=actor
        )
    return template_id, words if body.subject is None else replace(words, subject=body.subject)
