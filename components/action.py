"""One service call from a page: in a thread, in a transaction, as whoever is signed in *now*; errors become notices."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from components import notice, together
from services import access, database, secrets, sessions
from services.access import Actor
from services.errors import Error, NotAuthenticated

log = logging.getLogger("mailroom.pages")
T = TypeVar("T")
SIGNED_OUT = "signed_out"


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of an action; true when it was done."""

    done: T | None = None
    error: Error | None = None

    def __bool__(self) -> bool:
        return self.error is None

    @property
    def value(self) -> T:
        """What the service returned; only to be asked for when it was done."""
        assert self.error is None
        return self.done  # type: ignore[return-value]


async def run(
    function: Callable[..., T],
    *args: Any,
    fields: Mapping[str, ValidationElement[Any]] | None = None,
    quietly: bool = False,
    **options: Any,
) -> Outcome[T]:
    """Write: `function(session, *args, **options, actor=…)`. An error about one of `fields` is shown there.

    `quietly`: the caller shows what went wrong; only an ended session still leads to the log-in page.
    """
    return await _attempt(database.call, function, args, options, fields or {}, quietly=quietly)


async def read(
    function: Callable[..., T],
    *args: Any,
    fields: Mapping[str, ValidationElement[Any]] | None = None,
    quietly: bool = False,
    **options: Any,
) -> Outcome[T]:
    """Read: the same on a session that cannot write."""
    return await _attempt(database.read, function, args, options, fields or {}, quietly=quietly)


async def share(key: Hashable, function: Callable[..., Sequence[T]], *args: Any) -> Outcome[T]:
    """Read what other pages of the organisation ask for under the same `key` at the same moment, once for all:
    `function(session, *args, actors=…)` gives one result for each of the actors. `args` follow from the key."""

    def for_all(session: Any, tokens: list[str]) -> list[together.Answer]:
        actors = sessions.find_all(session, tokens)
        results = iter(function(session, *args, actors=list(actors.values())) if actors else ())
        found = {token: (result, None) for token, result in zip(actors, results, strict=True)}
        return [found.get(token, (None, _signed_out())) for token in tokens]

    state = ui.context.client.request.state
    ours = (state.actor.organisation_id, function, key)
    return await _explained(together.read(ours, state.sid, for_all), function, {})


async def apart(
    function: Callable[..., Any],
    *args: Any,
    fields: Mapping[str, ValidationElement[Any]] | None = None,
    **options: Any,
) -> Outcome[Any]:
    """Work that opens its own transactions: `function(*args, **options, actor=…)`, awaited or in a thread."""

    async def way(as_actor: Callable[..., Any]) -> Any:
        actor = await database.read(as_actor)
        access.act_as(actor)
        if inspect.iscoroutinefunction(function):
            return await function(*args, **options, actor=actor)
        return await asyncio.to_thread(function, *args, **options, actor=actor)

    return await _attempt(way, _itself, (), {}, fields or {})


def _itself(_session: Any, *, actor: Actor) -> Actor:
    return actor


async def _attempt(
    way: Callable[..., Any],
    function: Callable[..., T],
    args: tuple[Any, ...],
    options: dict[str, Any],
    fields: Mapping[str, ValidationElement[Any]],
    *,
    quietly: bool = False,
) -> Outcome[Any]:
    token = ui.context.client.request.state.sid

    def as_actor(session: Any) -> T:
        found = sessions.find(session, token)
        if found is None:
            raise _signed_out()
        access.act_as(found[0])
        return function(session, *args, **{**options, "actor": found[0]})

    return await _explained(way(as_actor), function, fields, quietly=quietly)


async def _explained(
    doing: Awaitable[T],
    function: Callable[..., Any],
    fields: Mapping[str, ValidationElement[Any]],
    *,
    quietly: bool = False,
) -> Outcome[T]:
    for field in fields.values():
        field.error = None
    try:
        return Outcome(await doing)
    except Error as error:
        if not quietly or error.code == SIGNED_OUT:
            _explain(error, fields)
        return Outcome(error=error)
    except Exception:
        return Outcome(error=_accident(function))


def _signed_out() -> NotAuthenticated:
    return NotAuthenticated("You have been signed out.", code=SIGNED_OUT)


def _explain(error: Error, fields: Mapping[str, ValidationElement[Any]]) -> None:
    if error.code == SIGNED_OUT:
        ui.navigate.to("/login")
    elif error.field is not None and error.field in fields:
        fields[error.field].error = error.message
    else:
        notice.problem(error.message)


def _accident(function: Callable[..., Any]) -> Error:
    reference = secrets.token()[:8]
    log.exception("%s failed (reference %s)", getattr(function, "__name__", function), reference)
    error = Error(f"Something went wrong on our side. Please try again. Reference: {reference}")
    notice.problem(error.message)
    return error
