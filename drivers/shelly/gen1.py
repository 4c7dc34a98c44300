"""Gen1: the settings and the status of a device as components, and what each is. Pure.

A status is a record of lists (`relays`, `lights`, `meters` …) and of single things (`tmp`, `bat`).
Here each is a component by a key of its own, as in Gen2 (`relay:0`, `tmp`); a meter counts as a
part of what it measures. Source: https://shelly-api-docs.shelly.cloud/gen1/.
"""

from collections.abc import Iterator, Mapping

from drivers.shelly import lamps
from drivers.shelly.function import Call, Carried, Status, Wish
from drivers.shelly.reading import (
    Read,
    filled,
    flag,
    hue,
    number,
    record,
    saturation,
    text,
    word,
)
from drivers.shelly.sketch import Component, Kind, Rule, Sketch
from drivers.shelly.terms import (
    CURRENT,
    EFFECT,
    ENERGY,
    EXPORTED,
    FACTOR,
    HUE,
    KELVIN,
    LEVEL,
    MODE,
    ON,
    OWN_TEMPERATURE,
    POSITION,
    POWER,
    PROBLEM,
    REACTIVE,
    SATURATION,
    SETPOINT,
    STATE,
    SYSTEM_MODE,
    VALVE,
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

LISTS = {
    "relays": "relay",
    "lights": "light",
    "rollers": "roller",
    "meters": "meter",
    "emeters": "emeter",
    "inputs": "input",
    "thermostats": "thermostat",
    "valves": "valve",
    "adcs": "adc",
}
_NUMBERED = {
    "ext_temperature": "ext_temperature",
    "ext_humidity": "ext_humidity",
    "ext_switch": "ext_switch",
}
_MEASURED = ("relay", "roller", "light")
"""What a meter of the same number may be of."""
_CHANNELS = ("red", "green", "blue")
_VALIDATED = frozenset({"tmp", "hum", "lux", "concentration", "meter", "emeter", "accel"})
_WATT_MINUTES = number(1 / 60_000)
_WH = number(0.001)
_KNOWN = number(low=-273.15, high=998)
_NOT_NEGATIVE = number(low=0)
MOVES: Mapping[str, Value] = {"open": "opening", "close": "closing", "stop": "stopped"}
EFFECTS = ("Off", "Meteor Shower", "Gradual Change", "Flash")
BULB_EFFECTS = (*EFFECTS, "Breath", "On/Off Gradual", "Red/Green Change")
_BULB, _RGBW2 = "SHBLB-1", "SHRGBW2"
_BOTH_MODES = frozenset({_BULB, "SHCB-1"})
COLORED = frozenset({_BULB, "SHCB-1", _RGBW2, "SHRGBWW-01", "SHCL-255", "SH2LED-1"})
_WARM_FROM_K: Mapping[str, float] = {_BULB: 3000.0, "SHCB-1": 3000.0}
_TRV_MODES = ("off", "heat")
VALVE_OPEN: Mapping[str, Value] = {
    "opened": True,
    "opening": True,
    "closed": False,
    "closing": False,
}
_ALARMED: Mapping[str, Value] = {"mild": True, "heavy": True, "none": False, "test": False}


def components(status: Mapping[str, object]) -> dict[str, object]:
    """Return a status as components by their keys."""
    found: dict[str, object] = {}
    for name, said in status.items():
        if name in LISTS and isinstance(said, list):
            found |= {f"{LISTS[name]}:{n}": item for n, item in enumerate(said[:64])}
        elif name in _NUMBERED and isinstance(said, dict):
            found |= {f"{_NUMBERED[name]}:{n}": item for n, item in list(said.items())[:64]}
        else:
            found[name] = said
    for key in [k for k in found if k.startswith("meter:")]:
        _, _, number_ = key.partition(":")
        owner = next((f"{k}:{number_}" for k in _MEASURED if f"{k}:{number_}" in found), "")
        if owner and isinstance(found[owner], dict):
            mine, meter = record(found[owner]), record(found.pop(key))
            kept = {k: v for k, v in meter.items() if k != "power" or k not in mine}
            found[owner] = {**mine, "meter": kept}
    return {key: _tidied(key.partition(":")[0], said) for key, said in found.items()}


def _tidied(kind: str, said: object) -> object:
    """Return a component as the rules read it.

    Red, green and blue are one list; the level is that of the mode which a lamp is in; what is
    marked as not valid is unknown; temperatures are in °C.
    """
    if not isinstance(said, dict):
        return said
    if kind in _VALIDATED and said.get("is_valid") is False:
        return {key: None if key != "is_valid" else False for key in said}
    if kind == "light":
        return _tidied_lamp(said)
    if kind == "thermostat":
        return {key: _in_celsius(value) for key, value in said.items()}
    if isinstance(meter := said.get("meter"), dict):
        return {**said, "meter": _tidied("meter", meter)}
    return said


def _tidied_lamp(said: Mapping[str, object]) -> Mapping[str, object]:
    lamp = dict(said)
    channels = [said.get(c) for c in _CHANNELS]
    if all(isinstance(c, int | float) and not isinstance(c, bool) for c in channels):
        lamp = {k: v for k, v in said.items() if k not in _CHANNELS} | {"rgb": channels}
    level = "gain" if said.get("mode") == "color" and "gain" in said else "brightness"
    return {**lamp, "level": said[level]} if level in said else lamp


def _in_celsius(said: object) -> object:
    """Return a temperature with its unit, or anything else as it is."""
    if not isinstance(said, dict) or said.get("units") != "F":
        return said
    fahrenheit = said.get("value")
    if isinstance(fahrenheit, bool) or not isinstance(fahrenheit, int | float):
        return said
    return {**said, "value": round((fahrenheit - 32) / 1.8, 2)}


def carried(
    info: Mapping[str, object], settings: Mapping[str, object], status: Mapping[str, object]
) -> Carried:
    """Return what a device of Gen1 can do.

    `info` is the answer to `/shelly` (its `type` is the model), the others those to `/settings` and
    `/status`.
    """
    parts = components(status)
    config: dict[str, object] = {**components(settings), "settings": settings}
    sketch = Sketch(parts, config, info)
    for key in parts:
        sketch.draw(key, KINDS.get(key.partition(":")[0], Kind()), EVERYWHERE)
    return sketch.carried()


def model_of(component: Component) -> str:
    """Return the model, such as `SHSW-25`."""
    said = component.sketch.info.get("type") or component.sketch.info.get("model")
    return said if isinstance(said, str) else ""


def _relay(component: Component) -> None:
    number_ = component.number
    settings = component.config
    outline = component.outline()
    if str(settings.get("appliance_type", "")).casefold() in {"light", "lights"}:
        outline.type = DeviceType.ON_OFF_LIGHT

    def write(wish: Wish) -> Call:
        on = lamps.flag_of(ON, wish.values.get(ON))
        return Call(f"relay/{number_}", {"turn": "on" if on else "off"})

    outline.writes(write, ON)


def _light(component: Component) -> None:
    model, status = model_of(component), component.status
    settings = record(component.sketch.config.get("settings"))
    mode = status.get("mode") or settings.get("mode") or component.sketch.status.get("mode")
    both = model in _BOTH_MODES
    colored = "rgb" in status and "gain" in status and (both or mode != "white")
    outline = component.outline()
    if colored:
        component.take(Rule("rgb", HUE, hue))
        component.take(Rule("rgb", SATURATION, saturation))
    if "temp" in status and (both or not colored):
        low = _WARM_FROM_K.get(model, 2700.0)
        shape: dict[str, object] = {"minimum": low, "maximum": 6500.0}
        component.take(Rule("temp", KELVIN, number(low=1000, high=12000), shape=shape))
    if both and "mode" in status:
        component.take(Rule("mode", MODE, text))
    if component.has("level"):
        component.take(Rule("level", LEVEL))
        component.taken.update(p for p in (("brightness",), ("gain",)) if p[0] in status)
    effects = BULB_EFFECTS if model == _BULB else EFFECTS
    if colored and "effect" in status:
        component.take(Rule("effect", EFFECT, _numbered(effects), shape={"choices": effects}))
    outline.type = (
        DeviceType.EXTENDED_COLOR_LIGHT
        if outline.has(HUE)
        else DeviceType.COLOR_TEMPERATURE_LIGHT
        if outline.has(KELVIN)
        else DeviceType.DIMMABLE_LIGHT
        if outline.has(LEVEL)
        else DeviceType.ON_OFF_LIGHT
    )
    path = "light"
    if model in {_RGBW2, "SHRGBWW-01"} and mode in {"color", "white"}:
        path = str(mode)
    write = lamps.old_lamp(
        f"{path}/{component.number}", colored=colored, modes=both, effects=effects
    )
    outline.writes(write, ON, LEVEL, HUE, SATURATION, KELVIN, fades="transition" in status)
    outline.shape(EFFECT, writable=True)
    if colored and "white" in status:
        _white(component, path)


def _white(component: Component, path: str) -> None:
    """Draw the white channel beside the colour: a lamp of its own."""
    component.take(
        Rule("white", LEVEL, number(100 / 255), "white", DeviceType.DIMMABLE_LIGHT, "white")
    )
    number_ = component.number

    def write(wish: Wish) -> Call:
        level = lamps.number_of(LEVEL, wish.values.get(LEVEL), 0, 100)
        return Call(f"{path}/{number_}", {"white": round(level * 2.55)})

    component.outline("white", DeviceType.DIMMABLE_LIGHT, "white").writes(write, LEVEL)


def _numbered(words: tuple[str, ...]) -> Read:
    """Return the reader of a number that stands for one of `words`."""
    read_number = number(low=0, high=len(words) - 1)

    def read(said: object) -> Value:
        value = read_number(said)
        return words[int(value)] if isinstance(value, float) else None

    return read


def _roller(component: Component) -> None:
    number_ = component.number
    by_position = component.status.get("positioning") is not False
    outline = component.outline()
    if not by_position:
        outline.shape(POSITION, step=100.0)

    def write(wish: Wish) -> Call:
        position = lamps.number_of(POSITION, wish.values.get(POSITION), 0, 100)
        if position in {0, 100}:
            return Call(f"roller/{number_}", {"go": "open" if position else "close"})
        lamps.needs_positions(by_position)
        return Call(f"roller/{number_}", {"go": "to_pos", "roller_pos": round(position)})

    outline.writes(write, POSITION)
    outline.acts("WindowCovering.stop", lambda _: Call(f"roller/{number_}", {"go": "stop"}))


def _input(component: Component) -> None:
    component.outline().hears(component.key, PRESSES)
    component.taken.update({("event",), ("event_cnt",)})


def _thermostat(component: Component) -> None:
    number_ = component.number
    in_fahrenheit = record(component.status.get("target_t")).get("units") == "F"
    outline = component.outline()
    outline.shape(SETPOINT, minimum=4.0, maximum=31.0)

    def write(wish: Wish) -> Call:
        params: dict[str, object] = {}
        if SYSTEM_MODE in wish.values:
            wished = lamps.word_of(SYSTEM_MODE, wish.values[SYSTEM_MODE], _TRV_MODES)
            params["target_t_enabled"] = int(wished == "heat")
        if SETPOINT in wish.values:
            target = lamps.number_of(SETPOINT, wish.values[SETPOINT], 4, 31)
            params["target_t"] = round(target * 1.8 + 32, 1) if in_fahrenheit else target
        return Call(f"thermostat/{number_}", params)

    def write_valve(wish: Wish) -> Call:
        level = lamps.number_of(VALVE, wish.values.get(VALVE), 0, 100)
        return Call(f"thermostat/{number_}", {"pos": round(level)})

    outline.writes(write, SETPOINT, SYSTEM_MODE)
    component.outline("valve", DeviceType.WATER_VALVE, "valve").writes(write_valve, VALVE)


def _heats(said: object) -> Value:
    enabled = flag(said)
    return None if enabled is None else _TRV_MODES[bool(enabled)]


def _valve(component: Component) -> None:
    number_ = component.number
    if component.status.get("state") == "not_connected":
        return
    component.take(Rule("state", "Valve.open", word(VALVE_OPEN)))
    component.take(Rule("state", "Valve.operation", text))

    def write(wish: Wish) -> Call:
        opened = lamps.flag_of("Valve.open", wish.values.get("Valve.open"))
        return Call(f"valve/{number_}", {"go": "open" if opened else "close"})

    component.outline().writes(write, "Valve.open")


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


def _update(component: Component) -> None:
    component.outline().acts("Update.install", lambda _: Call("ota", {"update": "true"}))


def presses(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what was done with buttons between two statuses: the component and the hub's word.

    A status counts the presses and tells the last one alone.
    """
    for key, said in now.items():
        former = before.get(key)
        if not key.startswith("input:") or not isinstance(said, dict):
            continue
        if not isinstance(former, dict) or former.get("event_cnt") == said.get("event_cnt"):
            continue
        event = said.get("event")
        if isinstance(event, str) and event in PRESSES:
            yield key, PRESSES[event]


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

_METERED = (
    Rule("meter.power", POWER),
    Rule("meter.total", ENERGY, _WATT_MINUTES),
)
_KEPT = "what the device keeps of itself: memory, revisions, clock"
_LOAD_ERROR = Rule("overpower", PROBLEM, flag, title="over its power limit")


def _left(reason: str) -> Kind:
    return Kind(reason=reason)


KINDS: Mapping[str, Kind] = {
    "relay": Kind(
        DeviceType.ON_OFF_PLUG,
        (
            Rule("ison", ON, flag),
            _LOAD_ERROR,
            Rule("overtemperature", PROBLEM, flag, "heat", title="too hot"),
            *_METERED,
        ),
        more=_relay,
    ),
    "light": Kind(
        DeviceType.DIMMABLE_LIGHT,
        (
            Rule("ison", ON, flag),
            Rule("power", POWER),
            _LOAD_ERROR,
            *_METERED,
        ),
        more=_light,
        left={
            "mode": "whether it shows a colour or white: it has one of them alone",
            "rgb": "a colour, which it does not show in this mode",
            "white": "the white channel, which it does not show in this mode",
            "temp": "the warmth of white, which it does not show in this mode",
            "effect": "a play of colours, which it does not show in this mode",
            "transition": "how long its changes take: each command says so itself",
        },
    ),
    "roller": Kind(
        DeviceType.WINDOW_COVERING,
        (
            Rule("state", "WindowCovering.operation", word(MOVES),
                 shape={"choices": tuple(map(str, MOVES.values()))}),
            Rule("current_pos", POSITION, number(low=0, high=100)),
            Rule("power", POWER),
            Rule("overtemperature", PROBLEM, flag, title="too hot"),
            Rule("safety_switch", STATE, flag, title="safety switch"),
            *_METERED,
        ),
        more=_roller,
        left={
            "stop_reason": "why it stopped: the history has it",
            "last_direction": "the movement before: the history has it",
            "calibrating": "a calibration under way",
            "positioning": "whether it knows positions: the position's steps say so",
        },
    ),
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
    "input": Kind(
        DeviceType.GENERIC_SWITCH, (Rule("input", STATE, flag),), more=_input
    ),
    "tmp": Kind(
        DeviceType.TEMPERATURE_SENSOR,
        more=_temperature,
        left={
            "tC": "its own temperature, which is told already",
            "value": "the same temperature, in the unit of its display",
              "sensor_error": "a fault: the temperature is told as unknown"},
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
    "valve": Kind(
        DeviceType.WATER_VALVE, more=_valve, left={"state": "no valve is connected to it"}
    ),
    "thermostat": Kind(
        DeviceType.THERMOSTAT,
        (
            Rule("tmp.value", "Thermostat.localTemperature", _KNOWN),
            Rule("target_t.value", SETPOINT),
            Rule("target_t.enabled", SYSTEM_MODE, _heats, shape={"choices": _TRV_MODES}),
            Rule("pos", VALVE, number(), "valve", DeviceType.WATER_VALVE, "valve"),
            Rule("window_open", "BooleanState.open", flag, "window", DeviceType.CONTACT_SENSOR,
                 "window"),
            Rule("boost_minutes", "Duration.value", number(60), "boost", title="boost left"),
        ),
        more=_thermostat,
        left={
            "tmp": "the unit and whether it is known",
            "target_t": "how the wished temperature is kept",
            "schedule": "a timetable of the device's own",
            "schedule_profile": "a timetable of the device's own",
        },
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
    "update": Kind(
        DeviceType.UPDATE,
        (
            Rule("old_version", "Update.installed", text),
            Rule("new_version", "Update.latest", text),
        ),
        more=_update,
        left={
            "status": "an update under way",
            "has_update": "whether the two versions differ",
            "beta_version": "a version that is not for homes",
        },
    ),
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
}  # fmt: skip
"""What components are, by their type. Others are carried value by value."""


def whole(status: Status) -> bool:
    """Say whether a record is a device's status: it names its address and its network."""
    return "wifi_sta" in status and "mac" in status
