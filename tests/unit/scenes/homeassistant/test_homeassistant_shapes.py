"""Each shape that people write becomes exactly what the table beside the fixtures says."""

from pathlib import Path

import pytest
import yaml

from scenes.homeassistant.importer import import_folder
from tests.unit.scenes.homeassistant.shapes import automation, plain, worded

SHAPES = Path(__file__).parents[3] / "fixtures/homeassistant/shapes"
HOME = (SHAPES / "home.yaml").read_text()


def _table(name: str) -> list[tuple[str, object]]:
    rows = plain((SHAPES / f"{name}.yaml").read_text())
    assert isinstance(rows, list)
    return [(row["from"], row["becomes"]) for row in rows]


def _document(**parts: str) -> dict[str, object]:
    result = import_folder({"automations.yaml": automation(**parts), "configuration.yaml": HOME})
    assert result.automations.carried == 1, result.left
    return next(w.document for w in result.written if w.document["scene"] == "It")


@pytest.mark.parametrize(("said", "becomes"), _table("triggers"))
def test_a_trigger_becomes_an_item_of_when(said: str, becomes: object) -> None:
    document = _document(trigger=said)

    assert worded({k: v for k, v in document.items() if k == "when"}) == becomes


@pytest.mark.parametrize(("said", "becomes"), _table("conditions"))
def test_a_condition_becomes_states(said: str, becomes: object) -> None:
    document = _document(condition=said)

    assert worded({k: v for k, v in document.items() if k == "if"}) == becomes


@pytest.mark.parametrize(("said", "becomes"), _table("actions"))
def test_an_action_becomes_claims_deeds_and_steps(said: str, becomes: object) -> None:
    document = _document(action=said)

    assert worded({k: v for k, v in document.items() if k not in {"scene", "when"}}) == becomes


LEFT = {
    "trigger": {
        "{platform: geo_location, source: feed, zone: zone.a, event: enter}": "geo_location",
        "{platform: time, at: input_datetime.wake}": "input_datetime.wake",
        "{platform: state, entity_id: sensor.hall_temperature}": "any change",
        "{platform: device, domain: zha, type: x, device_id: abc}": "which device abc is",
        "{platform: event, event_type: state_changed}": "state_changed",
        "{platform: homeassistant, event: shutdown}": "end of the hub",
        "{platform: calendar, entity_id: calendar.a, offset: '-1:00'}": "before or after",
        "{platform: mqtt, topic: a, value_template: '{{ value_json.x }}'}": "takes a message apart",
        "[nonsense]": "no mapping",
    },
    "condition": {
        "{condition: moon, phase: full}": "moon",
        "{condition: time, after: input_datetime.x}": "input_datetime.x",
        '["{{ states.light | list | count > 2 }}"]': "template",
        '["{{ macro(1) }}"]': "macro",
        '["{% for x in y %}{% endfor %}"]': "for",
        '["{{ 1 +"]': "template",
    },
    "action": {
        "{service: media_player.play_media, target: {entity_id: media_player.a}}": "play_media",
        "{service: shell_command.backup}": "outside of the home",
        "{service: notify.a, data: {message: m, data: {image: /a.jpg}}}": "picture",
        "{service: notify.a, data: {message: m, data: {actions: []}}}": "buttons",
        "{service: scene.turn_on, entity_id: scene.nowhere}": "not in this folder",
        "{delay: '{{ range(1, 9) | random }}'}": "range",
        "{service: light.turn_on, entity_id: light.a, data: {flash: short}}": "flash",
        "{service: light.turn_on}": "names nothing",
        "{}": "unknown kind",
    },
}


@pytest.mark.parametrize(
    ("part", "said", "reason"),
    [(part, said, reason) for part, rows in LEFT.items() for said, reason in rows.items()],
)
def test_what_has_no_counterpart_is_left_with_its_line(part: str, said: str, reason: str) -> None:
    text = automation(**{part: said})

    result = import_folder({"automations.yaml": text})

    assert (result.automations.found, result.automations.carried) == (1, 0)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row == f"    {said}")
    assert [(row.name, row.line) for row in result.left] == [("It", line)], result.left
    assert reason in result.left[0].reason


def test_a_scene_that_lost_a_condition_is_not_taken_up() -> None:
    result = import_folder({"automations.yaml": automation(condition="{condition: moon}")})

    assert [written.off for written in result.written] == [True]


def test_an_anchor_a_merge_key_and_an_include_are_read_as_home_assistant_does() -> None:
    files = {
        "configuration.yaml": "automation: !include_dir_merge_list parts\n",
        "parts/a.yaml": """
- &base
  alias: First
  trigger: &at {platform: time, at: '07:00'}
  action: !include ../deeds/on.yaml
- <<: *base
  alias: Second
""",
        "deeds/on.yaml": "- service: light.turn_on\n  entity_id: light.a\n",
    }

    result = import_folder(files)

    documents = {str(w.document["scene"]): w.document for w in result.written}
    assert result.automations.carried == 2
    assert documents["First"]["claims"] == documents["Second"]["claims"] == {"a": "on"}


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_imported() -> None:
    files = {
        "configuration.yaml": "automation: !include automations.yaml\nscript: !include s.yaml\n",
        "automations.yaml": automation(),
        "s.yaml": "a: [\n",
    }

    result = import_folder(files)

    assert result.automations.carried == 1
    assert [(row.file, row.line) for row in result.left] == [("s.yaml", 2)]


def test_a_blueprint_that_says_more_than_it_may_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for name, before in zip("bcdefgh", "abcdefg", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"

    result = import_folder({"configuration.yaml": bomb})

    assert "parts" in result.left[0].reason


def test_yaml_that_the_hub_writes_is_read_back_by_the_hub_as_it_was() -> None:
    from hubd.documents import parse
    from scenes.homeassistant.writing import data_text

    document = {"a": "on", "b": "22:30", "c": True, "d": "1", "e": ["no", 1.5, ""], "f": "= x: y"}

    assert parse(data_text(document), "x")[0].data == document
    assert yaml.safe_load(data_text(document)) is not None
