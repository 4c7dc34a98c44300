"""`hubd driver coverage`: what of recorded payloads is carried, and of the rest, why not."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from drivers.kit.coverage import Coverage, Entity, coverage
from drivers.mqtt.coverage import read as read_discovery
from drivers.mqtt.zigbee2mqtt.coverage import read as read_bridge
from hubd.cli.driver import driver

FIXTURES = Path(__file__).parents[2] / "fixtures"
BRIDGE = FIXTURES / "zigbee2mqtt"


def judged(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(driver, ["coverage", *words])
    return result.exit_code, result.output


def reasons(found: Coverage) -> dict[str, str]:
    return {u.entity: u.reason for u in found.unmapped}


def test_a_list_of_devices_is_judged_feature_by_feature() -> None:
    entities = list(read_bridge(json.loads((BRIDGE / "devices.json").read_text())))
    assert [e.name for e in entities] == [
        "Desk lamp: light/state", "Desk lamp: light/brightness", "Desk lamp: light/color_temp",
        "Desk lamp: light/color/x", "Desk lamp: light/color/y", "Desk lamp: effect",
        "Desk lamp: linkquality",
    ]  # fmt: skip
    assert all(e.mapped for e in entities)


def test_what_devices_tell_is_judged_with_what_they_are() -> None:
    found = coverage(BRIDGE / "messages.json", read_bridge)
    assert reasons(found) == {
        "Strip: gradient": "a list; shown as the device writes it",
        "Mystery": "Zigbee2MQTT does not know what it can do",
        "zigbee2mqtt/Strip state": "says 'perhaps', not 'ON' or 'OFF'",
        "zigbee2mqtt/Strip mood": "no feature that the device exposes",
        "zigbee2mqtt/Ghost temperature": "no bridge tells of a device of this name",
    }
    assert found.mapped == found.entities - 5


def test_announced_components_are_judged_one_by_one() -> None:
    found = coverage(FIXTURES / "homeassistant" / "tasmota.json", read_discovery)
    assert found.entities > 3
    assert found.unmapped == ()


def test_of_a_component_what_is_left_out_is_named() -> None:
    options = {"unique_id": "a", "state_topic": "s", "command_topic": "c", "code_format": "\\d"}
    lock = {"topic": "homeassistant/lock/a/config", "payload": options}
    alien = {"topic": "homeassistant/camera/b/config", "payload": {"topic": "t"}}
    assert list(read_discovery([lock, alien])) == [
        Entity("topic:a: lock a"),
        Entity("topic:a: lock a, in part",
               "not carried yet: locks that want a code; commands go without one"),
        Entity("topic:b: camera b", "pictures are not carried"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "{", "3", "[]", '[{"topic": 3}]', "null", "[[[]]]", '{"a":1}']
)
def test_a_malformed_file_is_one_that_is_not_carried(tmp_path: Path, text: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "odd.json").write_text(text)
    (tmp_path / "devices.json").write_bytes((BRIDGE / "devices.json").read_bytes())
    for reader in (read_bridge, read_discovery):
        found = coverage(tmp_path, reader)
        assert found.files == 2
        odd = [u for u in found.unmapped if u.file == "sub/odd.json"]
        assert all(u.reason for u in odd)
        assert odd or (text == "[]" and reader is read_bridge)


def test_a_reader_that_breaks_is_a_file_that_is_not_carried(tmp_path: Path) -> None:
    def broken(document: object) -> list[Entity]:
        raise KeyError(document)

    (tmp_path / "a.json").write_text("1")
    (tmp_path / "b.json").write_text("2")
    found = coverage(tmp_path, broken)
    assert (found.files, found.entities, found.mapped) == (2, 2, 0)
    assert "KeyError" in found.unmapped[0].reason


def test_it_prints_json_for_programs() -> None:
    code, said = judged(str(BRIDGE), "--dialect", "zigbee2mqtt", "--json")
    told = json.loads(said)
    assert code == 0
    assert set(told) == {"files", "entities", "mapped", "unmapped"}
    assert told["files"] == 2
    assert told["unmapped"][0].keys() == {"file", "entity", "reason"}
    assert told["entities"] == told["mapped"] + len(told["unmapped"])


def test_it_prints_a_table_for_people() -> None:
    code, said = judged(str(BRIDGE), "--dialect", "zigbee2mqtt")
    assert code == 0
    assert "2 files" in said
    assert "entities carried" in said


def test_a_path_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    code, said = judged(str(tmp_path / "none"), "--dialect", "zigbee2mqtt")
    assert code == 2
    assert "does not exist" in said


def test_an_unknown_dialect_is_wrong_usage() -> None:
    code, said = judged(str(BRIDGE), "--dialect", "klingon")
    assert code == 2
    assert "zigbee2mqtt" in said


def test_the_recorded_broker_is_carried_whole() -> None:
    given = os.environ.get("HUBD_DATASETS")
    if not given:
        pytest.skip("no datasets folder: set HUBD_DATASETS")
    found = coverage(Path(given) / "device_payloads" / "zigbee2mqtt", read_bridge)
    assert found.entities > 100
    assert found.unmapped == ()
