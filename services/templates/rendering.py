"""Templates filled in: for a ticket, an addressee, or a preview; and the fields a source asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from models import Template, Ticket
from services import access
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.mail import sanitize
from services.mail.address import Address
from services.templates import fields
from services.templates.fields import Fields
from services.templates.reading import get

if TYPE_CHECKING:
    from services.templates.engine import Use

PARTS = ("subject", "html", "text")


@dataclass(frozen=True)
class Source:
    """What is written: Liquid in each of three parts."""

    subject: str = ""
    html: str = ""
    text: str = ""

    @classmethod
    def of(cls, template: Template) -> "Source":
        return cls(template.subject, template.html, template.text)


@dataclass(frozen=True)
class Rendering:
    """What it became; `html` is fit to send, `gaps` are the fields marked ⟦…⟧ for somebody to fill in."""

    subject: str
    html: str
    text: str
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A rendering of an unfinished source, with what is wrong with each part, and the fields it asks for."""

    rendering: Rendering
    problems: dict[str, str]
    variables: tuple["Variable", ...]


@dataclass(frozen=True)
class Variable:
    """A field a source names. `is_known` = built in; one that is neither known nor covered must be given."""

    name: str
    is_known: bool
    is_covered: bool
    parts: tuple[str, ...]


def render(
    session: Session,
    template_id: int,
    *,
    variables: Mapping[str, object] | None = None,
    ticket_id: int | None = None,
    to: Address | None = None,
    marks_gaps: bool = False,
    actor: Actor,
) -> Rendering:
    """Fill a template in for a ticket, or for `to`. Raises Invalid `missing_field` that names field and place where
    one has neither value nor default; with `marks_gaps` it is marked instead. NotFound as `get`."""
    template = get(session, template_id, actor=actor)
    ticket = _ticket(session, ticket_id, actor) if ticket_id is not None else None
    known = fields.gather(session, to=to, ticket=ticket, variables=variables or {}, actor=actor)
    return fill(Source.of(template), known, marks_gaps=marks_gaps)


def fill(source: Source, known: Fields, *, marks_gaps: bool = False) -> Rendering:
    """A source with its fields filled in; without plain text it is made from the HTML."""
    engine = _engine()
    subject, html, text = (
        engine.render(getattr(source, part), part, known.of(part), marks_gaps=marks_gaps) for part in PARTS
    )
    gaps = tuple(dict.fromkeys([*subject.gaps, *html.gaps, *text.gaps]))
    return _rendering(subject.words, html.words, text.words, gaps)


def _rendering(subject: str, html: str, text: str, gaps: tuple[str, ...] = ()) -> Rendering:
    html = sanitize.clean_outgoing(html) if html.strip() else ""
    text = text if text.strip() or not html else sanitize.to_text(html, links=sanitize.LONGEST)
    return Rendering(" ".join(subject.split())[:998], html, text, gaps)


def preview(session: Session, source: Source, *, ticket_id: int | None = None, actor: Actor) -> Preview:
    """How `source` looks to the ticket's correspondent, or to somebody made up; each part that fails says why."""
    access.require(actor, Permission.READ_TEMPLATES)
    ticket = _ticket(session, ticket_id, actor) if ticket_id is not None else None
    given = fields.sample() if ticket is None else {}
    known = fields.gather(session, to=None, ticket=ticket, variables=given, actor=actor)
    words: dict[str, str] = {}
    problems: dict[str, str] = {}
    gaps: dict[str, None] = {}
    for part in PARTS:
        try:
            written = _engine().render(getattr(source, part), part, known.of(part), marks_gaps=True)
            words[part], gaps = written.words, gaps | dict.fromkeys(written.gaps)
        except Invalid as error:
            words[part], problems[part] = "", error.message
    whole = Source(**{part: "" if part in problems else getattr(source, part) for part in PARTS})
    return Preview(_rendering(**words, gaps=tuple(gaps)), problems, variables(whole))


def check(source: Source) -> None:
    """Raises Invalid `invalid_template` for the first part that is not Liquid, with the line."""
    for part in PARTS:
        _engine().parse(getattr(source, part), part)


def variables(source: Source | str) -> tuple[Variable, ...]:
    """The fields a source asks for, in the order of their first use. Raises Invalid as `check`."""
    source = Source(text=source) if isinstance(source, str) else source
    uses: dict[str, list[Use]] = {}
    for part in PARTS:
        for use in _engine().parse(getattr(source, part), part).uses:
            uses.setdefault(use.name, []).append(use)
    return tuple(
        Variable(
            name,
            fields.is_known(name),
            any(each.is_condition for each in found) or all(each.has_default for each in found),
            tuple(dict.fromkeys(each.part for each in found)),
        )
        for name, found in uses.items()
    )


def samples(session: Session, *, limit: int = 20, actor: Actor) -> list[Ticket]:
    """The newest conversations, one of each correspondent: whom a preview may be for."""
    access.require(actor, Permission.READ_TICKETS)
    mine = select(Ticket).where(col(Ticket.organisation_id) == actor.organisation_id, col(Ticket.deleted_at).is_(None))
    newest = session.exec(mine.order_by(col(Ticket.active_at).desc(), col(Ticket.id).desc()).limit(limit * 3))
    return list({each.correspondent: each for each in reversed(newest.all())}.values())[::-1][:limit]


def _ticket(session: Session, ticket_id: int, actor: Actor) -> Ticket:
    access.require(actor, Permission.READ_TICKETS)
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.organisation_id != actor.organisation_id:
        raise NotFound("There is no such ticket.")
    return ticket


def _engine() -> Any:
    """Liquid, loaded with the first template: a start does not wait for it."""
    from services.templates import engine

    return engine
