"""Mail the program writes itself: invitations, password resets, notices. Never answered, never bounced to anybody."""

from sqlmodel import Session, col, select

from models import Domain, DomainStatus, Organisation
from services import clock, outbound, settings
from services.mail import compose
from services.mail.address import Address
from services.mail.compose import Letter
from services.settings import is_loopback


def system_mail(session: Session, *, organisation_id: int, to: str, subject: str, text: str, html: str = "") -> int:
    """Queue a notice to one person, with the null reverse-path (RFC 3834 3, RFC 5321 4.5.5); its id in the queue."""
    organisation = session.get_one(Organisation, organisation_id)
    domain = _domain(session, organisation_id)
    letter = Letter(
        author=Address(organisation.name, f"no-reply@{domain}"),
        subject=subject,
        message_id=compose.message_id(domain),
        sent_at=clock.now(),
        text=text,
        html=html,
        to=(Address("", to),),
        headers=(("Auto-Submitted", "auto-generated"),),
    )
    return outbound.enqueue(
        session,
        raw=compose.compose(letter),
        reverse_path="",
        recipients=[to],
        organisation_id=organisation_id,
        subject=subject,
        signing_domain=domain,
    )[0]


def _domain(session: Session, organisation_id: int) -> str:
    """The organisation's first domain, a verified one before others; this server's name where there is none."""
    mine = select(Domain.name).where(col(Domain.organisation_id) == organisation_id)
    verified_first = mine.order_by((col(Domain.status) == DomainStatus.ACTIVE).desc(), col(Domain.id))
    host = settings.current().mail_host
    return session.exec(verified_first).first() or ("localhost" if is_loopback(host) else host)
