"""The ways in for people. Each hashes or verifies a password between two short transactions of its own.

Call from a thread: argon2 takes its time. Every way ends in an `Admission`: a session's token and who they are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from models import Organisation, User
from services import (
    access,
    accounts,
    api_keys,
    database,
    limits,
    mailboxes,
    password_resets,
    passwords,
    sessions,
    team,
)
from services.access import Actor
from services.accounts import Account
from services.errors import NotAuthenticated

FORGOT_SECONDS = 0.25
RESETS_AN_HOUR = 3
ATTEMPTS_AN_HOUR = 300


@dataclass(frozen=True)
class Visitor:
    """Where somebody comes from, how long their session may last, and in what time zone they are."""

    address: str = ""
    user_agent: str = ""
    lifetime: timedelta = sessions.LIFETIME
    timezone: str = ""


@dataclass(frozen=True)
class Admission:
    token: str
    actor: Actor
    organisation: str


def log_in(email: str, password: str, *, visitor: Visitor) -> Admission:
    """Sign in. Raises NotAuthenticated, the same for an unknown account, or TooMany after too many failures."""
    _attempt(email, visitor.address)
    account = _verified(email, password)
    admission = _admit(lambda session: accounts.confirmed(session, account), visitor)
    with database.counting() as session:
        limits.forgive(session, email, visitor.address)
    return admission


def identify(email: str, password: str, *, address: str) -> Actor:
    """Who signs in without a session, as mail programs do: a member by password, or with an API key in its place, or a
    mailbox by its own password (an actor without `user_id`)."""
    with database.reading() as session:
        found = api_keys.find(session, password)
    if found and found[0].email == email.strip().lower():
        return found[0]
    _attempt(email, address)
    with database.reading() as session:
        credential = mailboxes.with_name(session, email)
    if credential and passwords.matches(password, credential.password_hash):
        actor = mailboxes.admitted(credential)
    else:
        account = _verified(email, password)
        with database.reading() as session:
            actor = access.of(accounts.confirmed(session, account))
    with database.counting() as session:
        limits.forgive(session, email, address)
    return actor


def _attempt(email: str, address: str) -> None:
    """Raises TooMany after too many failures for the account or from the address."""
    with database.counting() as session:
        limits.attempt(session, email, address)


def _verified(email: str, password: str) -> Account:
    """The account whose password this is. Raises NotAuthenticated."""
    with database.reading() as session:
        account = accounts.with_email(session, email)
    if not passwords.matches(password, account.password_hash if account else None) or account is None:
        raise NotAuthenticated("The e-mail address or the password is wrong.", code="invalid_credentials")
    return account


def set_up(*, organisation: str, name: str, email: str, password: str, visitor: Visitor) -> Admission:
    """Found the first organisation of this installation and sign its owner in."""
    hashed = passwords.hashed(password)
    return _admit(
        lambda session: accounts.set_up(
            session, organisation=organisation, name=name, email=email, password=hashed, timezone=visitor.timezone
        ),
        visitor,
    )


def sign_up(*, organisation: str, name: str, email: str, password: str, visitor: Visitor) -> Admission:
    """Found an organisation and sign its owner in."""
    _throttle("sign-up", visitor)
    hashed = passwords.hashed(password)
    return _admit(
        lambda session: accounts.sign_up(
            session, organisation=organisation, name=name, email=email, password=hashed, timezone=visitor.timezone
        ),
        visitor,
    )


def accept_invitation(token: str, *, name: str, password: str, visitor: Visitor) -> Admission:
    """Join the team that invited, and sign in."""
    _throttle("invitation", visitor)
    hashed = passwords.hashed(password)
    return _admit(
        lambda session: team.accept(session, token, name=name, password=hashed, timezone=visitor.timezone), visitor
    )


def forgot_password(email: str, *, visitor: Visitor) -> None:
    """Send a link for a new password. Whether there is such an account shows neither in the answer nor in its time."""
    _throttle("forgot", visitor)
    answer_at = time.monotonic() + FORGOT_SECONDS
    with database.counting() as session:
        key = f"forgot-account:{limits.folded(email)}"
        account = limits.hit(session, key, limit=RESETS_AN_HOUR, period=limits.HOUR)
    if account.allowed:
        with database.transaction() as session:
            password_resets.request(session, email)
    time.sleep(max(0.0, answer_at - time.monotonic()))


def reset_password(token: str, password: str, *, visitor: Visitor) -> Admission:
    """Choose a new password by an e-mailed link, and sign in; every other session ends."""
    _throttle("reset", visitor)
    hashed = passwords.hashed(password)
    admission = _admit(lambda session: password_resets.use(session, token, hashed), visitor)
    with database.counting() as session:
        limits.forgive(session, admission.actor.email, visitor.address)
    return admission


def change_password(old: str, new: str, *, session_id: int | None, actor: Actor) -> None:
    """Replace one's own password; all other sessions end. Raises NotAuthenticated when `old` is wrong."""
    hashed = passwords.hashed(new)
    with database.counting() as session:
        limits.attempt(session, actor.email, f"member {actor.user_id}")
    with database.reading() as session:
        account = accounts.with_email(session, actor.email)
    if not passwords.matches(old, account.password_hash if account else None) or account is None:
        raise NotAuthenticated("The present password is wrong.", code="invalid_credentials", field="old_password")
    with database.transaction() as session:
        accounts.set_password(session, accounts.confirmed(session, account), hashed, keep_session=session_id)
    with database.counting() as session:
        limits.forgive(session, actor.email, f"member {actor.user_id}")


def _admit(find: Callable[[Session], User], visitor: Visitor) -> Admission:
    """Open a session for the user that `find` gives, in one transaction with it."""
    with database.transaction() as session:
        user = find(session)
        token = sessions.create(
            session, user, address=visitor.address, user_agent=visitor.user_agent, lifetime=visitor.lifetime
        )
        organisation = session.get_one(Organisation, user.organisation_id)
        return Admission(token, access.of(user), organisation.name)


def _throttle(way: str, visitor: Visitor) -> None:
    """An address may be a whole office behind one router, or one machine that guesses."""
    with database.counting() as session:
        limits.refuse(limits.hit(session, f"{way}:{visitor.address}", limit=ATTEMPTS_AN_HOUR, period=limits.HOUR))
