"""What each kind of accessory becomes."""

import json
from collections.abc import Mapping, Sequence

import pytest
from heard import Heard, action, command

from drivers.homekit.accessory import carried
from drivers.homekit.database import Accessory, Told, read_accessories
from drivers.homekit.part import Part
from drivers.homekit.session import mended
from drivers.kit.errors import MalformedError, RefusedError
from hubd.model.device import DeviceType, Endpoint
from hubd.model.value import Value

READ, ALL = ("pr", "ev"), ("pr", "pw", "ev")


def char(kind: str, iid: int, perms: Sequence[str] = ALL, **more: object) -> dict[str, object]:
    said = {key.replace("_", "-"): value for key, value in more.items()}
    return {"type": kind, "iid": iid, "perms": perms, "format": "uint8", **said}


def accessory(*services: tuple[str, Sequence[Mapping[str, object]]], aid: int = 2) -> Accessory:
    """Return an accessory with an information service and these."""
    info = [
        char("14", 2, ("pw",), format="bool"),
        char("20", 3, READ, format="string", value="Maker"),
        char("21", 4, READ, format="string", value="Model"),
        char("23", 5, READ, format="string", value="Thing"),
        char("30", 6, READ, format="string", value="AB-00017"),
        char("52", 7, READ, format="string", value="1.2.3"),
    ]
    made = [{"iid": 1, "type": "3E", "characteristics": info}]
    for number, (kind, characteristics) in enumerate(services, 1):
        made.append({"iid": number * 100, "type": kind, "characteristics": list(characteristics)})
    body = json.dumps({"accessories": [{"aid": aid, "services": made}]}).encode()
    return read_accessories(body)[0]


def part(*services: tuple[str, Sequence[Mapping[str, object]]]) -> tuple[Part, Heard]:
    heard = Heard()
    made = Part(accessory(*services), heard)
    heard.described(made.name, made.carried.description)
    return made, heard


def endpoint(made: Accessory, name: str) -> Endpoint:
    return next(e for e in carried(made).description.endpoints if e.id == name)


def told(values: Mapping[int, object]) -> Mapping[int, Told]:
    return {iid: Told(value, valued=True) for iid, value in values.items()}  # type: ignore[arg-type]


def written(made: Part, name: str, prop: str, value: Value) -> Mapping[int, object]:
    return made.asked([command(name, prop, value)])


def test_an_accessory_is_told_with_its_names_and_its_serial_number() -> None:
    description = carried(accessory(("49", [char("25", 101, format="bool")]))).description
    assert (description.name, description.maker, description.model) == ("Thing", "Maker", "Model")
    assert description.version == "1.2.3"
    assert description.identities == ("serial:maker:ab-00017",)
    assert not description.troubles


def test_the_accessory_with_the_first_id_is_the_thing_itself_and_others_are_behind_it() -> None:
    assert carried(accessory(aid=1)).part == ""
    assert carried(accessory(aid=1234567890123)).part == "1234567890123"


def test_a_lamp_is_what_it_can_do() -> None:
    on = char("25", 101, format="bool")
    level, hue = char("8", 102, unit="percentage"), char("13", 103, format="float")
    saturation = char("2F", 105, format="float")
    warmth = char("CE", 104, format="uint32", minValue=153, maxValue=500)
    kinds = {
        DeviceType.ON_OFF_LIGHT: [on],
        DeviceType.DIMMABLE_LIGHT: [on, level],
        DeviceType.COLOR_TEMPERATURE_LIGHT: [on, level, warmth],
        DeviceType.EXTENDED_COLOR_LIGHT: [on, level, hue, saturation],
    }
    for kind, characteristics in kinds.items():
        assert endpoint(accessory(("43", characteristics)), "light").type is kind
    shape = endpoint(accessory(("43", [on, warmth])), "light").property(
        "ColorControl.colorTemperature"
    )
    assert shape is not None
    assert (shape.minimum, shape.maximum) == (2000.0, 6536.0)


def test_kelvins_are_written_as_mireds_and_read_back_as_kelvins() -> None:
    lamp, heard = part(("43", [char("CE", 104, format="uint32", minValue=153, maxValue=500)]))
    asked = written(lamp, "light", "ColorControl.colorTemperature", 2700.0)
    assert asked == {104: 370}
    lamp.heard(told(asked))
    kelvins = heard.values["2", "light", "ColorControl.colorTemperature"]
    assert isinstance(kelvins, float)
    assert abs(kelvins - 2700) < 60


def test_types_are_known_in_their_long_form_too() -> None:
    long = "00000025-0000-1000-8000-0026BB765291"
    lamp = accessory(("00000043-0000-1000-8000-0026BB765291", [char(long, 9, format="bool")]))
    assert endpoint(lamp, "light").property("OnOff.on") is not None


def test_two_gangs_of_a_switch_keep_their_ids_in_the_order_of_their_own() -> None:
    name = char("23", 102, READ, format="string", value="left")
    other = char("23", 202, READ, format="string", value="right")
    gangs = carried(
        accessory(
            ("49", [char("25", 101, format="bool"), name]),
            ("49", [char("25", 201, format="bool"), other]),
        )
    ).description.endpoints
    assert [(e.id, e.name) for e in gangs[:2]] == [("switch", "left"), ("switch_2", "right")]


def test_bounds_steps_and_allowed_values_are_the_accessorys_own() -> None:
    heating = [
        char("33", 101, valid_values=[0, 1]),
        char("35", 102, format="float", minValue=7.0, maxValue=28.0, minStep=0.5),
    ]
    thermostat, _ = part(("4A", heating))
    modes = thermostat.carried.description.endpoints[0].property("Thermostat.systemMode")
    setpoint = thermostat.carried.description.endpoints[0].property("Thermostat.setpoint")
    assert modes is not None
    assert modes.choices == ("off", "heat")
    assert setpoint is not None
    assert (setpoint.minimum, setpoint.maximum, setpoint.step) == (7.0, 28.0, 0.5)
    assert written(thermostat, "thermostat", "Thermostat.setpoint", 21.3) == {102: 21.5}
    for value in (30.0, "warm", None, True):
        with pytest.raises(RefusedError):
            written(thermostat, "thermostat", "Thermostat.setpoint", value)
    with pytest.raises(RefusedError):
        written(thermostat, "thermostat", "Thermostat.systemMode", "cool")


def test_only_a_bolt_that_is_home_counts_as_locked() -> None:
    lock, heard = part(("45", [char("1D", 101, READ), char("1E", 102)]))
    key = "2", "lock", "DoorLock.locked"
    for current, locked in ((0, False), (1, True), (2, False), (3, None)):
        lock.heard(told({101: current}))
        assert heard.values[key] is locked
    lock.heard(told({101: 0, 102: 1}))
    assert heard.values["2", "lock", "DoorLock.state"] == "locking"
    assert written(lock, "lock", "DoorLock.locked", True) == {102: 1}


def test_a_garage_door_on_its_way_is_at_neither_end() -> None:
    door, heard = part(("41", [char("E", 101, READ), char("32", 102)]))
    key = "2", "garage_door", "WindowCovering.position"
    door.heard(told({101: 1}))
    assert heard.values[key] == 0.0
    door.heard(told({101: 2}))
    assert heard.values[key] == 0.0
    assert heard.values["2", "garage_door", "WindowCovering.operation"] == "opening"
    door.heard(told({101: 4}))
    assert heard.values[key] is None
    assert written(door, "garage_door", "WindowCovering.position", 100.0) == {102: 0}
    with pytest.raises(RefusedError):
        written(door, "garage_door", "WindowCovering.position", 50.0)


def test_a_covering_is_told_where_it_is_and_commanded_where_to_go() -> None:
    blind, heard = part(("8C", [char("6D", 101, READ), char("7C", 102), char("72", 103, READ)]))
    blind.heard(told({101: 30, 102: 80, 103: 1}))
    assert heard.values["2", "covering", "WindowCovering.position"] == 30.0
    assert heard.values["2", "covering", "WindowCovering.operation"] == "opening"
    assert written(blind, "covering", "WindowCovering.position", 80.0) == {102: 80}
    assert list(blind.confirming([command("covering", "WindowCovering.position", 80.0)])) == [101]


def test_an_air_conditioners_wished_temperature_is_that_of_its_mode() -> None:
    ac, heard = part(
        (
            "BC",
            [
                char("B0", 101),
                char("B2", 102, maxValue=2, minValue=0),
                char("12", 103, format="float", minValue=10, maxValue=25),
                char("D", 104, format="float", minValue=16, maxValue=35),
            ],
        )
    )
    ac.heard(told({101: 0, 102: 1, 103: 20.0, 104: 26.0}))
    assert heard.values["2", "heater_cooler", "Thermostat.systemMode"] == "off"
    assert heard.values["2", "heater_cooler", "Thermostat.setpoint"] == 20.0
    both = [
        command("heater_cooler", "Thermostat.setpoint", 24.0),
        command("heater_cooler", "Thermostat.systemMode", "cool"),
    ]
    assert ac.asked(both) == {101: 1, 102: 2, 104: 24.0}
    ac.heard(told({102: 0}))
    with pytest.raises(RefusedError):
        written(ac, "heater_cooler", "Thermostat.setpoint", 22.0)
    assert written(ac, "heater_cooler", "Thermostat.systemMode", "off") == {101: 0}


def test_a_press_is_a_signal_when_it_happens_and_never_when_it_is_read() -> None:
    button, heard = part(("89", [char("73", 101, READ, valid_values=[0, 2])]))
    signal = button.carried.description.endpoints[0].signals[0]
    assert (signal.name, signal.choices) == ("Switch.pressed", ("single", "long"))
    button.heard(told({101: 0}))
    assert not heard.signals
    button.heard(told({101: 2}), event=True)
    button.heard(told({101: 2}), event=True)
    assert heard.signals == [("2", "button", "Switch.pressed", "long")] * 2


@pytest.mark.parametrize(
    ("service", "kind", "said", "endpoint_id", "name", "value"),
    [
        ("8A", "11", 21.5, "temperature", "TemperatureMeasurement.temperature", 21.5),
        ("82", "10", 48, "humidity", "RelativeHumidityMeasurement.humidity", 48.0),
        ("84", "6B", 120.4, "illuminance", "IlluminanceMeasurement.illuminance", 120.4),
        ("85", "22", True, "motion", "OccupancySensing.occupied", True),
        ("86", "71", 0, "occupancy", "OccupancySensing.occupied", False),
        ("80", "6A", 1, "contact", "BooleanState.open", True),
        ("83", "70", 1, "leak", "BooleanState.leak", True),
        ("87", "76", 1, "smoke", "SmokeCoAlarm.smoke", True),
        ("7F", "69", 1, "carbon_monoxide", "SmokeCoAlarm.co", True),
        ("97", "93", 800, "carbon_dioxide", "CarbonDioxideConcentrationMeasurement.value", 800.0),
        ("8D", "C6", 12, "air_quality", "Pm25ConcentrationMeasurement.value", 12.0),
        ("8D", "95", 2, "air_quality", "AirQuality.level", "good"),
        ("96", "68", 81, "battery", "PowerSource.batteryLevel", 81.0),
        ("96", "8F", 2, "battery", "PowerSource.charging", False),
        ("40", "29", 75, "fan", "FanControl.speed", 75.0),
        ("B7", "B0", 1, "fan", "OnOff.on", True),
        ("BB", "A8", 1, "air_purifier", "FanControl.mode", "auto"),
        ("BD", "CA", 45, "humidifier", "Humidifier.setpoint", 45.0),
        ("BA", "AB", 20, "filter", "ResourceMonitoring.condition", 20.0),
        ("7E", "66", 4, "alarm", "AlarmPanel.state", "triggered"),
        ("D0", "B0", 1, "valve", "Valve.open", True),
        ("D7", "B0", 0, "faucet", "Valve.open", False),
        ("CF", "D1", 1, "irrigation", "Text.value", "scheduled"),
        ("113", "11A", True, "speaker", "MediaPlayback.muted", True),
        ("8B", "6D", 10, "window", "WindowCovering.position", 10.0),
        ("B9", "C1", 0, "slat", "WindowCovering.tilt", 50.0),
    ],
)
def test_what_a_service_says_is_a_property_of_the_vocabulary(
    service: str, kind: str, said: object, endpoint_id: str, name: str, value: Value
) -> None:
    made, heard = part((service, [char(kind, 101, format="float")]))
    made.heard(told({101: said}))
    assert heard.values["2", endpoint_id, name] == value
    assert not made.carried.description.troubles


def test_a_makers_meter_stands_beside_the_outlet_it_measures() -> None:
    eve = "E863F1{}-079E-48FF-8F27-9C2605A29F52"
    outlet, heard = part(
        (
            "47",
            [
                char("25", 101, format="bool"),
                char(eve.format("0D"), 102, READ, format="float"),
                char(eve.format("0C"), 103, READ, format="float"),
            ],
        )
    )
    outlet.heard(told({102: 42.5, 103: 1.25}))
    assert heard.values["2", "meter", "ElectricalPowerMeasurement.activePower"] == 42.5
    assert heard.values["2", "meter", "ElectricalEnergyMeasurement.energy"] == 1.25


def test_what_has_no_name_in_the_vocabulary_is_a_plain_value_or_a_trouble() -> None:
    made = accessory(
        (
            "49",
            [
                char("25", 101, format="bool"),
                char("A1234567-0000-4000-8000-000000000001", 102, READ, description="Mood"),
                char("A1234567-0000-4000-8000-000000000002", 103, ("pw",)),
                char("A1234567-0000-4000-8000-000000000003", 104, READ, format="tlv8"),
            ],
        ),
        ("110", [char("120", 201, READ, format="tlv8")]),
    )
    plain = endpoint(made, "value_102").property("Number.value")
    assert plain is not None
    assert plain.title == "Mood"
    reasons = " ".join(t.reason for t in carried(made).description.troubles)
    assert "only be written" in reasons
    assert "only its own app reads" in reasons
    assert "pictures and sound" in reasons


def test_a_televisions_inputs_are_chosen_by_their_names() -> None:
    def source(identifier: int, name: str, iid: int) -> tuple[str, list[dict[str, object]]]:
        return "D9", [
            char("E6", iid, READ, format="uint32", value=identifier),
            char("E3", iid + 1, ALL, format="string", value=name),
        ]

    set_, heard = part(
        ("D8", [char("B0", 101), char("E7", 102, format="uint32")]),
        source(1, "HDMI", 201),
        source(2, "Tuner", 301),
    )
    set_.heard(told({102: 2}))
    assert heard.values["2", "television", "Select.option"] == "Tuner"
    assert written(set_, "television", "Select.option", "HDMI") == {102: 1}


def test_commas_too_many_are_overlooked_as_apples_controllers_do() -> None:
    body = b'{"accessories":[{"aid":1,"services":[],},],}'
    with pytest.raises(MalformedError):
        read_accessories(body)
    assert read_accessories(mended(body))[0].aid == 1
    with pytest.raises(MalformedError):
        mended(b"[" * 100_000)


def test_one_broken_characteristic_takes_nothing_else_along() -> None:
    broken = {"type": "8", "iid": "two", "perms": ["pr"]}
    lamp = accessory(("43", [char("25", 101, format="bool"), broken]))
    assert endpoint(lamp, "light").property("OnOff.on") is not None
    assert any("characteristic" in t.reason for t in carried(lamp).description.troubles)


def test_a_value_that_means_nothing_is_told_as_refused_input_and_the_former_stands() -> None:
    lamp, heard = part(("43", [char("25", 101, format="bool")]))
    lamp.heard(told({101: True}))
    lamp.heard(told({101: "purple"}))
    assert heard.values["2", "light", "OnOff.on"] is True
    assert len(heard.faults) == 1


def test_what_was_read_again_and_is_as_before_is_no_news() -> None:
    lamp, heard = part(("43", [char("25", 101, format="bool")]))
    lamp.heard(told({101: True}))
    heard.values.clear()
    lamp.heard(told({101: True}))
    assert not heard.values
    lamp.heard(told({101: True}), anew=True)
    assert heard.values


def test_what_is_not_there_is_refused_in_words() -> None:
    lamp, _ = part(("43", [char("25", 101, format="bool")]))
    for asked in (
        command("light", "LevelControl.level", 5.0),
        command("fan", "OnOff.on", True),
        action("light", "OnOff.on"),
    ):
        with pytest.raises(RefusedError):
            lamp.asked([asked])
    both = [command("light", "LevelControl.level", 5.0), command("light", "OnOff.on", True)]
    assert lamp.asked(both) == {101: True}


def test_an_accessory_can_be_asked_to_show_itself() -> None:
    lamp, _ = part(("43", [char("25", 101, format="bool")]))
    assert lamp.asked([action("identify", "Identify.identify")]) == {2: True}


def test_an_account_with_two_of_one_id_has_the_first() -> None:
    twice = accessory(("43", [char("25", 101, format="bool"), char("8", 101)]))
    assert endpoint(twice, "light").type is DeviceType.ON_OFF_LIGHT
