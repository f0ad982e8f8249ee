"""Every address in memory, so that RCPT is answered without a query; never stale by more than a second."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Domain, DomainStatus, Mailbox, Setting
from services import clock, database, errors, events
from services.mail import srs, verp
from services.mailboxes.addresses import (
    POSTMASTER,
    Target,
    candidates,
    delivery_of,
    match,
    original_of,
    split,
    target_of,
)
from services.mailboxes.boxes import Box, read_boxes
from services.mailboxes.routes import Route, Routes, read_blocked, read_routes

log = logging.getLogger("mailroom.directory")
POLL_SECONDS = 0.5
VERSION = "directory"


def touch(session: Session) -> None:
    """Tell the listeners of all processes that addresses changed; call it where DirectoryChanged is recorded."""
    statement = sa.text(
        "INSERT INTO setting (name, value) VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET value = setting.value + 1"
    )
    session.connection().execute(statement, {"name": VERSION})


@dataclass(slots=True)
class _Place:
    """One domain with its aliases and mailboxes by local part."""

    id: int
    organisation_id: int
    suspended: bool
    is_backup: bool
    default_mailbox_id: int | None
    aliases: Routes = field(default_factory=Routes)
    mailboxes: dict[str, Box] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Index:
    """All addresses of one snapshot. It is replaced whole, because it is asked while it is read anew."""

    places: dict[str, _Place] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    routes: dict[int, Route] = field(default_factory=dict)


@dataclass(slots=True)
class Charge:
    """What one message was counted against."""

    size: int
    boxes: list[Box] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)

    def give_back(self) -> None:
        """It was not kept after all."""
        for box in self.boxes:
            box.used -= self.size
        for route in self.routes:
            route.left = (route.left or 0) + 1


class Directory:
    """The index and what keeps it fresh: facts wake it at once, a version in the database within POLL_SECONDS."""

    def __init__(self) -> None:
        self._index = _Index()
        self._version = -1
        self._task: asyncio.Task[None] | None = None
        self.is_counting = False  # whether a quota or a count limits what is taken

    def load(self, session: Session) -> None:
        """Read all addresses in one snapshot."""
        version = _version(session)
        mailboxes = select(Mailbox.organisation_id, sa.func.min(Mailbox.id)).group_by(col(Mailbox.organisation_id))
        defaults = dict(session.exec(mailboxes).all())
        places: dict[int, tuple[str, _Place]] = {}
        for domain_id, organisation_id, name, status, is_backup in session.connection().execute(
            sa.select(
                col(Domain.id), col(Domain.organisation_id), col(Domain.name), col(Domain.status), col(Domain.is_backup)
            ).order_by(col(Domain.id))
        ):
            suspended = status is DomainStatus.SUSPENDED
            place = _Place(domain_id or 0, organisation_id, suspended, is_backup, defaults.get(organisation_id))
            places[place.id] = (name, place)
        routes: dict[int, Route] = {}
        for domain_id, local_part, route in read_routes(session):
            routes[route.id] = route
            if domain_id in places:
                places[domain_id][1].aliases.add(local_part, route)
        for alias_id, blocked in read_blocked(session):
            routes[alias_id].blocked.add(blocked)
        boxes: dict[int, Box] = {}
        for domain_id, local_part, box in read_boxes(session):
            boxes[box.id] = box
            if domain_id in places:
                places[domain_id][1].mailboxes[local_part] = box
        self._index = _Index(dict(places.values()), boxes, routes)
        has_quotas = any(box.quota is not None for box in boxes.values())
        self.is_counting = has_quotas or any(route.left is not None for route in routes.values())
        self._version = version  # at the end: what could not be read whole is read again

    def verify_recipient(self, address: str, *, reverse_path: str = "", size: int = 0, is_tls: bool = True) -> Target:
        """Where mail for `address` goes. Raises NotPermitted for domains that are not ours (relaying_denied), for a
        `reverse_path` that is blocked (sender_blocked) and for mail in the clear to who wants none (tls_required);
        NotFound for what takes no mail here: unknown_address, address_disabled, domain_suspended, mailbox_inactive;
        Unavailable (mailbox_full) or Invalid (mailbox_too_small) where a message of `size` finds no room."""
        index = self._index
        target = _find(index, address)
        if target.alias_id and reverse_path and reverse_path.lower() in index.routes[target.alias_id].blocked:
            raise errors.NotPermitted("This address takes no mail from you.", code="sender_blocked")
        box = index.boxes.get(target.mailbox_id or 0)
        if box is not None and not target.dropped:
            box.admit(size, is_tls=is_tls)
        return target

    def charge(self, addresses: Iterable[str], size: int) -> Charge:
        """Count a message for `addresses` as it is taken; the next load brings what the database says it was."""
        charge = Charge(size)
        index = self._index
        for address in addresses if self.is_counting else ():
            with contextlib.suppress(errors.Error):
                target = _find(index, address)
                box, route = index.boxes.get(target.mailbox_id or 0), index.routes.get(target.alias_id or 0)
                if box is not None:
                    box.used += size
                    charge.boxes.append(box)
                if route is not None and route.left is not None:
                    route.left -= 1
                    charge.routes.append(route)
        return charge

    def owns(self, organisation_id: int, address: str) -> bool:
        """Whether mail may leave as `address` for this organisation: it must be one that receives."""
        index = self._index
        try:
            target = _find(index, address)
        except errors.Error:
            return False
        box = index.boxes.get(target.mailbox_id or 0)
        is_silent = target.alias_id is None and box is not None and not box.active
        is_ours = target.organisation_id == organisation_id and target.returns is None and target.about is None
        return is_ours and not target.relayed and not is_silent

    async def start(self) -> None:
        """Load, then follow every change until `stop`."""
        await database.read(self.load)
        self._stale = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._unsubscribe = events.subscribe(self._hear)
        self._task = asyncio.create_task(self._follow(), name="directory")

    async def stop(self) -> None:
        if self._task is not None:
            self._unsubscribe()
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def _hear(self, fact: events.Fact) -> None:
        if isinstance(fact, events.DirectoryChanged):
            self._loop.call_soon_threadsafe(self._stale.set)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stale.wait(), POLL_SECONDS)
            told = self._stale.is_set()
            self._stale.clear()
            try:
                if told or await database.read(_version) != self._version:
                    await database.read(self.load)
            except Exception as error:
                log.warning("could not read the addresses, trying again: %s", error)


def _find(index: _Index, address: str) -> Target:
    local, name = split(address)
    place = _place(index, local, name)
    if place is None:
        raise errors.NotPermitted("We do not relay for this domain.", code="relaying_denied")
    if place.suspended:
        raise errors.NotFound("This domain does not receive mail at present.", code="domain_suspended")
    if place.is_backup:
        return Target(place.organisation_id, place.id, None, None, relayed=True)
    if srs.is_ours(local):
        original = original_of(address)
        if original is None:
            raise errors.NotFound("This is not a reverse-path of ours.", code="unknown_address")
        return Target(place.organisation_id, place.id, None, None, returns=original)
    if verp.is_ours(local):
        about = delivery_of(local, place.organisation_id)
        if about is None:
            raise errors.NotFound("This is not a reverse-path of ours.", code="unknown_address")
        return Target(place.organisation_id, place.id, None, None, about=about)
    route, box, detail = match(local, place.aliases, place.mailboxes)
    if route is None:
        if box is None and candidates(local)[0] != POSTMASTER:
            raise errors.NotFound("There is no such address here.", code="unknown_address")
        mailbox_id = place.default_mailbox_id if box is None else box.id
        return Target(place.organisation_id, place.id, None, mailbox_id, detail)
    if not route.is_silent and route.is_closed(clock.now().timestamp()):
        raise errors.NotFound("This address no longer receives mail.", code="address_disabled")
    return target_of(route, place.organisation_id, place.id, detail)


def _place(index: _Index, local: str, name: str) -> _Place | None:
    if name or local != POSTMASTER:
        return index.places.get(name)
    return next(iter(index.places.values()), None)


def _version(session: Session) -> int:
    return session.exec(select(Setting.value).where(Setting.name == VERSION)).first() or 0
