"""Fetching a small document that a stranger's domain names, by the client that posts."""

import asyncio
from dataclasses import dataclass

import httpx2

from services.errors import Unavailable
from services.targets.posting import open_client
from services.targets.urls import checked_url


@dataclass(frozen=True)
class Document:
    """`media_type` is in lower case and without parameters."""

    status: int
    media_type: str
    text: str


async def fetch(url: str, *, most: int, seconds: float, trust: str = "") -> Document:
    """GET once, and no redirect. `trust` names a file of authorities to believe in place of the machine's own.

    Raises Invalid for a target that is not allowed, Unavailable where none answers in time, or says too much.
    """
    checked_url(url)
    try:
        async with asyncio.timeout(seconds), open_client(trust) as client, client.stream("GET", url) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > most:
                    raise Unavailable("The document is too large.", code="target_unreachable")
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Document(response.status_code, media_type, bytes(body).decode("utf-8", "replace"))
    except TimeoutError:
        raise Unavailable("The target took too long to answer.", code="target_timeout") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        words = (str(error) or type(error).__name__)[:200]
        raise Unavailable(f"The target could not be reached: {words}", code="target_unreachable") from None
