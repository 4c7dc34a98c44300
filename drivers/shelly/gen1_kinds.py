"""Components of Gen1: what senses, what serves the device itself, and what is left out. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen1/ (status and settings of each model).
"""

from collections.abc import Mapping

from drivers.shelly.gen1_outputs import OUTPUTS
from drivers.shelly.reading import (
    filled,
    flag,
    number,
    text,
    word,
)
from drivers.shelly.sketch import Component, Kind, Rule
from drivers.shelly.terms import (
    CURRENT,
    ENERGY,
    EXPORTED,
    FACTOR,
    OWN_TEMPERATURE,
    POWER,
    PROBLEM,
    REACTIVE,
    STATE,
    VOLTAGE,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

PRESSES = {
    "S": "single",
    "SS": "double",
    "SSS": "triple",
    "L": "long",
    "SL": "single_long",
    "LS": "long_single",
}
"""The device's words for what was done with a button, and the hub's."""

_WATT_MINUTES = number(1 / 60_000)
_WH = number(0.001)
_KNOWN = number(low=-273.15, high=998)
_NOT_NEGATIVE = number(low=0)
_ALARMED: Mapping[str, Value] = {"mild": True, "heavy": True, "none": False, "test": False}
_KEPT = "what the device keeps of itself: memory, revisions, clock"

EVERYWHERE: Mapping[str, str] = {
    "source": "who asked last: the hub's own log says so",
    "has_timer": "a timer of the device's own",
    "timer_started": "a timer of the device's own",
    "timer_duration": "a timer of the device's own",
    "timer_remaining": "a timer of the device's own",
    "is_valid": "whether the value beside it is known: it is told as unknown otherwise",
    "meter.is_valid": "whether the value beside it is known: it is told as unknown otherwise",
    "meter.overpower": "at what power it switched off: that it did is told",
    "meter.timestamp": "the time of the meter's reading",
    "meter.counters": "the energy of the last minutes, which is in the total",
    "timestamp": "the time of the meter's reading",
    "counters": "the energy of the last minutes, which is in the total",
    "tF": "the same temperature, in °F",
    "units": "the unit: values are read in °C",
    "hwID": "the number of the sensor's chip",
    "last_sequence": "a sequence of presses under way",
}


def _input(component: Component) -> None:
    component.outline().hears(component.key, PRESSES)
    component.taken.update({("event",), ("event_cnt",)})


def _sensor(component: Component) -> None:
    if component.has("motion"):
        component.outline().type = DeviceType.OCCUPANCY_SENSOR


def _temperature(component: Component) -> None:
    """Draw a temperature: that of the room, or of the device itself where that can be too hot."""
    status = component.sketch.status
    if "temperature" in status:
        return
    own = "overtemperature" in status
    if own:
        component.outline().type = DeviceType.GENERIC
    name = OWN_TEMPERATURE if own else "TemperatureMeasurement.temperature"
    if component.has("tC"):
        component.take(Rule("tC", name, _KNOWN))


def _left(reason: str) -> Kind:
    return Kind(reason=reason)


KINDS: Mapping[str, Kind] = {
    **OUTPUTS,
    "meter": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (
            Rule("power", POWER),
            Rule("total", ENERGY, _WATT_MINUTES),
            Rule("overpower", PROBLEM, filled, title="over its power limit"),
        ),
    ),
    "emeter": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (
            Rule("power", POWER),
            Rule("reactive", REACTIVE),
            Rule("voltage", VOLTAGE),
            Rule("current", CURRENT),
            Rule("pf", FACTOR, number(100)),
            Rule("total", ENERGY, _WH),
            Rule("total_returned", EXPORTED, _WH),
        ),
    ),
    "emeter_n": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (
            Rule("current", CURRENT, title="neutral current"),
            Rule("mismatch", PROBLEM, flag, title="currents do not add up"),
        ),
        left={"ixsum": "the sum of the phases' currents, which are each told"},
    ),
    "input": Kind(DeviceType.GENERIC_SWITCH, (Rule("input", STATE, flag),), more=_input),
    "tmp": Kind(
        DeviceType.TEMPERATURE_SENSOR,
        more=_temperature,
        left={
            "tC": "its own temperature, which is told already",
            "value": "the same temperature, in the unit of its display",
            "sensor_error": "a fault: the temperature is told as unknown",
        },
    ),
    "hum": Kind(
        DeviceType.HUMIDITY_SENSOR,
        (Rule("value", "RelativeHumidityMeasurement.humidity", number(low=0, high=100)),),
    ),
    "bat": Kind(
        DeviceType.BATTERY,
        (
            Rule("value", "PowerSource.batteryLevel", number(low=0, high=100)),
            Rule("voltage", VOLTAGE, title="battery voltage"),
        ),
    ),
    "charger": Kind(DeviceType.BATTERY, (Rule("", "PowerSource.charging", flag),), "bat"),
    "lux": Kind(
        DeviceType.LIGHT_SENSOR,
        (
            Rule("value", "IlluminanceMeasurement.illuminance", _NOT_NEGATIVE),
            Rule("illumination", "Text.value", text, title="light, in a word"),
        ),
    ),
    "flood": Kind(DeviceType.WATER_LEAK_DETECTOR, (Rule("", "BooleanState.leak", flag),)),
    "rain_sensor": Kind(DeviceType.RAIN_SENSOR, (Rule("", STATE, flag, title="measures rain"),)),
    "smoke": Kind(DeviceType.SMOKE_CO_ALARM, (Rule("", "SmokeCoAlarm.smoke", flag),)),
    "motion": Kind(DeviceType.OCCUPANCY_SENSOR, (Rule("", "OccupancySensing.occupied", flag),)),
    "sensor": Kind(
        DeviceType.CONTACT_SENSOR,
        (
            Rule("state", "BooleanState.open", word({"open": True, "close": False})),
            Rule("motion", "OccupancySensing.occupied", flag),
            Rule("vibration", "BooleanState.vibration", flag),
            Rule("active", STATE, flag, title="watching"),
        ),
        more=_sensor,
        left={"motion_timestamp": "the time of the last motion: the history has it"},
    ),
    "accel": Kind(
        DeviceType.GENERIC,
        (
            Rule("tilt", "Number.value", _NOT_NEGATIVE, title="tilt", shape={"unit": "°"}),
            Rule("vibration", "BooleanState.vibration", filled),
        ),
    ),
    "gas_sensor": Kind(
        DeviceType.SMOKE_CO_ALARM,
        (
            Rule("alarm_state", "SmokeCoAlarm.gas", word(_ALARMED)),
            Rule("alarm_state", "Text.value", text, "alarm", title="alarm"),
            Rule("sensor_state", "Text.value", text, "state", title="sensor"),
            Rule("self_test_state", "Text.value", text, "self_test", title="self-test"),
        ),
    ),
    "concentration": Kind(
        DeviceType.SMOKE_CO_ALARM,
        (Rule("ppm", "Number.value", _NOT_NEGATIVE, title="gas", shape={"unit": "ppm"}),),
    ),
    "adc": Kind(DeviceType.ELECTRICAL_SENSOR, (Rule("voltage", VOLTAGE),)),
    "ext_temperature": Kind(
        DeviceType.TEMPERATURE_SENSOR,
        (Rule("tC", "TemperatureMeasurement.temperature", _KNOWN),),
    ),
    "ext_humidity": Kind(
        DeviceType.HUMIDITY_SENSOR,
        (Rule("hum", "RelativeHumidityMeasurement.humidity", number(low=0, high=100)),),
    ),
    "ext_switch": Kind(DeviceType.GENERIC_SWITCH, (Rule("input", STATE, flag),)),
    "temperature": Kind(rules=(Rule("", OWN_TEMPERATURE, _KNOWN),)),
    "overtemperature": Kind(rules=(Rule("", PROBLEM, flag, title="too hot"),)),
    "overpower": Kind(rules=(Rule("", PROBLEM, flag, title="over its power limit"),)),
    "overload": Kind(rules=(Rule("", PROBLEM, flag, title="overloaded"),)),
    "loaderror": Kind(rules=(Rule("", PROBLEM, flag, title="the load is faulty"),)),
    "voltage": Kind(DeviceType.ELECTRICAL_SENSOR, (Rule("", VOLTAGE),)),
    "total_power": Kind(DeviceType.ELECTRICAL_SENSOR, (Rule("", POWER, title="all phases"),)),
    "total_work_time": Kind(rules=(Rule("", "Duration.value", title="lamp's work"),)),
    "sensor_error": Kind(rules=(Rule("", PROBLEM, filled, title="sensor fault"),)),
    "wifi_sta": Kind(
        rules=(Rule("rssi", "Signal.strength"),),
        left=dict.fromkeys(
            ("connected", "ssid", "ip"), "where it is in the network: the driver's own record"
        ),
    ),
    "has_update": _left("whether the two versions of its firmware differ, which are told"),
    "temperature_status": _left("the temperature in a word, which is told in °C"),
    "cloud": _left("the maker's cloud, of which the hub has no need"),
    "mqtt": _left("its connection to a broker: the hub sees by itself whether it is there"),
    "ext_sensors": _left("the unit of its add-on: values are read in °C"),
    "mode": _left("what it is used as: its functions say so"),
    "actions_stats": _left("what the device calls by itself"),
    "act_reasons": _left("why it woke up"),
    "connect_retries": _left("how often it tried to come into the network"),
    "is_valid": _left("whether the values beside it are known: they are told as unknown otherwise"),
    "calibrated": _left("how it was set up: its owner does so in the maker's app"),
    "calib_progress": _left("a calibration under way"),
    "calib_status": _left("a calibration under way"),
    "calib_running": _left("a calibration under way"),
    "wire_mode": _left("how it was set up: its owner does so in the maker's app"),
    "forced_neutral": _left("how it was set up: its owner does so in the maker's app"),
    "debug_flags": _left(_KEPT),
    "dbg_flags": _left(_KEPT),
    "ps_mode": _left(_KEPT),
    "fs_mounted": _left(_KEPT),
    "v_data": _left(_KEPT),
    "ct_calst": _left(_KEPT),
    "time": _left(_KEPT),
    "unixtime": _left(_KEPT),
    "serial": _left(_KEPT),
    "mac": _left("its address, by which it is known"),
    "cfg_changed_cnt": _left(_KEPT),
    "ram_total": _left(_KEPT),
    "ram_free": _left(_KEPT),
    "ram_lwm": _left(_KEPT),
    "fs_size": _left(_KEPT),
    "fs_free": _left(_KEPT),
    "uptime": _left(_KEPT),
}
"""What components are, by their type. Others are carried value by value."""
