"""Everything known of a person as one JSON file, read and sent in pieces."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages.files import guarded
from services import contacts, database, ids
from services.access import Actor
from services.contacts import Copy, Person

PIECE = 200


async def save(request: Request) -> Response:
    actor, number = request.state.actor, ids.decode("contact", request.path_params["contact"])
    first = await database.read(contacts.copies, number, limit=PIECE, actor=actor)  # before anything is answered
    person = await database.read(contacts.get, number, actor=actor)
    headers = {"content-disposition": 'attachment; filename="contact.json"', "cache-control": "no-store"}
    return StreamingResponse(_pieces(person, first, actor), media_type="application/json", headers=headers)


async def _pieces(person: Person, copies: list[Copy], actor: Actor) -> AsyncIterator[str]:
    yield '{"contact": ' + json.dumps(_known(person), ensure_ascii=False, indent=1) + ', "messages": ['
    before, between = None, ""
    while copies:
        yield between + ",\n".join(json.dumps(_copy(each), ensure_ascii=False) for each in copies)
        before, between = copies[-1].cursor, ",\n"
        number = person.contact.id or 0
        copies = await database.read(contacts.copies, number, before=before, limit=PIECE, actor=actor)
    yield "]}\n"


def _known(person: Person) -> dict[str, Any]:
    names = ("name", "company", "title", "phone", "location", "note", "fields")
    known = {name: getattr(person.contact, name) for name in names}
    return known | {"emails": list(person.emails), "created": person.contact.created_at.isoformat()}


def _copy(each: Copy) -> dict[str, Any]:
    return {
        "conversation": each.number,
        "direction": each.direction,
        "from": each.author,
        "to": [person.get("address", "") for person in each.to],
        "subject": each.subject,
        "at": each.at.isoformat(),
        "text": each.text or "",
    }


ROUTES = [Route("/contacts/{contact}/export", guarded(save))]
