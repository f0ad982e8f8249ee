"""How a customer says how it went, by the link in their mail: looking records nothing, sending does."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models import Score
from pages.form import visitor
from pages.plain import Markup, fill, joined, page
from services import database, limits, ratings
from services.errors import Conflict, Error, TooMany, Unavailable
from services.ratings import WORDS, Question

AN_HOUR = 60  # ratings from one address
FACES = {
    Score.GREAT: "M8 14.5c1 1.6 2.4 2.4 4 2.4s3-.8 4-2.4",
    Score.OKAY: "M8.5 15.5h7",
    Score.BAD: "M8 16.8c1-1.6 2.4-2.4 4-2.4s3 .8 4 2.4",
}


async def rating(request: Request) -> Response:
    token = request.path_params["token"]
    try:
        asked = await database.read(ratings.question, token)
    except Unavailable:
        raise
    except Error as error:
        return page(request, "This link does not work", fill(_LOST, text=error.message), status=404, host="Feedback")
    if request.method == "POST":
        return await _record(request, token, asked)
    if request.query_params.get("done") == "yes" and asked.score is not None:
        return _thanks(request, asked)
    return _form(request, asked, request.query_params.get("score") or str(asked.score or ""), asked.comment)


async def _record(request: Request, token: str, asked: Question) -> Response:
    async with request.form(max_files=0, max_fields=5, max_part_size=20_000) as sent:
        score, comment = str(sent.get("score", "")), str(sent.get("comment", ""))
    try:
        await asyncio.to_thread(_count, visitor(request).address)
        await database.call(ratings.rate, token, score=score, comment=comment)
    except Error as error:
        return _form(request, asked, score, comment, error=error)
    return RedirectResponse(f"{request.url.path}?done=yes", 303)


def _count(address: str) -> None:
    with database.counting() as session:
        limits.refuse(limits.hit(session, f"rating:{address}", limit=AN_HOUR, period=limits.HOUR))


def _form(request: Request, asked: Question, score: str, comment: str, *, error: Error | None = None) -> Response:
    if not asked.is_open:
        return _thanks(request, asked)
    content = fill(
        _FORM,
        subject=asked.subject or "your request",
        problem=fill(_PROBLEM, text=error.message) if error else Markup(),
        choices=joined([_choice(each, is_chosen=each == score) for each in Score]),
        comment=comment,
    )
    status = {Conflict: 409, TooMany: 429}.get(type(error), 400) if error else 200
    return page(request, "How did we do?", content, status=status, host=asked.organisation)


def _choice(score: Score, *, is_chosen: bool) -> Markup:
    checked = Markup(" checked" if is_chosen else "")
    return fill(_CHOICE, score=score.value, words=WORDS[score], face=FACES[score], checked=checked)


def _thanks(request: Request, asked: Question) -> Response:
    content = fill(
        _THANKS,
        words=WORDS[asked.score] if asked.score else "",
        face=FACES[asked.score or Score.OKAY],
        score=(asked.score or Score.OKAY).value,
        comment=fill(_COMMENT, text=asked.comment) if asked.comment else Markup(),
        change=fill(_CHANGE, path=request.url.path) if asked.is_open else Markup(),
    )
    return page(request, "Thank you", content, host=asked.organisation)


_FACE = """<svg viewBox="0 0 24 24" width="36" height="36" fill="none" stroke="currentColor" stroke-width="1.6"
 stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="12" r="9.2"/><path d="M9 9.6v.4M15 9.6v.4"/>
<path d="{face}"/></svg>"""
_FORM = """<form method="post" class="card door-card rate"><h1>How did we do?</h1>
<p class="door-about">With your request “{subject}”.</p>{problem}
<fieldset class="rate-choices"><legend>Your rating</legend>{choices}</fieldset>
<div class="door-field"><label for="comment">Anything you want to add?</label>
<textarea id="comment" name="comment" rows="4" maxlength="4000">{comment}</textarea></div>
<button class="button button-brand button-wide" type="submit">Send</button></form>"""
_CHOICE = (
    '<label class="rate-choice"><input type="radio" name="score" value="{score}" required{checked}>'
    + _FACE
    + "<span>{words}</span></label>"
)
_PROBLEM = '<div class="door-problem" role="alert">{text}</div>'
_THANKS = (
    '<section class="card door-card rate rate-done"><div class="rate-mark" data-score="{score}">'
    + _FACE
    + """</div><h1>Thank you</h1><p class="door-about">You said: {words}. The team sees it.</p>
{comment}{change}</section>"""
)
_COMMENT = '<blockquote class="rate-comment">{text}</blockquote>'
_CHANGE = '<a href="{path}">Change it</a>'
_LOST = """<section class="card door-card rate rate-done"><h1>This link does not work</h1>
<p class="door-about">{text} You can still answer the mail it came with.</p></section>"""
ROUTES = [Route("/rate/{token}", rating, methods=["GET", "POST"])]
