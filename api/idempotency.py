"""Idempotency-Key on any POST: scoped to credential and path, the first answer again for 24 hours."""

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Response
from starlette.types import Scope

from api import errors
from services import database, idempotency
from services.errors import Error
from services.idempotency import Stored

MAX_KEY = 255
NOT_KEPT = {401, 429}  # nothing was done, and another credential or time helps: the same key may try again


async def once(scope: Scope, body: bytes, credential: str, work: Callable[[], Awaitable[Response]]) -> Response:
    """The answer of `work`, which runs at most once for a key; a replay says so."""
    key = next(value for name, value in scope["headers"] if name == b"idempotency-key")
    if not 0 < len(key) <= MAX_KEY:
        return errors.answer(400, "invalid_idempotency_key", f"Idempotency-Key takes 1 to {MAX_KEY} characters.")
    parts = [credential.encode(), scope["path"].encode(), key]
    fingerprint = hashlib.sha256(b"\0".join(parts)).hexdigest()
    try:
        begun = await database.call(idempotency.begin, fingerprint, hashlib.sha256(body).hexdigest())
    except Error as error:
        return errors.of(error)
    if isinstance(begun, Stored):
        return Response(begun.body, begun.status, {"Idempotent-Replayed": "true"}, begun.content_type)
    answer: Response | None = None
    try:
        with idempotency.under(begun):
            answer = await work()
    finally:
        if answer is None or answer.status_code >= 500 or answer.status_code in NOT_KEPT:
            await database.call(idempotency.abandon, begun)
        else:
            kept = Stored(answer.status_code, answer.headers.get("Content-Type", ""), bytes(answer.body))
            await database.call(idempotency.finish, begun, kept)
    return answer


def applies(scope: Scope) -> bool:
    return scope["method"] == "POST" and any(name == b"idempotency-key" for name, _ in scope["headers"])
