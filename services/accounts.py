"""Members' own accounts: founding, joining, profile, preferences. Passwords arrive hashed (`passwords.hashed`)."""

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlmodel import Session, col, exists, select

from models import MemberStatus, Role, Setting, User
from services import clock, events, organisations, sessions
from services.access import Actor
from services.errors import Conflict, Invalid, NotAuthenticated, NotFound
from services.mail import address, sanitize
from services.passwords import Hashed

THEMES = ("auto", "light", "dark")


def set_up(session: Session, *, organisation: str, name: str, email: str, password: Hashed, timezone: str = "") -> User:
    """The first organisation of this installation and its owner. Raises Conflict once there is one."""
    if organisations.any_exists(session):
        raise Conflict("Mailroom has been set up already.", code="already_set_up")
    session.add(Setting(name="set_up", value=1))  # its key refuses a second set-up at the same moment
    return sign_up(session, organisation=organisation, name=name, email=email, password=password, timezone=timezone)


def sign_up(
    session: Session, *, organisation: str, name: str, email: str, password: Hashed, timezone: str = ""
) -> User:
    """A new organisation with its owner."""
    founded = organisations.found(session, organisation)
    assert founded.id is not None
    return join(session, founded.id, name=name, email=email, role=Role.OWNER, password=password, timezone=timezone)


def join(
    session: Session,
    organisation_id: int,
    *,
    name: str,
    email: str,
    role: Role,
    password: Hashed,
    timezone: str = "",
) -> User:
    """A new member of an organisation; no `timezone` that there is means UTC. Raises Conflict where the address has an
    account already."""
    email = fold(email)
    if session.exec(select(exists(select(User.id).where(col(User.email) == email)))).one():
        raise Conflict("This e-mail address has an account already.", code="email_taken", field="email")
    user = User(
        organisation_id=organisation_id,
        email=email,
        name=organisations.checked_name(name, field="name"),
        role=role,
        password_hash=password.text,
        timezone=timezone if timezone in available_timezones() else "UTC",
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    events.record(session, events.TeamChanged(organisation_id))
    return user


@dataclass(frozen=True)
class Account:
    """What is needed to verify a password outside a transaction."""

    user_id: int
    password_hash: str


def with_email(session: Session, email: str) -> Account | None:
    """The active account of a log-in name, however it is typed; None when there is none."""
    try:
        name = fold(email)
    except Invalid:
        return None
    user = session.exec(select(User).where(col(User.email) == name, col(User.status) == MemberStatus.ACTIVE)).first()
    return Account(user.id, user.password_hash) if user and user.id is not None else None


def confirmed(session: Session, account: Account) -> User:
    """The user whose password was just verified. Raises NotAuthenticated if it changed in the meantime."""
    user = session.get(User, account.user_id)
    if user is None or user.status != MemberStatus.ACTIVE or user.password_hash != account.password_hash:
        raise NotAuthenticated("The e-mail address or the password is wrong.", code="invalid_credentials")
    return user


def fold(email: str) -> str:
    """A log-in name in the one form it is kept in. Raises Invalid for what cannot be an address."""
    try:
        email = address.normalise(email.strip())
    except ValueError:
        raise Invalid("This is not an e-mail address.", code="invalid_email", field="email") from None
    if len(email) > 254:  # RFC 5321 4.5.3.1.3, without its angle brackets
        raise Invalid("This e-mail address is too long.", code="invalid_email", field="email")
    return email


def get(session: Session, *, actor: Actor) -> User:
    """The actor's own account."""
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound("There is no such account.")
    return user


def update(
    session: Session,
    *,
    name: str | None = None,
    timezone: str | None = None,
    signature_html: str | None = None,
    actor: Actor,
) -> User:
    """Change one's own profile; what is None stays."""
    user = get(session, actor=actor)
    if name is not None:
        user.name = organisations.checked_name(name, field="name")
    if timezone is not None:
        if timezone not in available_timezones():
            raise Invalid("There is no such time zone.", code="invalid_timezone", field="timezone")
        user.timezone = timezone
    if signature_html is not None:
        user.signature_html = sanitize.signature(signature_html)
    events.record(session, events.TeamChanged(actor.organisation_id))
    return user


def prefer(
    session: Session, *, theme: str | None = None, undo_seconds: int | None = None, actor: Actor
) -> dict[str, object]:
    """Change one's own preferences; what is None stays."""
    user = get(session, actor=actor)
    if theme is not None and theme not in THEMES:
        raise Invalid(f"A theme is {', '.join(THEMES)}.", code="invalid_theme", field="theme")
    if undo_seconds is not None and not 0 <= undo_seconds <= 60:
        raise Invalid("Undo send takes 0 to 60 seconds.", code="invalid_undo_seconds", field="undo_seconds")
    chosen = {"theme": theme, "undo_seconds": undo_seconds}
    user.preferences = {**user.preferences, **{key: value for key, value in chosen.items() if value is not None}}
    return user.preferences


def set_away(session: Session, away: bool, *, actor: Actor) -> User:
    """Say that one is away, and takes no turns meanwhile, or that one is back."""
    user = get(session, actor=actor)
    user.is_away = away
    events.record(session, events.TeamChanged(actor.organisation_id))
    return user


def set_password(session: Session, user: User, password: Hashed, *, keep_session: int | None = None) -> None:
    """Replace the password; every session ends, `keep_session` excepted."""
    user.password_hash = password.text
    sessions.end_all(session, user, but=keep_session)
