"""Liquid within limits: no code, no files, no includes; bounded loops, sizes and time; no unknown field printed blank.

Imported when first needed (`rendering` does): Liquid is heavy.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

import liquid
from liquid.exceptions import LiquidError
from liquid.output import LimitedStringIO
from liquid.static_analysis import Variable
from liquid.undefined import UNDEFINED, Undefined

from services.errors import Invalid
from services.templates.scanning import TAGS, line_of, prepared, refused, spoken

MAX_STEPS = 20_000  # fields looked up, filters applied and rounds of loops
MAX_SECONDS = 1.0  # of the processor, so that a busy machine refuses nothing
MAX_OUTPUT = 1_000_000
MAX_STRING = 100_000  # what a filter takes or gives
MAX_ITEMS = 1_000
MAX_NUMBER = 10**18
_USEFUL = """abs at_least at_most ceil divided_by floor minus modulo plus round times append capitalize downcase escape
    lstrip newline_to_br prepend remove remove_first replace replace_first rstrip slice split squish strip strip_html
    strip_newlines truncate truncatewords upcase url_encode compact concat first join last map reverse size sort sum
    uniq where date default"""
FILTERS = frozenset(_USEFUL.split())


class Missing(Undefined):
    """A field nobody gave: false in a condition, replaced by `default`, an error wherever it would be printed."""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise NoValue(self)

    def __len__(self) -> int:
        raise NoValue(self)

    def __iter__(self) -> Any:
        raise NoValue(self)

    def __getitem__(self, key: str) -> object:
        raise NoValue(self)

    def __contains__(self, item: object) -> bool:
        raise NoValue(self)


class Gap(Missing):
    """The same, printed as a mark that whoever writes the message fills in."""

    def __str__(self) -> str:
        return f"⟦{self.name}⟧"

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())

    def __getitem__(self, key: str) -> object:
        return self

    def __contains__(self, item: object) -> bool:
        return False


class NoValue(Exception):
    """A missing field was about to be printed."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.name)
        self.missing = missing


class TooMuch(Exception):
    """A limit was reached; the message says which."""


@dataclass(frozen=True)
class Use:
    """A field a template names: where, and whether it has a default there or is only asked about."""

    name: str
    part: str
    line: int
    has_default: bool
    is_condition: bool


@dataclass(frozen=True)
class Parsed:
    template: liquid.BoundTemplate
    uses: tuple[Use, ...]


class _Context(liquid.RenderContext):
    """Counts what a rendering does, and makes something of fields that are not there."""

    kind: type[Missing] = Missing
    steps = 0
    until = 0.0

    def step(self, number: int = 1) -> None:
        self.steps += number
        if self.steps > MAX_STEPS or time.thread_time() > self.until:
            raise TooMuch("it does too much")

    def get(self, path: list[object], *, token: Any, default: object = UNDEFINED) -> object:
        self.step()
        found = super().get(path, token=token, default=default)
        is_new = isinstance(found, Undefined) and not isinstance(found, Missing)
        return self.kind(".".join(map(str, path)), token=token) if is_new else found

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        self.step()
        return super().filter(name, token)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.step(length)

    def assign(self, key: str, val: Any) -> None:
        self.step()
        super().assign(key, val)


class _Environment(liquid.Environment):
    block_nesting_limit = 20
    output_stream_limit = MAX_OUTPUT
    local_namespace_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        ours = {name: tag for name, tag in self.tags.items() if name in TAGS or not name.isidentifier()}
        inner = {name: self.tags[name] for name in ("content", "output", "illegal") if name in self.tags}
        self.tags = ours | inner
        self.filters = {name: _bounded(name, self.filters[name]) for name in FILTERS}


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what is too big before it works and after, and hands missing fields on unprinted."""

    @wraps(function)
    def run(value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, Missing) and name == "default":
            value = None
        for each in (value, *args):
            if isinstance(each, Missing):
                return each
            _measure(each)
        if name == "replace" and args:
            _measure_product(str(value).count(str(args[0])), str(args[1]) if len(args) > 1 else "")
        if name == "join":
            _measure_product(len(value) if isinstance(value, Sequence) else 1, str(args[0]) if args else " ")
        result = function(value, *args, **options)
        _measure(result)
        return result

    return run


def _measure(value: Any) -> None:
    is_large = (
        (isinstance(value, str) and len(value) > MAX_STRING)
        or (isinstance(value, list | tuple | range | Mapping) and len(value) > MAX_ITEMS)
        or (isinstance(value, int | float) and abs(value) > MAX_NUMBER)
    )
    if is_large:
        raise TooMuch("a value in it grows too large")


def _measure_product(times: int, text: str) -> None:
    if times * len(text) > MAX_STRING:
        raise TooMuch("a value in it grows too large")


_ENVIRONMENTS = {html: _Environment(autoescape=html) for html in (False, True)}


@lru_cache(maxsize=256)
def parse(source: str, part: str) -> Parsed:
    """A part (subject, html or text) ready to render. Raises Invalid that names the line."""
    source = prepared(source, part)
    try:
        template = _ENVIRONMENTS[part == "html"].from_string(source)
        found = template.analyze(include_partials=False)
    except LiquidError as error:
        raise _explained(error, part) from None
    for name, spans in found.filters.items():
        if name not in FILTERS:
            line = line_of(source, spans[0].index)
            raise refused(f"There is no filter “{name}” (line {line} of the {spoken(part)}).", part)
    uses = [_use(source, each, part) for group in found.globals.values() for each in group]
    return Parsed(template, tuple(uses))


def _use(source: str, variable: Variable, part: str) -> Use:
    """How the piece around a variable treats it when it has no value."""
    index = variable.span.index
    start = max(source.rfind("{{", 0, index), source.rfind("{%", 0, index))
    end = min(found for mark in ("}}", "%}") if (found := source.find(mark, index)) >= 0)
    name = ".".join(str(each) for each in variable.segments)
    has_default = _DEFAULT.search(source, index, end) is not None
    return Use(name, part, line_of(source, index), has_default, _ASKS.match(source, start) is not None)


_ASKS = re.compile(r"\{%-?\s*(?:if|elsif|unless|case|when)\b")
_DEFAULT = re.compile(r"\|\s*default\s*:")


@dataclass(frozen=True)
class Written:
    """What a part became; `gaps` are the fields it marks for somebody to fill in."""

    words: str
    gaps: tuple[str, ...] = ()


def render(source: str, part: str, fields: Mapping[str, object], *, marks_gaps: bool = False) -> Written:
    """Fill in a part. Raises Invalid `missing_field` for a field without value and default, unless `marks_gaps`."""
    template = parse(source, part).template
    context, buffer = _Context(template, globals=fields), LimitedStringIO(limit=MAX_OUTPUT)
    context.until = time.thread_time() + MAX_SECONDS
    gaps: dict[str, None] = {}
    if marks_gaps:
        context.kind = _noting(gaps)
    try:
        template.render_with_context(context, buffer)
    except NoValue as error:
        raise _missing(error.missing, part) from None
    except LiquidError as error:
        raise _explained(error, part) from None
    except TooMuch as error:
        raise refused(f"The {spoken(part)} cannot be filled in: {error}.", part) from None
    except Exception as error:  # whatever a stranger's program runs into is its own fault, and never ours
        raise refused(f"The {spoken(part)} cannot be filled in ({type(error).__name__}).", part) from None
    return Written(buffer.getvalue(), tuple(gaps))


def _noting(gaps: dict[str, None]) -> type[Gap]:
    class Noted(Gap):
        def __str__(self) -> str:
            gaps[self.name] = None
            return super().__str__()

    return Noted


def _missing(missing: Missing, part: str) -> Invalid:
    name = missing.name
    words = f"“{name}” has no value ({_where(missing.token, part)}). Give it one, or say what stands in its place:"
    error = refused(f'{words} {{{{ {name} | default: "…" }}}}.', part)
    error.code = "missing_field"
    return error


def _where(token: Any, part: str) -> str:
    if token is None or token.start_index < 0:
        return f"in the {spoken(part)}"
    if part == "subject":
        return "in the subject"
    return f"line {line_of(token.source, token.start_index)} of the {spoken(part)}"


def _explained(error: LiquidError, part: str) -> Invalid:
    words = str(error.message or "This is not a template").strip().rstrip(".")[:300]
    return refused(f"{words[:1].upper()}{words[1:]} ({_where(error.token, part)}).", part)
