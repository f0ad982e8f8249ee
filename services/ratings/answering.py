"""What a customer says by their link: a score and a comment, changed for a week if they think again."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from models import MemberStatus, NoticeLevel, Organisation, Rating, Score, Ticket, User
from services import access, clock, ids, notices, webhooks
from services.access import Actor, Permission
from services.errors import Conflict, Invalid
from services.notices import Trouble
from services.ratings.links import ticket_of
from services.tickets import recording

CHANGEABLE = timedelta(days=7)
LONGEST = 4000
WORDS = {Score.GREAT: "Great", Score.OKAY: "Okay", Score.BAD: "Not good"}


@dataclass(frozen=True)
class Question:
    """What the page of a link shows."""

    organisation: str
    subject: str
    score: Score | None
    comment: str
    is_open: bool


def question(session: Session, token: str) -> Question:
    """Looking at a link records nothing. Raises Invalid when it is not ours any more."""
    rating, ticket = _found(session, token)
    organisation = session.get_one(Organisation, ticket.organisation_id)
    return Question(organisation.name, ticket.subject, rating.score, rating.comment, _is_open(rating))


def rate(session: Session, token: str, *, score: str, comment: str = "") -> Question:
    """Record what the customer says, or changes. Raises Conflict once it is too late."""
    rating, ticket = _found(session, token)
    if score not in set(Score):
        raise Invalid("Choose one of the three.", code="invalid_score", field="score")
    if not _is_open(rating):
        raise Conflict("This was rated more than a week ago; it stays as it is.", code="rating_closed")
    actor = access.system(ticket.organisation_id)
    ticket = recording.lock(session, ticket.id or 0, actor=actor)
    said = (Score(score), _text(comment))
    if (rating.score, rating.comment) != said:
        rating.score, rating.comment = said
        rating.rated_at, rating.changed_at = rating.rated_at or clock.now(), clock.now()
        session.add(rating)
        _tell(session, ticket, rating, actor)
    return question(session, token)


def of_ticket(session: Session, ticket_id: int, *, actor: Actor) -> Rating | None:
    """What the customer of a ticket said; None where they have not."""
    access.require(actor, Permission.READ_TICKETS)
    rating = session.get(Rating, ticket_id)
    is_ours = rating is not None and rating.organisation_id == actor.organisation_id
    return rating if rating is not None and is_ours and rating.score is not None else None


def _found(session: Session, token: str) -> tuple[Rating, Ticket]:
    ticket_id = ticket_of(token)
    rating, ticket = session.get(Rating, ticket_id), session.get(Ticket, ticket_id)
    if rating is None or ticket is None or rating.asked_at is None:
        raise Invalid("This link is not one of ours.", code="invalid_token")
    return rating, ticket


def _is_open(rating: Rating) -> bool:
    return rating.rated_at is None or clock.now() < rating.rated_at + CHANGEABLE


def _tell(session: Session, ticket: Ticket, rating: Rating, actor: Actor) -> None:
    """The ticket's history, integrations, and whoever did the work where it was not good."""
    assert rating.score is not None
    words = WORDS[rating.score].lower() + (f" – “{rating.comment[:200]}”" if rating.comment else "")
    recording.note(session, ticket, "rated", actor=actor, undo={}, words=words, name=ticket.correspondent_name)
    about = {"score": rating.score.value, "comment": rating.comment}
    webhooks.announce_ticket(session, "ticket.rated", ticket, rating=about)
    notices.close_all(session, ticket.organisation_id, "rating", ticket.id or 0)
    if rating.score is Score.BAD:
        worker = session.get(User, rating.user_id) if rating.user_id else None
        user_id = worker.id if worker is not None and worker.status is MemberStatus.ACTIVE else None
        notices.open(
            session,
            Trouble(ticket.organisation_id, "rating", ticket.id or 0, user_id),
            f"#{ticket.number} was rated not good",
            text=rating.comment or ticket.subject,
            link=f"/t/{ids.encode('ticket', ticket.id or 0)}",
            level=NoticeLevel.WARNING,
        )


def _text(typed: str) -> str:
    """Lines of printable characters, so many at most."""
    kept = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in typed.replace("\r\n", "\n"))
    if len(kept.strip()) > LONGEST:
        raise Invalid(f"At most {LONGEST:,} characters.", code="too_long", field="comment")
    return kept.strip()
