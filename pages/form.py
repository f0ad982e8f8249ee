"""Plain HTML forms as data: fields, what was typed, and what is wrong with it, at the field."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pages.plain import Markup, fill, joined, page
from services.errors import Error, TooMany
from services.flows.admission import Visitor


@dataclass(frozen=True)
class Field:
    """One labelled input; `autocomplete` is what password managers go by."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    is_fixed: bool = False


@dataclass(frozen=True)
class Form:
    """A card with a title, fields and one button; `links` are (address, words) below it."""

    title: str
    about: str
    fields: tuple[Field, ...]
    button: str
    links: tuple[tuple[str, str], ...] = ()

    def drawn(self, values: dict[str, str], *, problem: str = "", at: str | None = None) -> Markup:
        """The form with `values` kept (never passwords) and `problem` beside the field `at`, or on top."""
        is_at_field = at in {field.name for field in self.fields}
        return fill(
            _FORM,
            title=self.title,
            about=self.about,
            problem=Markup() if is_at_field or not problem else fill(_PROBLEM, text=problem),
            fields=joined(
                [
                    _drawn(field, values.get(field.name, ""), problem if field.name == at else "")
                    for field in self.fields
                ]
            ),
            button=self.button,
            hidden=joined([fill(_HIDDEN, name=name, value=values.get(name, "")) for name in _UNSEEN]),
            links=joined([fill(_LINK, address=address, words=words) for address, words in self.links]),
        )


def said(title: str, about: str, *, link: tuple[str, str]) -> Markup:
    """A card that only says something and leads on."""
    return fill(_SAID, title=title, about=about, address=link[0], words=link[1])


async def typed(request: Request, form: Form) -> dict[str, str]:
    """What was typed; a field that did not come is empty."""
    async with request.form(max_files=0, max_fields=20, max_part_size=10_000) as sent:
        values = {name: str(value) for name, value in sent.items()}
    return {**{field.name: "" for field in form.fields}, **values}


def again(request: Request, form: Form, values: dict[str, str], error: Error) -> Response:
    """The form once more, with what is wrong where it is wrong."""
    status = 429 if isinstance(error, TooMany) else 400
    return page(request, form.title, form.drawn(values, problem=error.message, at=error.field), status=status)


def visitor(request: Request, *, timezone: str = "") -> Visitor:
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", ""), timezone=timezone)


def _drawn(field: Field, value: str, problem: str) -> Markup:
    described = [f"{field.name}-{part}" for part, is_there in (("hint", field.hint), ("problem", problem)) if is_there]
    return fill(
        _FIELD,
        name=field.name,
        label=field.label,
        kind=field.kind,
        autocomplete=field.autocomplete,
        value="" if field.kind == "password" else value,
        described=" ".join(described),
        invalid="true" if problem else "false",
        fixed=Markup(" readonly" if field.is_fixed else ""),
        hint=fill(_HINT, name=field.name, text=field.hint) if field.hint else Markup(),
        problem=fill(_FIELD_PROBLEM, name=field.name, text=problem) if problem else Markup(),
    )


EMAIL = Field("email", "E-mail", kind="email", autocomplete="username")
NEW_PASSWORD = Field("password", "Password", "password", "new-password", "At least 8 characters; longer is better.")

_FORM = """<form method="post" class="card door-card" novalidate>
<h1>{title}</h1><p class="door-about">{about}</p>{problem}{fields}{hidden}
<button class="button button-brand button-wide" type="submit">{button}</button>
</form><nav class="door-links" aria-label="Other ways">{links}</nav>"""
_PROBLEM = '<div class="door-problem" role="alert">{text}</div>'
_FIELD = """<div class="door-field"><label for="{name}">{label}</label>
<input id="{name}" name="{name}" type="{kind}" value="{value}" autocomplete="{autocomplete}"
 aria-describedby="{described}" aria-invalid="{invalid}" required{fixed}>{hint}{problem}</div>"""
_HINT = '<p class="door-hint" id="{name}-hint">{text}</p>'
_FIELD_PROBLEM = '<p class="door-field-problem" id="{name}-problem" role="alert">{text}</p>'
_UNSEEN = ("token", "next", "timezone")
_HIDDEN = '<input type="hidden" name="{name}" value="{value}">'
_LINK = '<a href="{address}">{words}</a>'
_SAID = """<section class="card door-card"><h1>{title}</h1><p class="door-about">{about}</p>
<a class="button button-brand button-wide" href="{address}">{words}</a></section>"""
