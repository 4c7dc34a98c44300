"""Templates: what is understood gives what Jinja gives, and nothing is ever code or unbounded."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mqtt.errors import TemplateError, UnreadableError
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.template import compile_template
from drivers.mqtt.template.lexer import LENGTH_LIMIT

JSON = (
    b'{"t": 21.46, "on": true, "s": "heat", "n": null, "list": [1, 2, 3], "color": "255,102,0",'
    b'"nested": {"a b": {"deep": 7}}, "text": "12.5", "zero": 0,'
    b'"params": {"events": [{"e": "x"}]}}'
)
READ = [
    ("{{ value_json.t }}", 21.46),
    ("{{ value_json['t'] }}", 21.46),
    ("{{ value_json.on }}", True),
    ("{{ value_json.missing }}", MISSING),
    ("{{ value_json.missing.deeper }}", MISSING),
    ("{{ value_json.n }}", None),
    ("{{ value_json.nested['a b'].deep }}", 7),
    ("{{ value_json.list[0] }}", 1),
    ("{{ value_json.list[-1] }}", 3),
    ("{{ value_json.list.1 }}", 2),
    ("{{ value_json.params.events[0].e }}", "x"),
    ("{{ value_json.color.split(',')[0:2]|join(',') }}", "255,102"),
    ("{{ value_json.t | round(1) }}", 21.5),
    ("{{ value_json.t | round }}", 21),
    ("{{ value_json.t | round(0, 'floor') }}", 21),
    ("{{ value_json.t | round(precision=1, method='ceil') }}", 21.5),
    ("{{ value_json.text | float }}", 12.5),
    ("{{ value_json.text | float * 2 }}", 25.0),
    ("{{ (value_json.text | float * 9 / 5) + 32 }}", 54.5),
    ("{{ value_json.s | float(0) }}", 0),
    ("{{ value_json.text | float | int }}", 12),
    ("{{ float(value_json.text) + 1 }}", 13.5),
    ("{{ value_json.missing | default(5) }}", 5),
    ("{{ value_json.missing | default('') }}", ""),
    ("{{ value_json.t | is_defined }}", 21.46),
    ("{{ value_json.s | upper }}", "HEAT"),
    ("{{ value_json.on | lower }}", "true"),
    ("{{ value_json.s ~ '!' }}", "heat!"),
    ("{{ value_json.list | length }}", 3),
    ("{{ value_json.list | tojson }}", "[1,2,3]"),
    ("{{ 'on' if value_json.on else 'off' }}", "on"),
    ("{{ 'on' if value_json.zero > 1 else 'off' }}", "off"),
    ("{{ 'x' if value_json.s == 'heat' and not value_json.zero }}", "x"),
    ("{{ value_json.s in ['heat', 'cool'] }}", True),
    ("{{ 'q' not in value_json }}", True),
    ("{{ value_json.missing is defined }}", False),
    ("{{ value_json.t is number and value_json.s is not none }}", True),
    ("{{ {'heat': 'heating', 'idle': 'idle'}[value_json.s] }}", "heating"),
    ("{{ {'idle': 1}.get(value_json.s, 'other') }}", "other"),
    ("{{ iif(value_json.on, 'yes', 'no') }}", "yes"),
    ("{%if value_json.on%}on{%else%}off{%endif%}", "on"),
    ("{% if value_json.zero %} A {% elif value_json.on %} B {% else %} C {% endif %}", "B"),
    ("{% if value_json.missing %}x{% endif %}", MISSING),
    ("{% set v = value_json.t * 2 %}{{ v | round(1) }}", 42.9),
    ("{# a note #}{{- value_json.s -}}", "heat"),
    ('{"a":{{ value_json.zero }},"b":"{{ value_json.s }}"}', '{"a":0,"b":"heat"}'),
    ("{{ -value_json.t }}", -21.46),
    ("{{ 7 // 2 + 7 % 2 - 1 }}", 3),
    ("{{ 1 + 2 * 3 }}", 7),
    ("{{ (1 + 2) * 3 }}", 9),
]
REFUSED = [
    ("{% for x in value_json %}{% endfor %}", "only if and set"),
    ("{{ states('sensor.x') }}", "'states'"),
    ("{{ ''.__class__.__mro__ }}x{{ ''.__class__() }}", "'__class__'"),
    ("{{ now() }}", "'now'"),
    ("{{ value | regex_findall('(a+)+') }}", "'regex_findall'"),
    ("{{ value_json.x", "without its end"),
    ("{{ value_json. }}", "field's name"),
    ("{{ a }}", "'a' at character 3"),
    ("{% if value %}x", "expected"),
    ("x{% endif %}", "without its beginning"),
    ("{{ " + "(" * 200 + "1" + ")" * 200 + " }}", "nested deeper"),
    ("{% if value %}" * 100 + "{% endif %}" * 100, "nested deeper"),
    ("x" * (LENGTH_LIMIT + 1), "are the most"),
    ("{{ 1 | round(1, 2, 3, 4, 5) }}", "'round'"),
    ("{{ 9" + "9" * 40 + " }}", "digits"),
]


@pytest.mark.parametrize(("source", "means"), READ)
def test_a_template_gives_what_jinja_gives(source: str, means: object) -> None:
    given_value = compile_template(source)(Payload(JSON))

    assert given_value == means
    assert type(given_value) is type(means)


@pytest.mark.parametrize(("source", "why"), REFUSED)
def test_a_template_not_understood_is_refused_before_it_is_used(source: str, why: str) -> None:
    with pytest.raises(TemplateError, match=why):
        compile_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% set a = value %}" + "{% set a = a ~ a %}" * 200 + "{{ a }}",
        "{% set a = 9 %}" + "{% set a = a * a %}" * 200 + "{{ a }}",
        "{{ value * 1000000000 }}",
        "{{ value | replace('', value) | replace('', value) | replace('', value) }}",
        "{{ value_json.t / 0 }}",
        "{{ value_json.s + 1 }}",
        "{{ value_json.s < 1 }}",
        "{{ value_json | round }}",
    ],
)
def test_a_template_that_would_grow_or_fail_is_stopped(source: str) -> None:
    template = compile_template(source)

    with pytest.raises(UnreadableError):
        template(Payload(JSON + b" " * 2000))


def test_a_commands_template_knows_its_own_variables_only() -> None:
    fill = compile_template('{ "position": {{ position }} }', {"position", "value"})

    assert fill(Payload(b"", {"position": 40, "value": 40})) == '{ "position": 40 }'
    with pytest.raises(TemplateError, match="value_json"):
        compile_template("{{ value_json.x }}", {"value"})


MARKS = "{{ }} {% %} {# #} if elif else endif set in not and or is"
VALUES = "value value_json x float int round default join 1 2.5 'x'"
SIGNS = ". [ ] ( ) | , : ' - ~ + * / % == = < > { } \\ é"
WORDS = st.sampled_from(f"{MARKS} {VALUES} {SIGNS}".split())


@given(st.lists(WORDS, max_size=25).map(" ".join), st.binary(max_size=40))
def test_whatever_the_template_and_the_payload_only_the_two_errors_come(
    source: str, raw: bytes
) -> None:
    with suppress(TemplateError, UnreadableError):
        compile_template(source)(Payload(raw))


@given(st.text(max_size=60))
def test_text_without_marks_is_itself(text: str) -> None:
    if any(mark in text for mark in ("{{", "{%", "{#")):
        return
    assert compile_template(text)(Payload(b"")) == (text.strip() or MISSING)


@pytest.mark.parametrize(
    ("source", "means"),
    [
        (r"{{ 'a\n\t\\\'' }}", "a\n\t\\'"),
        (r"{{ '\x41\u00e9\U0001F600' }}", "A\u00e9\U0001f600"),
        (r"{{ '\q\{\x4' }}", r"\q\{\x4"),
    ],
)
def test_escapes_are_pythons_and_one_that_is_none_stays_as_it_is(source: str, means: str) -> None:
    assert compile_template(source)(Payload(b"")) == means


def test_half_a_letter_is_no_text() -> None:
    with pytest.raises(TemplateError):
        compile_template(r"{{ '\ud800' }}")
