"""The home file as the simulated world reads it."""

from pathlib import Path

import pytest

from firmware_sim.devices.catalog import DeviceType, firmware
from firmware_sim.home import HomeError, read_home, write_home
from firmware_sim.play import MAPLE_STREET


def test_every_device_type_has_a_firmware() -> None:
    assert len({firmware(kind) for kind in DeviceType}) == len(DeviceType)


def test_maple_street_is_a_whole_home() -> None:
    home = read_home(MAPLE_STREET / "home.yaml")
    lit = {d.area for d in home.devices if d.type.endswith("_light")}
    assert lit == {area.id for area in home.areas}
    assert len(home.areas) == 8
    assert [p.role.value for p in home.people] == ["owner", "child"]
    types = {d.type for d in home.devices}
    assert {
        DeviceType.DOOR_LOCK,
        DeviceType.THERMOSTAT,
        DeviceType.WINDOW_COVERING,
        DeviceType.AIR_QUALITY_SENSOR,
        DeviceType.ON_OFF_PLUG,
        DeviceType.GENERIC_SWITCH,
    } <= types


def test_a_home_that_is_written_is_read(tmp_path: Path) -> None:
    home = read_home(MAPLE_STREET / "home.yaml")
    write_home(home, tmp_path / "home.yaml")
    assert read_home(tmp_path / "home.yaml") == home


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("devices:\n- {id: a, name: A, type: lamp}\n", r"home\.yaml:2: devices\.0\.type"),
        ("areas:\n- id: a\n  name: A\n- id: B\n  name: B\n", r"home\.yaml:4: areas\.1\.id"),
        ("areas:\n- {id: a, name: A}\n- {id: a, name: B}\n", "area ids given twice: a"),
        ("devices:\n- {id: a, name: A, type: fan, area: x}\n", "area that does not exist: a"),
        ("place: {timezone: Mars/Base}\n", "no time zone is called 'Mars/Base'"),
        ("rooms: []\n", "rooms"),
        ("areas: [\n", "not YAML"),
        ("just words\n", "home"),
    ],
)
def test_a_wrong_home_file_is_refused_with_the_line_and_what_is_wrong(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(text)
    with pytest.raises(HomeError, match=told):
        read_home(path)


def test_guests_carry_no_phone(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(
        "people:\n- {id: ann, name: Ann, role: owner}\n- {id: bo, name: Bo, role: guest}\n"
    )
    assert [device.id for device in read_home(path).firmwares()] == ["phone_ann"]
