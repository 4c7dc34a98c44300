"""Every word for a state, a moment or a value does what it says."""

import pytest

from hubd.model.device import DeviceType
from hubd.model.events import PlaceSet, TimePassed
from hubd.model.home import Place
from hubd.model.value import Value
from tests.unit.scenes.lab import Lab, problems_of


def react(lab: Lab, when: str, *, condition: str = "") -> None:
    """Load a scene that turns the lamp on when `when`."""
    lab.area("den")
    lab.device("den_lamp", DeviceType.ON_OFF_LIGHT, "den")
    text = f"scene: S\nwhen: {when}\nclaims: {{den lights: on}}\nuntil: further notice\n"
    lab.scene(text + (f"if: {condition}\n" if condition else ""))


BOOLEANS = [
    ("{occupied: den}", DeviceType.OCCUPANCY_SENSOR, False, True, "Thing saw someone"),
    ("{occupied: den}", DeviceType.BED_SENSOR, False, True, "Thing saw someone"),
    ("{unoccupied: den}", DeviceType.OCCUPANCY_SENSOR, True, False, "nobody is in Den any more"),
    ("{in_bed: den}", DeviceType.BED_SENSOR, False, True, "someone lay down on Thing"),
    ("{out_of_bed: den}", DeviceType.BED_SENSOR, True, False, "nobody is in bed any more"),
    ("{opened: thing}", DeviceType.CONTACT_SENSOR, False, True, "Thing opened"),
    ("{open: den}", DeviceType.CONTACT_SENSOR, False, True, "Thing opened"),
    ("{closed: thing}", DeviceType.CONTACT_SENSOR, True, False, "Thing closed"),
    ("{locked: thing}", DeviceType.DOOR_LOCK, False, True, "Thing was locked"),
    ("{unlocked: thing}", DeviceType.DOOR_LOCK, True, False, "Thing was unlocked"),
    ("{on: thing}", DeviceType.ON_OFF_PLUG, False, True, "Thing went on"),
    ("{off: thing}", DeviceType.ON_OFF_PLUG, True, False, "Thing went off"),
    ("{leak: den}", DeviceType.WATER_LEAK_DETECTOR, False, True, "Thing found water"),
    ("{smoke: any area}", DeviceType.SMOKE_CO_ALARM, False, True, "Thing smelt smoke or gas"),
    ("{rain: den}", DeviceType.RAIN_SENSOR, False, True, "it began to rain"),
    ("{dry: den}", DeviceType.RAIN_SENSOR, True, False, "it stopped raining"),
    ("{battery_low: thing}", DeviceType.BATTERY, False, True, "the battery of Thing is low"),
]


@pytest.mark.parametrize(("when", "kind", "before", "after", "why"), BOOLEANS)
def test_a_state_that_comes_about_sets_the_scene_off_and_says_why(
    lab: Lab, when: str, kind: DeviceType, before: Value, after: Value, why: str
) -> None:
    react(lab, when)
    lab.device("thing", kind, "den")
    lab.report("thing", before)
    assert lab.fired == []
    lab.report("thing", after)
    assert lab.fired == [why]
    assert lab.wished("den_lamp") is True


MEASURED = [
    ("temperature: {of: den, above: 25 °C}", DeviceType.TEMPERATURE_SENSOR, 20, 25.5),
    ("temperature: {of: thing, below: 60 °F}", DeviceType.TEMPERATURE_SENSOR, 20, 15),
    ("humidity: {of: den, above: 70 %}", DeviceType.HUMIDITY_SENSOR, 50, 71),
    ("light: {of: den, below: 30 lx}", DeviceType.LIGHT_SENSOR, 100, 29),
    ("power: {of: thing, above: 1.5 kW}", DeviceType.ELECTRICAL_SENSOR, 1400, 1501),
    ("level: {of: thing, above: 50 %}", DeviceType.DIMMABLE_LIGHT, 40, 60),
    ("position: {of: thing, below: 10 %}", DeviceType.WINDOW_COVERING, 100, 0),
]


@pytest.mark.parametrize(("when", "kind", "before", "after"), MEASURED)
def test_a_measured_value_that_passes_a_limit_sets_the_scene_off_once(
    lab: Lab, when: str, kind: DeviceType, before: Value, after: Value
) -> None:
    react(lab, f"{{{when}}}")
    lab.device("thing", kind, "den")
    name = "LevelControl.level" if kind is DeviceType.DIMMABLE_LIGHT else None
    lab.report("thing", before, name)
    lab.report("thing", after, name)
    assert len(lab.fired) == 1
    assert isinstance(after, int | float)
    lab.report("thing", after - 0.1, name)
    lab.report("thing", after, name)
    assert len(lab.fired) == 1


def test_any_property_can_be_named_and_compared(lab: Lab) -> None:
    react(lab, "{property: {of: heater, name: Thermostat.systemMode, is: heat}}")
    lab.device("heater", DeviceType.THERMOSTAT, "den")
    lab.report("heater", "off", "Thermostat.systemMode")
    lab.report("heater", "heat", "Thermostat.systemMode")
    assert lab.fired == ["Thermostat.systemMode of Heater became heat"]


def test_a_state_that_must_last_sets_the_scene_off_after_that_time(lab: Lab) -> None:
    react(lab, "{open: fridge, for: 5 min}")
    lab.device("fridge", DeviceType.CONTACT_SENSOR, "den")
    lab.report("fridge", value=False)
    lab.report("fridge", value=True)
    lab.wait(200)
    lab.report("fridge", value=False)
    lab.report("fridge", value=True)
    lab.wait(299)
    assert lab.fired == []
    lab.wait(1)
    assert lab.fired == ["Fridge was open for 5 min"]


def test_states_of_one_item_must_hold_together_and_items_of_a_list_alone(lab: Lab) -> None:
    react(lab, "[{open: door, off: plug}, {on: other}]")
    lab.device("door", DeviceType.CONTACT_SENSOR)
    lab.device("plug", DeviceType.ON_OFF_PLUG)
    lab.device("other", DeviceType.ON_OFF_PLUG)
    for device, value in (("door", False), ("plug", True), ("other", False)):
        lab.report(device, value)
    lab.report("door", value=True)
    assert lab.fired == []
    lab.report("plug", value=False)
    assert lab.fired == ["Plug went off"]
    lab.report("other", value=True)
    assert len(lab.fired) == 1, "the claim stands already"


def test_a_press_sets_the_scene_off_by_its_kind(lab: Lab) -> None:
    react(lab, "{pressed: den, press: double}")
    lab.device("button", DeviceType.GENERIC_SWITCH, "den")
    lab.press("button", "single")
    assert lab.fired == []
    lab.press("button", "double")
    assert lab.fired == ["Button was pressed"]


def test_a_device_out_of_reach_sets_the_scene_off(lab: Lab) -> None:
    lab.device("thing", DeviceType.CONTACT_SENSOR)
    react(lab, "{unavailable: thing}")
    lab.reach("thing", available=False)
    assert lab.fired == ["Thing fell out of reach"]


def test_people_come_and_go_by_their_phones(lab: Lab) -> None:
    lab.person("ann", "tim")
    lab.device("phone_ann", DeviceType.TRACKER, name="Ann's phone")
    lab.device("phone_tim", DeviceType.TRACKER, name="Tim's phone")
    react(lab, "[{away: everyone}, {home: ann}]")
    for phone in ("phone_ann", "phone_tim"):
        lab.report(phone, value=True)
    lab.report("phone_ann", value=False)
    assert lab.fired == []
    lab.report("phone_tim", value=False)
    assert lab.fired == ["Tim's phone left home"]


def test_home_is_the_named_person_alone(lab: Lab) -> None:
    lab.person("ann", "tim")
    react(lab, "{home: ann}")
    lab.device("phone_ann", DeviceType.TRACKER, name="Ann's phone")
    lab.device("phone_tim", DeviceType.TRACKER, name="Tim's phone")
    for phone in ("phone_ann", "phone_tim"):
        lab.report(phone, value=False)
    lab.report("phone_tim", value=True)
    assert lab.fired == []
    lab.report("phone_ann", value=True)
    assert lab.fired == ["Ann's phone came home"]


def test_a_time_of_day_sets_the_scene_off_each_day_it_is_for(lab: Lab) -> None:
    react(lab, "{at: 22:30, days: weekdays}")
    lab.at("2026-06-15 22:29")
    assert lab.fired == []
    lab.at("2026-06-15 22:31")
    assert lab.fired == ["it is 22:30"]
    lab.at("2026-06-19 22:00")
    before = len(lab.log)
    lab.at("2026-06-22 22:00")
    assert len(lab.fired) == 1
    assert len(lab.log) > before


def test_a_time_that_the_hub_was_off_at_is_not_made_up_for(lab: Lab) -> None:
    react(lab, "{at: 22:30}")
    lab.now_us += 24 * 3600 * 1_000_000
    lab.tell(TimePassed())
    assert lab.fired == []
    lab.at("2026-06-16 22:31")
    assert lab.fired == ["it is 22:30"]


def test_the_sun_sets_the_scene_off(lab: Lab) -> None:
    react(lab, "{at: sunset - 20 min}")
    lab.at("2026-06-15 21:40")
    assert lab.fired == []
    lab.at("2026-06-15 21:42")
    assert lab.fired == ["it is sunset - 20 min"]


def test_moments_move_with_the_homes_place(lab: Lab) -> None:
    react(lab, "{at: 22:30}")
    lab.tell(PlaceSet(Place(35.7, 139.7, "Asia/Tokyo")))
    lab.at("2026-06-15 15:29")
    assert lab.fired == []
    lab.at("2026-06-15 15:30")
    assert lab.fired == ["it is 22:30"]


def test_a_state_that_time_brings_about_sets_the_scene_off(lab: Lab) -> None:
    react(lab, "{occupied: den, between: 22:00 - 6:30}")
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR, "den")
    lab.report("motion", value=False)
    lab.report("motion", value=True)
    assert lab.fired == []
    lab.at("2026-06-15 22:00")
    assert len(lab.fired) == 1


CONDITIONS = [
    ("{sun: up}", True),
    ("{sun: down}", False),
    ("{between: 11:00 - 13:00}", True),
    ("{between: 13:00 - 11:00}", False),
    ("{between: sunrise and sunset}", True),
    ("{days: [mon, tue]}", True),
    ("{days: weekend}", False),
    ("{not: {days: weekend}}", True),
    ("{any: [{days: weekend}, {sun: up}]}", True),
    ("{all: [{days: weekend}, {sun: up}]}", False),
    ("[{days: monday}, {sun: up}]", True),
    ("{bright: den}", True),
    ("{dark: den}", False),
    ("{closed: window}", True),
    ("{open: window}", False),
    ("{temperature: {of: den, below: 20 °C}}", True),
    ("{temperature: {of: den, above: 20 °C}}", False),
    ("{home: anyone}", True),
    ("{away: ann}", False),
    ("{available: window}", True),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_a_condition_decides_whether_the_scene_begins(
    lab: Lab, condition: str, *, holds: bool
) -> None:
    lab.person("ann")
    react(lab, "{pressed: button}", condition=condition)
    lab.device("button", DeviceType.GENERIC_SWITCH, "den")
    lab.device("window", DeviceType.CONTACT_SENSOR, "den")
    lab.device("thermometer", DeviceType.TEMPERATURE_SENSOR, "den")
    lab.device("phone_ann", DeviceType.TRACKER, name="Ann's phone")
    for device, value in (("window", False), ("thermometer", 18.5), ("phone_ann", True)):
        lab.report(device, value)
    lab.press("button")
    assert bool(lab.fired) is holds


def test_dark_asks_the_light_sensor_and_without_one_the_sun(lab: Lab) -> None:
    react(lab, "{pressed: button}", condition="{dark: den}")
    lab.device("button", DeviceType.GENERIC_SWITCH, "den")
    lab.press("button")
    assert len(lab.fired) == 0
    lab.at("2026-06-15 23:00")
    lab.press("button")
    assert len(lab.fired) == 1
    lab.device("lux", DeviceType.LIGHT_SENSOR, "den")
    lab.report("lux", 51)
    lab.scene(
        "scene: T\nwhen: {pressed: button}\nif: {dark: {of: den, below: 80 lx}}\n"
        "do: {chime: sound}",
        "other",
    )
    lab.device("chime", DeviceType.SIREN, "den")
    lab.press("button")
    assert lab.asked == ["chime: Siren.chime"]


CLAIMS = [
    ("thing: on", DeviceType.ON_OFF_PLUG, {"OnOff.on": True}),
    ("thing: 40 %", DeviceType.DIMMABLE_LIGHT, {"OnOff.on": True, "LevelControl.level": 40}),
    ("thing: 40 %", DeviceType.ON_OFF_LIGHT, {"OnOff.on": True}),
    ("thing: 0 %", DeviceType.DIMMABLE_LIGHT, {"OnOff.on": False, "LevelControl.level": None}),
    ("thing: 40 %", DeviceType.WINDOW_COVERING, {"WindowCovering.position": 40}),
    ("thing: 40 %", DeviceType.FAN, {"FanControl.speed": 40}),
    ("thing: 40 %", DeviceType.SPEAKER, {"MediaPlayback.volume": 40}),
    ("thing: open", DeviceType.WINDOW_COVERING, {"WindowCovering.position": 100}),
    ("den blinds: closed", DeviceType.WINDOW_COVERING, {"WindowCovering.position": 0}),
    ("all valves: closed", DeviceType.WATER_VALVE, {"Valve.open": False}),
    ("thing: locked", DeviceType.DOOR_LOCK, {"DoorLock.locked": True}),
    ("thing: 21 °C", DeviceType.THERMOSTAT, {"Thermostat.setpoint": 21}),
    ("thing: 68 °F", DeviceType.THERMOSTAT, {"Thermostat.setpoint": 20}),
    ("thing: {mode: heat}", DeviceType.THERMOSTAT, {"Thermostat.systemMode": "heat"}),
    (
        "thing: {level: 40 %, color temperature: 2700 K}",
        DeviceType.COLOR_TEMPERATURE_LIGHT,
        {"OnOff.on": True, "LevelControl.level": 40, "ColorControl.colorTemperature": 2700},
    ),
    ("thing: 2700 K", DeviceType.COLOR_TEMPERATURE_LIGHT, {"ColorControl.colorTemperature": 2700}),
    (
        "thing: {WindowCovering.position: 30 %}",
        DeviceType.WINDOW_COVERING,
        {"WindowCovering.position": 30},
    ),
]


@pytest.mark.parametrize(("claim", "kind", "wished"), CLAIMS)
def test_a_claim_finds_the_property_that_it_means(
    lab: Lab, claim: str, kind: DeviceType, wished: dict[str, Value]
) -> None:
    lab.area("den")
    lab.device("thing", kind, "den")
    lab.device("button", DeviceType.GENERIC_SWITCH)
    lab.scene(f"scene: S\nwhen: {{pressed: button}}\nclaims: {{{claim}}}\nfor: 1 h")
    lab.press("button")
    assert {name: lab.wished("thing", name) for name in wished} == wished


def test_a_device_goes_before_an_area_and_kind_of_the_same_words(lab: Lab) -> None:
    lab.area("den")
    lab.device("one", DeviceType.ON_OFF_LIGHT, "den", name="Den light")
    lab.device("two", DeviceType.ON_OFF_LIGHT, "den")
    lab.device("button", DeviceType.GENERIC_SWITCH)
    lab.scene("scene: S\nwhen: {pressed: button}\nclaims: {den light: on}\nfor: 1 h")
    lab.press("button")
    assert (lab.wished("one"), lab.wished("two")) == (True, None)


WRONG = {
    "an unknown key": "scene: S\nwhen: {ocupied: den}\nclaims: {den lights: on}",
    "an unknown key in a list": "scene: S\nwhen:\n  - open: a\n    presed: a\nclaims: {a: on}",
    "an unknown key of a scene": "scene: S\nwhen: {open: a}\nclaims: {a: on}\nunitl: {closed: a}",
    "a wrong unit": "scene: S\nwhen: {open: a}\nclaims:\n  a: {level: 40 °C}",
    "no unit": "scene: S\nwhen: {open: a}\nclaims:\n  b lights: on\n  a: {level: 40}",
    "out of range": "scene: S\nwhen: {open: a}\nclaims: {a: {level: 140 %}}",
    "an unknown value": "scene: S\nwhen: {open: a}\nclaims: {a: onn}",
    "an unknown setting": "scene: S\nwhen: {open: a}\nclaims: {a: {colour temprature: 2700 K}}",
    "a wrong unit of a reading": "scene: S\nwhen: {humidity: {of: a, above: 20}}\nclaims: {a: on}",
    "a reading of nothing": "scene: S\nwhen: {temperature: {of: a}}\nclaims: {a: on}",
    "a bare number as time": "scene: S\nwhen: {open: a, for: 5}\nclaims: {a: on}",
    "not a time": "scene: S\nwhen: {open: a, for: soon}\nclaims: {a: on}",
    "an unknown unit of time": "scene: S\nwhen: {open: a, for: 5 mins}\nclaims: {a: on}",
    "not a time of day": "scene: S\nwhen: {at: 25:00}\nclaims: {a: on}\nfor: 1 h",
    "an unknown sun": "scene: S\nwhen: {at: sunet}\nclaims: {a: on}\nfor: 1 h",
    "a sun that is a moment": "scene: S\nwhen: {sun: sunset - 20 min}\nclaims: {a: on}",
    "an unknown day": "scene: S\nwhen: {at: 7:00, days: [mon, tus]}\nclaims: {a: on}\nfor: 1 h",
    "nothing that ends it": "scene: S\nwhen: {at: 7:00}\nclaims: {a: on}",
    "nothing to do": "scene: S\nwhen: {open: a}",
    "an end of nothing": "scene: S\nwhen: {open: a}\ndo: {a: press}\nfor: 1 h",
    "an unknown action": "scene: S\nwhen: {open: a}\ndo: {vacuum: start cleanin}",
    "no when": "scene: S\nclaims: {a: on}",
    "an empty when": "scene: S\nwhen: {}\nclaims: {a: on}",
    "names missing": "scene: S\nwhen: {open: []}\nclaims: {a: on}",
    "a moment that lasts": "scene: S\nwhen: {pressed: a, for: 5 min}\ndo: {a: press}",
    "two moments": "scene: S\nwhen: {pressed: a, at: 7:00}\nclaims: {a: on}\nfor: 1 h",
    "a press of nothing": "scene: S\nwhen: {open: a, press: double}\nclaims: {a: on}",
    "until with more": "scene: S\nwhen: {open: a}\nclaims: {a: on}\nuntil: {at: 7:00, days: mon}",
    "a bad id": "scene: S\nid: My Scene\nwhen: {open: a}\nclaims: {a: on}",
    "a list": "- scene: S",
    "a key twice": "scene: S\nwhen: {open: a}\nwhen: {open: b}\nclaims: {a: on}",
    "not YAML": "scene: S\nwhen: {open: a\nclaims: {a: on}",
}


def test_what_is_wrong_is_told_by_line_and_nearest_word(snapshot: object) -> None:
    told = {name: problems_of(text) for name, text in WRONG.items()}
    assert all(told.values()), [name for name, problems in told.items() if not problems]
    assert told == snapshot
