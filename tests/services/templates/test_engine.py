"""Liquid held within limits: what is hostile is refused with a sentence, at once, and nothing missing prints blank."""

import time

import pytest

from services.errors import Invalid
from services.templates import engine
from services.templates.scanning import MAX_SOURCE

FIELDS = {"x": "<i>&", "items": ["a", "b"], "order": {"id": 7}}
HOSTILE = {
    "open braces": "{" * 100_000,
    "open outputs": "{{" * 50_000,
    "open tags": "{%" * 50_000,
    "unclosed": "{{ a " * 30_000,
    "blanks": ("{{ a" + " " * 400 + "}}") * 400,
    "brackets": "{{ " + "a[" * 200 + "x" + "]" * 200 + " }}",
    "deep": "{% if x %}" * 40 + "{% endif %}" * 40,
    "comments": "{% comment %}" * 1_500,
    "range": "{% for i in (1..100000000) %}{{ i }}{% endfor %}",
    "huge range": "{% for i in (1..1000000000000000000000000000000) %}{% endfor %}",
    "nested loops": "{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}",
    "loop after loop": "{% for i in (1..900) %}{% endfor %}" * 1_900,
    "joined range": "{{ (1..1000000000) | join: ',' }}",
    "growing text": "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | replace: 'a', x %}" * 20,
    "doubling text": "{% assign x = 'ab' %}" + "{% assign x = x | append: x %}" * 60,
    "doubling capture": "{% capture x %}aa{% endcapture %}" + "{% capture x %}{{x}}{{x}}{% endcapture %}" * 40,
    "growing number": "{% assign n = 10 %}" + "{% assign n = n | times: n %}" * 100,
    "too long": "a" * (MAX_SOURCE + 1),
    "too many": "{{ x }}" * 3_000,
    "include": "{% include 'x' %}",
    "file": "{% render '/etc/passwd' %}",
    "raw": "{% raw %}" * 20_000,
    "class": "{{ x.__class__ }}",
    "method": "{{ x.__class__.__mro__[1].__subclasses__() }}",
    "safe": "{{ x | safe }}",
    "no filter": "{{ x | shell }}",
    "no number": "{{ 1 | divided_by: 0 }}",
}


@pytest.mark.parametrize("part", ["html", "text"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_are_refused_soon(name: str, part: str) -> None:
    before = time.thread_time()
    with pytest.raises(Invalid) as refused:
        engine.render(HOSTILE[name], part, FIELDS)
    assert refused.value.field == part and refused.value.message
    assert time.thread_time() - before < 20, "without bounds these take minutes, or for ever"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ missing | default: 'there' }}", "there"),
        ("{{ missing | default: 'there' | upcase }}", "THERE"),
        ("{% if missing %}a{% else %}b{% endif %}", "b"),
        ("{% unless missing %}a{% endunless %}", "a"),
        ("{% case missing %}{% when 1 %}a{% else %}z{% endcase %}", "z"),
        ("{% for each in items %}{{ each }}{{ forloop.index }}{% endfor %}", "a1b2"),
        ("{{ order.id | plus: 1 }}", "8"),
        ("{% assign y = items | join: '+' %}{{ y }}", "a+b"),
        ("no fields { at } all %} }}", "no fields { at } all %} }}"),
    ],
)
def test_what_a_template_says(source: str, words: str) -> None:
    assert engine.render(source, "text", FIELDS).words == words


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{{ missing }}", "missing"),
        ("{{ missing | upcase }}", "missing"),
        ("{{ x | append: missing }}", "missing"),
        ("{{ order.total }}", "order.total"),
        ("{% for each in missing %}{% endfor %}", "missing"),
        ("{% assign y = missing %}{{ y }}", "missing"),
        ("{% capture y %}{{ missing }}{% endcapture %}", "missing"),
        ("{{ missing | default: neither }}", "neither"),
    ],
)
def test_a_field_without_value_blocks_and_is_named(source: str, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        engine.render("Hello\n" + source, "text", FIELDS)
    assert refused.value.code == "missing_field"
    assert f"“{name}”" in refused.value.message and "line 2 of the plain text" in refused.value.message


def test_gaps_are_marked_and_named() -> None:
    written = engine.render("{{ a | upcase }} {{ b.c }} {{ a }} {{ d | default: 'e' }}", "text", {}, marks_gaps=True)
    assert written.words == "⟦a⟧ ⟦b.c⟧ ⟦a⟧ e" and written.gaps == ("a", "b.c")
    with pytest.raises(Invalid) as strict:
        engine.render("{{ a }}", "text", {})
    assert strict.value.code == "missing_field"


def test_html_is_escaped_and_plain_text_is_not() -> None:
    fields = {"name": '<img src=x onerror=alert(1)> "A" & B'}
    assert "<img" not in engine.render("<p>{{ name }}</p>", "html", fields).words
    assert "<img" not in engine.render("<p>{{ name | append: '!' | strip }}</p>", "html", fields).words
    assert "<img" not in engine.render("{% capture x %}{{ name }}{% endcapture %}{{ x }}", "html", fields).words
    assert "<img" not in engine.render("{{ name | url_encode | default: 'x' | newline_to_br }}", "html", fields).words
    assert engine.render("{{ name }}", "text", fields).words == fields["name"]


def test_what_an_html_editor_did_to_a_placeholder_is_undone() -> None:
    source = "<p>{% if n &gt; 3 %}</p><p>{{ <b>na</b>me |&nbsp;default: &quot;x&quot; }}</p><p>{% endif %}</p>"
    assert engine.render(source, "html", {"n": 4}).words == "<p>x</p>"


def test_uses_are_found_with_place_and_cover() -> None:
    source = "{{ a }}\n{{ b | default: 'x' }}{% if c %}{{ c }}{% endif %}{% assign d = 1 %}{{ d }}"
    found = engine.parse(source, "text").uses
    assert [(use.name, use.line, use.has_default, use.is_condition) for use in found] == [
        ("a", 1, False, False),
        ("b", 2, True, False),
        ("c", 2, False, True),
        ("c", 2, False, False),
    ]


@pytest.mark.parametrize("source", ["{% if x %}", "{{ x | }}", "{{ x", "{% endif %}", "{{ x | no }}", "{% nothing %}"])
def test_a_mistake_is_said_with_its_place(source: str) -> None:
    with pytest.raises(Invalid) as refused:
        engine.parse(source, "html")
    assert refused.value.code == "invalid_template" and "formatted text" in refused.value.message
