"""What Mailroom itself writes to people: the invitation and the password reset. Plain words, one link."""

from html import escape

from sqlmodel import Session

from models import Invitation, Organisation, User
from services import replies
from services.access import Actor


def invitation(session: Session, invited: Invitation, url: str, *, actor: Actor) -> None:
    """Queue the e-mail that invites."""
    organisation = session.get_one(Organisation, invited.organisation_id)
    host = actor.name or organisation.name
    _send(
        session,
        organisation,
        invited.email,
        f"{host} invites you to {organisation.name}",
        [
            f"Hello {invited.name}," if invited.name else "Hello,",
            f"{host} invites you to join {organisation.name} in Mailroom as {invited.role}.",
        ],
        url,
        f"The link works once, until {invited.expires_at:%d %B %Y, %H:%M} UTC. "
        "If you did not expect it, ignore this message.",
    )


def password_reset(session: Session, user: User, url: str) -> None:
    """Queue the e-mail that lets somebody choose a new password."""
    _send(
        session,
        session.get_one(Organisation, user.organisation_id),
        user.email,
        "Choose a new password",
        [f"Hello {user.name},", "somebody, hopefully you, asked for a new password for your Mailroom account."],
        url,
        "The link works once, for one hour. If it was not you, ignore this message: nothing has changed.",
    )


def _send(
    session: Session, organisation: Organisation, to: str, subject: str, opening: list[str], url: str, closing: str
) -> None:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in opening)
    link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    replies.system_mail(
        session,
        organisation_id=organisation.id or 0,
        to=to,
        subject=subject,
        text="\n\n".join([*opening, url, closing]) + "\n",
        html=f"{paragraphs}{link}<p>{escape(closing)}</p>",
    )
