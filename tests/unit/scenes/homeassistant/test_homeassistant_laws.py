"""No text brings the importer down, and no automation is passed over in silence."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.homeassistant.importer import import_folder
from scenes.homeassistant.validating import check
from scenes.homeassistant.writing import files_of

_ENTITIES = st.sampled_from(
    [
        "light.a",
        "switch.b",
        "binary_sensor.c_motion",
        "sensor.d_temperature",
        "person.e",
        "climate.f",
        "cover.g",
        "input_select.h",
        "timer.i",
        "group.j",
        "zone.home",
        "sun.sun",
        "scene.k",
        "script.l",
        "all",
        "none",
        "x.y.z",
    ]
)
_TEMPLATES = st.sampled_from(
    [
        "{{ is_state('light.a', 'on') }}",
        "{{ states('sensor.d_temperature') | float > 20 }}",
        "{{ trigger.to_state.state == 'on' and now().hour > 5 }}",
        "{{ (states('sensor.d_temperature') | float + 2) * 3 }}",
        "{% if is_state('sun.sun', 'above_horizon') %}1{% else %}{{ x }}{% endif %}",
        "{{ - - 1 if a else (b ~ 'c')[0] }}",
        "{{ repeat.item }}",
        "{% set x = 1 %}{{ x }}",
        "{{ [1, 2] | min }} {{",
    ]
)
_SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=12)
    | _ENTITIES
    | _TEMPLATES
    | st.sampled_from(
        ["on", "off", "home", "00:05:00", "-1:00", "sunset", "light.turn_on", "07:00"]
    )
)
_WORDS = st.sampled_from(
    [
        "platform",
        "trigger",
        "entity_id",
        "to",
        "from",
        "for",
        "at",
        "event",
        "offset",
        "above",
        "below",
        "value_template",
        "condition",
        "conditions",
        "state",
        "after",
        "before",
        "weekday",
        "and",
        "or",
        "not",
        "service",
        "action",
        "target",
        "data",
        "data_template",
        "delay",
        "wait_template",
        "wait_for_trigger",
        "timeout",
        "choose",
        "sequence",
        "default",
        "if",
        "then",
        "else",
        "repeat",
        "count",
        "while",
        "until",
        "for_each",
        "parallel",
        "variables",
        "stop",
        "scene",
        "device_id",
        "domain",
        "type",
        "id",
        "enabled",
        "message",
        "brightness",
        "brightness_pct",
        "temperature",
        "topic",
        "payload",
        "event_type",
        "event_data",
        "alias",
        "mode",
        "max",
        "use_blueprint",
        "path",
        "input",
        "attribute",
        "minutes",
        "hours",
        "match",
    ]
)
_KINDS = st.sampled_from(
    [
        "state",
        "numeric_state",
        "template",
        "sun",
        "time",
        "time_pattern",
        "zone",
        "device",
        "mqtt",
        "event",
        "webhook",
        "tag",
        "calendar",
        "homeassistant",
        "conversation",
        "trigger",
        "and",
        "or",
        "not",
        "light.turn_on",
        "notify.x",
        "timer.start",
        "scene.turn_on",
        "climate.set_temperature",
        "script.l",
        "input_select.select_next",
        "homeassistant.toggle",
        "cover.toggle",
        "automation.turn_off",
        "mqtt.publish",
    ]
)
_DATA = st.recursive(
    _SCALARS | _KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=5),
    max_leaves=12,
)
_AUTOMATIONS = st.fixed_dictionaries(
    {"trigger": _DATA, "action": _DATA},
    optional={"alias": _SCALARS, "condition": _DATA, "variables": _DATA, "mode": _SCALARS},
)
_TYPED = st.fixed_dictionaries(
    {
        "trigger": st.lists(
            st.fixed_dictionaries(
                {"platform": _KINDS},
                optional={"entity_id": _ENTITIES, "to": _SCALARS, "id": _SCALARS},
            ),
            max_size=3,
        ),
        "condition": st.lists(
            _TEMPLATES
            | st.fixed_dictionaries(
                {"condition": _KINDS, "entity_id": _ENTITIES, "state": _SCALARS}
            ),
            max_size=2,
        ),
        "action": st.lists(
            st.fixed_dictionaries(
                {"service": _KINDS},
                optional={"entity_id": _ENTITIES, "data": st.dictionaries(_WORDS, _SCALARS)},
            )
            | st.dictionaries(_WORDS, _DATA, min_size=1, max_size=3),
            max_size=4,
        ),
    }
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_brings_the_importer_down(text: str) -> None:
    import_folder({"configuration.yaml": text, "automations.yaml": text, "blueprints/a.yaml": text})


@settings(max_examples=300, deadline=None)
@given(_DATA)
def test_no_yaml_brings_the_importer_down(data: object) -> None:
    text = yaml.safe_dump(data)

    import_folder({"automations.yaml": text})
    import_folder({"configuration.yaml": yaml.safe_dump({"automation": data, "script": data})})


@settings(max_examples=400, deadline=None)
@given(_AUTOMATIONS | _TYPED)
def test_an_automation_is_carried_or_has_a_row_of_what_was_left(data: dict[str, object]) -> None:
    result = import_folder({"automations.yaml": yaml.safe_dump([data])})

    assert result.automations.found == 1
    assert (result.automations.carried == 1) is not bool(result.left)
    assert all(files_of(result).values())


@settings(max_examples=300, deadline=None)
@given(_TYPED)
def test_what_is_carried_is_a_right_scene(data: dict[str, object]) -> None:
    result = import_folder({"automations.yaml": yaml.safe_dump([data])})

    for written in result.written:
        if not written.left:
            assert check(written.document) == []
