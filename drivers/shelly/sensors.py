"""What senses, of Gen2 and later: inputs, rooms, alarms, batteries. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen2/ (Input, Temperature, Smoke …).
"""

from collections.abc import Mapping

from drivers.shelly.function import Call
from drivers.shelly.metering import ERRORS
from drivers.shelly.reading import filled, flag, record, text
from drivers.shelly.sketch import DYNAMIC, Component, Kind, Rule
from drivers.shelly.terms import (
    FREQUENCY,
    OWN_TEMPERATURE,
    STATE,
    VOLTAGE,
)
from hubd.model.device import DeviceType

TEMPERATURE = "TemperatureMeasurement.temperature"
_IN_ROOMS = frozenset({"humidity", "smoke", "flood", "thermostat", "presence"})
_HOT = frozenset({"switch", "cover", "light", "em", "em1", "pm1", "cb", "rgb", "rgbw", "cct"})

PRESSES = {
    "single_push": "single",
    "double_push": "double",
    "triple_push": "triple",
    "long_push": "long",
    "long_double_push": "long_double",
    "long_triple_push": "long_triple",
    "hold_press": "hold",
    "btn_down": "press",
    "btn_up": "release",
    "btn_long_up": "long_release",
}
"""The device's words for what was done with a button, and the hub's."""


def _input(component: Component) -> None:
    outline = component.outline()
    kind = component.config.get("type")
    if kind == "button" or (
        "type" not in component.config and component.status.get("state", 0) is None
    ):
        outline.hears(component.key, PRESSES)
        component.taken.add(("state",))
        component.sketch.note(f"{component.key}.event")
        return
    if component.has("state"):
        component.take(Rule("state", STATE, flag))
    unit = component.config.get("xpercent") if component.has("xpercent") else None
    said_unit = record(unit).get("unit")
    for path, name, shape in (
        ("percent", "Number.value", {"unit": "%"}),
        ("xpercent", "Number.value", {"unit": said_unit if isinstance(said_unit, str) else ""}),
        ("counts.total", "Number.value", {}),
        ("counts.xtotal", "Number.value", {"unit": _own_unit(component, "xcounts")}),
        ("freq", FREQUENCY, {}),
        ("xfreq", "Number.value", {"unit": _own_unit(component, "xfreq")}),
    ):
        if component.has(path):
            component.take(Rule(path, name, title=path.replace(".", " "), shape=shape))


def _own_unit(component: Component, key: str) -> str:
    """Return the unit that its owner gave to a value that the device computes."""
    unit = record(component.config.get(key)).get("unit")
    return unit if isinstance(unit, str) else ""


def _temperature(component: Component) -> None:
    """Draw a temperature: that of a room, or of the device itself.

    What switches or measures power has a thermometer for itself at number 0. Those of an add-on
    begin at 100.
    """
    status = component.sketch.status
    types = {key.partition(":")[0] for key in status}
    in_room = bool(types & _IN_ROOMS) or component.number >= DYNAMIC
    own = not in_room and bool(types & _HOT)
    if own:
        component.outline().type = DeviceType.GENERIC
    if component.has("tC"):
        component.take(Rule("tC", OWN_TEMPERATURE if own else TEMPERATURE))


def _voltmeter(component: Component) -> None:
    if component.has("xvoltage"):
        shape = {"unit": _own_unit(component, "xvoltage")}
        component.take(Rule("xvoltage", "Number.value", title="computed", shape=shape))


def _smoke(component: Component) -> None:
    number_ = component.number
    component.outline().acts("SmokeCoAlarm.mute", lambda _: Call("Smoke.Mute", {"id": number_}))


SENSORS: Mapping[str, Kind] = {
    "input": Kind(
        DeviceType.GENERIC_SWITCH,
        (ERRORS,),
        more=_input,
        left={
            "counts.by_minute": "the last minutes, which are in the total",
            "counts.xby_minute": "the last minutes, which are in the total",
            "counts.minute_ts": "the time of the last minutes' counts",
        },
    ),
    "temperature": Kind(DeviceType.TEMPERATURE_SENSOR, (ERRORS,), more=_temperature),
    "humidity": Kind(
        DeviceType.HUMIDITY_SENSOR, (Rule("rh", "RelativeHumidityMeasurement.humidity"), ERRORS)
    ),
    "illuminance": Kind(
        DeviceType.LIGHT_SENSOR,
        (
            Rule("lux", "IlluminanceMeasurement.illuminance"),
            Rule("illumination", "Text.value", text, title="light, in a word"),
            ERRORS,
        ),
    ),
    "devicepower": Kind(
        DeviceType.BATTERY,
        (
            Rule("battery.percent", "PowerSource.batteryLevel"),
            Rule("battery.V", VOLTAGE, title="battery voltage"),
            Rule("external.present", "BooleanState.connected", flag, title="mains"),
            ERRORS,
        ),
    ),
    "voltmeter": Kind(
        DeviceType.ELECTRICAL_SENSOR, (Rule("voltage", VOLTAGE), ERRORS), more=_voltmeter
    ),
    "smoke": Kind(
        DeviceType.SMOKE_CO_ALARM,
        (
            Rule("alarm", "SmokeCoAlarm.smoke", flag),
            Rule("mute", STATE, flag, title="muted"),
            ERRORS,
        ),
        more=_smoke,
    ),
    "flood": Kind(
        DeviceType.WATER_LEAK_DETECTOR,
        (
            Rule("alarm", "BooleanState.leak", flag),
            Rule("mute", STATE, flag, title="muted"),
            ERRORS,
        ),
    ),
    "presence": Kind(
        DeviceType.OCCUPANCY_SENSOR,
        (
            Rule("num_objects", "OccupancySensing.occupied", filled),
            Rule("num_objects", "Number.value", title="how many"),
            ERRORS,
        ),
    ),
    "presencezone": Kind(
        DeviceType.OCCUPANCY_SENSOR,
        (
            Rule("value", "OccupancySensing.occupied", flag),
            Rule("state", "OccupancySensing.occupied", flag),
            Rule("num_objects", "Number.value", title="how many"),
            ERRORS,
        ),
    ),
}
"""What sensors are, by their type."""
