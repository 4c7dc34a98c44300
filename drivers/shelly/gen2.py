"""Components of Gen2, Gen3 and Gen4: what each type says, and how it is asked. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen2/ (components and services), and the names that
https://github.com/home-assistant-libs/aioshelly calls methods by.
"""

from collections.abc import Mapping

from drivers.shelly import bluetooth, lamps, virtual
from drivers.shelly.climate import blu_trv, cury, thermostat
from drivers.shelly.function import Call, Carried, Status, Wish
from drivers.shelly.reading import filled, flag, hue, number, record, saturation, text, word
from drivers.shelly.sketch import DYNAMIC, Component, Kind, Rule, Sketch
from drivers.shelly.terms import (
    APPARENT,
    CURRENT,
    ENERGY,
    EXPORTED,
    FACTOR,
    FREQUENCY,
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
    TILT,
    VALVE,
    VOLTAGE,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

TEMPERATURE = "TemperatureMeasurement.temperature"
_IN_ROOMS = frozenset({"humidity", "smoke", "flood", "thermostat", "presence"})
_HOT = frozenset({"switch", "cover", "light", "em", "em1", "pm1", "cb", "rgb", "rgbw", "cct"})
_WH = number(0.001)
_PERCENT = number(100)

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

METERED = (
    Rule("apower", POWER),
    Rule("act_power", POWER),
    Rule("aprt_power", APPARENT),
    Rule("reactive_power", REACTIVE),
    Rule("voltage", VOLTAGE),
    Rule("current", CURRENT),
    Rule("pf", FACTOR, _PERCENT),
    Rule("freq", FREQUENCY),
    Rule("aenergy.total", ENERGY, _WH),
    Rule("ret_aenergy.total", EXPORTED, _WH),
    Rule("total_act_energy", ENERGY, _WH),
    Rule("total_act_ret_energy", EXPORTED, _WH),
    Rule("temperature.tC", OWN_TEMPERATURE),
)
ERRORS = Rule("errors", PROBLEM, filled, omitted=True)

EVERYWHERE: Mapping[str, str] = {
    "source": "who asked last: the hub's own log says so",
    "timer_started_at": "a timer of the device's own",
    "timer_duration": "a timer of the device's own",
    "timer_remaining": "a timer of the device's own",
    "aenergy.by_minute": "the energy of the last minutes, which is in the total",
    "aenergy.minute_ts": "the time of the last minutes' energy",
    "ret_aenergy.by_minute": "the energy of the last minutes, which is in the total",
    "ret_aenergy.minute_ts": "the time of the last minutes' energy",
    "temperature.tF": "the same temperature, in °F",
    "tF": "the same temperature, in °F",
    "flags": "what the device notes of itself",
    "calibration": "how the meter was calibrated",
    "transition": "a change under way: the values follow",
    "last_updated_ts": "the time of the last report",
    "lastUpdated": "the time of the last report",
    "last_update_ts": "the time of the last report",
}


def carried(info: Mapping[str, object], config: Mapping[str, object], status: Status) -> Carried:
    """Return what a device of Gen2+ can do.

    `info` is the answer to Shelly.GetDeviceInfo, the others those to GetConfig and GetStatus, with
    what GetComponents tells put in. What has configuration alone is described too (a button).
    """
    sketch = Sketch(status, config, info)
    bare = [key for key, said in config.items() if key not in status and isinstance(said, dict)]
    for key in (*status, *(k for k in bare if k.partition(":")[0] == "button")):
        kind = KINDS.get(key.partition(":")[0].casefold(), _UNKNOWN)
        sketch.draw(key, kind, EVERYWHERE)
    return sketch.carried()


def _phase(letter: str) -> tuple[Rule, ...]:
    """Return the rules of one phase of a three-phase meter."""
    named = {
        "act_power": (POWER, number()),
        "aprt_power": (APPARENT, number()),
        "voltage": (VOLTAGE, number()),
        "current": (CURRENT, number()),
        "freq": (FREQUENCY, number()),
        "pf": (FACTOR, _PERCENT),
        "total_act_energy": (ENERGY, _WH),
        "total_act_ret_energy": (EXPORTED, _WH),
        "errors": (PROBLEM, filled),
    }
    kind = DeviceType.ELECTRICAL_SENSOR
    endpoint = {"endpoint": letter, "type": kind}
    return tuple(
        Rule(f"{letter}_{path}", name, read, **endpoint)  # type: ignore[arg-type]
        for path, (name, read) in named.items()
    )


_THREE_PHASE = (
    Rule("total_act_power", POWER),
    Rule("total_aprt_power", APPARENT),
    Rule("total_current", CURRENT),
    Rule("total_act", ENERGY, _WH),
    Rule("total_act_ret", EXPORTED, _WH),
    *(rule for letter in "abcn" for rule in _phase(letter)),
)


def _switch(component: Component) -> None:
    number_ = component.number
    key = "output" if component.type.casefold() == "cb" else "on"
    method = "CB.Set" if key == "output" else "Switch.Set"
    outline = component.outline()
    if _used_as(component) == "light":
        outline.type = DeviceType.ON_OFF_LIGHT

    def write(wish: Wish) -> Call:
        return Call(method, {"id": number_, key: lamps.flag_of(ON, wish.values.get(ON))})

    outline.writes(write, ON)


def _used_as(component: Component) -> str:
    """Return what its owner says that the output feeds, in the maker's app."""
    ui = record(record(component.sketch.config.get("sys")).get("ui_data"))
    kinds = ui.get("consumption_types")
    if not isinstance(kinds, list) or component.number >= len(kinds):
        return ""
    return str(kinds[component.number]).casefold()


def _lamp(component: Component) -> None:
    method = {
        "light": "Light.Set",
        "rgb": "RGB.Set",
        "rgbw": "RGBW.Set",
        "cct": "CCT.Set",
        "rgbcct": "RGBCCT.Set",
        "ledstrip": "LedStrip.Set",
    }[component.type.casefold()]
    outline = component.outline()
    if component.has("rgb"):
        component.take(Rule("rgb", HUE, hue))
        component.take(Rule("rgb", SATURATION, saturation))
    if component.has("ct"):
        low, high = _range(component.config.get("ct_range"))
        component.take(Rule("ct", KELVIN, shape={"minimum": low, "maximum": high}))
    if component.has("mode"):
        component.take(Rule("mode", MODE, text))
    outline.type = (
        DeviceType.EXTENDED_COLOR_LIGHT
        if outline.has(HUE)
        else DeviceType.COLOR_TEMPERATURE_LIGHT
        if outline.has(KELVIN)
        else DeviceType.DIMMABLE_LIGHT
        if outline.has(LEVEL)
        else DeviceType.ON_OFF_LIGHT
    )
    write = lamps.lamp(method, component.number, modes=outline.has(MODE))
    outline.writes(write, ON, LEVEL, HUE, SATURATION, KELVIN, fades=method != "LedStrip.Set")
    if component.has("white"):
        _white(component, method)


def _white(component: Component, method: str) -> None:
    """Draw the white channel beside the colour: a lamp of its own."""
    rule = Rule("white", LEVEL, number(100 / 255), "white", DeviceType.DIMMABLE_LIGHT, "white")
    component.take(rule)
    number_ = component.number

    def write(wish: Wish) -> Call:
        level = lamps.number_of(LEVEL, wish.values.get(LEVEL), 0, 100)
        params: dict[str, object] = {"id": number_, "white": round(level * 2.55)}
        if level:
            params["on"] = True
        return Call(method, params)

    component.outline("white", DeviceType.DIMMABLE_LIGHT, "white").writes(write, LEVEL)


def _range(said: object) -> tuple[float, float]:
    """Return the colour temperatures that a lamp has, in kelvins."""
    if isinstance(said, list) and len(said) == 2:
        low, high = (number(low=1000, high=12000)(end) for end in said if not isinstance(end, str))
        if isinstance(low, float) and isinstance(high, float) and low < high:
            return low, high
    return 2700.0, 6500.0


MOVES: Mapping[str, Value] = {
    "open": "open",
    "closed": "closed",
    "opening": "opening",
    "closing": "closing",
    "stopped": "stopped",
    "calibrating": "calibrating",
}


def _cover(component: Component) -> None:
    outline = component.outline()
    outline.shape("WindowCovering.operation", choices=tuple(map(str, MOVES.values())))
    number_ = component.number
    by_position = component.status.get("pos_control") is not False
    component.taken.add(("pos_control",))
    if not outline.has(POSITION):
        component.take(Rule("current_pos", POSITION))
    if not by_position:
        outline.shape(POSITION, step=100.0)

    def write(wish: Wish) -> Call:
        params: dict[str, object] = {"id": number_}
        if POSITION in wish.values:
            position = lamps.number_of(POSITION, wish.values[POSITION], 0, 100)
            if position in {0, 100}:
                if TILT not in wish.values:
                    return Call("Cover.Open" if position else "Cover.Close", params)
            else:
                lamps.needs_positions(by_position)
            params["pos"] = round(position)
        if TILT in wish.values:
            params["slat_pos"] = round(lamps.number_of(TILT, wish.values[TILT], 0, 100))
        return Call("Cover.GoToPosition", params)

    outline.writes(write, POSITION, TILT)
    outline.acts("WindowCovering.stop", lambda _: Call("Cover.Stop", {"id": number_}))


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
    component.outline().acts("Button.press", lambda _: Call("Smoke.Mute", {"id": number_}))


def _system(component: Component) -> None:
    """Draw the update: a status tells a newer version, and leaves it out if there is none."""
    version = component.sketch.info.get("ver")
    installed = version if isinstance(version, str) else ""

    def latest(said: object) -> Value:
        newer = record(record(said).get("stable")).get("version")
        return newer if isinstance(newer, str) else installed or None

    outline = component.outline("update", DeviceType.UPDATE, "update")
    if component.has("available_updates"):
        component.take(
            Rule("available_updates", "Update.latest", latest, "update", DeviceType.UPDATE, "")
        )
        if component.has("available_updates.stable.version"):
            component.taken.add(("available_updates", "stable", "version"))
    outline.acts("Update.install", lambda _: Call("Shelly.Update", {"stage": "stable"}))


_IN_SYS = "what the device keeps of itself: memory, revisions, clock"
_ADDRESS = "where it is in the network: the driver's own record"
_LAMP = Kind(
    DeviceType.DIMMABLE_LIGHT,
    (Rule("output", ON, flag), Rule("brightness", LEVEL), *METERED, ERRORS),
    more=_lamp,
)
_METER = Kind(DeviceType.ELECTRICAL_SENSOR, (*METERED, ERRORS))
_UNKNOWN = Kind()


def _service(what: str) -> Kind:
    """Return what a component is that serves the device alone."""
    return Kind(reason=what)


KINDS: Mapping[str, Kind] = {
    "switch": Kind(
        DeviceType.ON_OFF_PLUG, (Rule("output", ON, flag), *METERED, ERRORS), more=_switch
    ),
    "cb": Kind(DeviceType.ON_OFF_PLUG, (Rule("output", ON, flag), *METERED, ERRORS), more=_switch),
    "light": _LAMP,
    "rgb": _LAMP,
    "rgbw": _LAMP,
    "cct": _LAMP,
    "rgbcct": _LAMP,
    "ledstrip": _LAMP,
    "cover": Kind(
        DeviceType.WINDOW_COVERING,
        (
            Rule("state", "WindowCovering.operation", word(MOVES)),
            Rule("current_pos", POSITION),
            Rule("slat_pos", TILT),
            *METERED,
            ERRORS,
        ),
        more=_cover,
        left={
            "target_pos": "where it is going: it becomes the position",
            "target_slat_pos": "where it is going: it becomes the tilt",
            "move_timeout": "the longest time of a movement",
            "move_started_at": "the time of a movement",
            "last_direction": "the movement before: the history has it",
        },
    ),
    "input": Kind(
        DeviceType.GENERIC_SWITCH,
        (ERRORS,),
        more=_input,
        left={"counts.by_minute": "the last minutes, which are in the total",
              "counts.xby_minute": "the last minutes, which are in the total",
              "counts.minute_ts": "the time of the last minutes' counts"},
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
    "pm1": _METER,
    "em1": _METER,
    "em1data": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*METERED, Rule("errors", PROBLEM, filled, "data", title="its records")),
        base="em1",
    ),
    "em": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*_THREE_PHASE, ERRORS),
        left={"user_calibrated_phase": "how the meter was calibrated"},
    ),
    "emdata": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*_THREE_PHASE, Rule("errors", PROBLEM, filled, "data", title="its records")),
        base="em",
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
    "thermostat": Kind(
        DeviceType.THERMOSTAT,
        (
            Rule("current_C", "Thermostat.localTemperature"),
            Rule("target_C", SETPOINT),
            Rule("current_humidity", "Thermostat.localHumidity"),
            Rule("target_humidity", "Thermostat.humiditySetpoint"),
            ERRORS,
        ),
        more=thermostat,
        left={
            "current_F": "the same temperature, in °F",
            "target_F": "the same temperature, in °F",
            "schedules": "a timetable of the device's own",
        },
    ),
    "blutrv": Kind(
        DeviceType.THERMOSTAT,
        (
            Rule("current_C", "Thermostat.localTemperature"),
            Rule("target_C", SETPOINT),
            Rule("pos", VALVE, number(), "valve", DeviceType.WATER_VALVE, "valve"),
            Rule("battery", "PowerSource.batteryLevel"),
            Rule("rssi", "Signal.strength"),
            Rule("connected", "BooleanState.connected", flag),
            ERRORS,
        ),
        more=blu_trv,
        left={
            "rpc": "the calls that wait for the radiator's valve",
            "packet_id": "the count of its radio messages",
            "paired": "whether it is paired with its gateway",
            "schedule_rev": "a timetable of the device's own",
            "fw_ver": "its firmware: the gateway keeps it",
        },
    ),
    "cury": Kind(DeviceType.GENERIC, (ERRORS,), more=cury),
    "bthomedevice": Kind(
        DeviceType.GENERIC,
        (
            Rule("battery", "PowerSource.batteryLevel"),
            Rule("rssi", "Signal.strength"),
            ERRORS,
        ),
        more=bluetooth.device,
        left={
            "packet_id": "the count of its radio messages",
            "paired": "whether it is paired with its gateway",
            "fw_ver": "its firmware: the gateway keeps it",
        },
    ),
    "bthomesensor": Kind(more=bluetooth.sensor),
    "number": Kind(more=virtual.number),
    "boolean": Kind(more=virtual.boolean),
    "enum": Kind(more=virtual.enum),
    "text": Kind(more=virtual.text),
    "button": Kind(DeviceType.GENERIC_SWITCH, more=virtual.button),
    "sys": Kind(
        DeviceType.GENERIC,
        (
            Rule("restart_required", PROBLEM, flag, title="restart needed"),
            Rule("wakeup_period", "Duration.value", title="wakes every"),
        ),
        more=_system,
        left={
            "available_updates": "a version that is not for homes, or its other name",
        }
        | dict.fromkeys(
            (
                "mac", "time", "unixtime", "last_sync_ts", "uptime", "ram_size", "ram_free",
                "ram_min_free", "fs_size", "fs_free", "cfg_rev", "kvs_rev", "schedule_rev",
                "webhook_rev", "btrelay_rev", "bthc_rev", "knx_rev", "reset_reason", "utc_offset",
                "wakeup_reason", "wakeup_reason.boot", "safe_mode", "alt", "app", "app_uptime",
                "auth_en", "discoverable", "fw_id", "gen", "id", "model", "platform",
                "relay_in_thermostat", "sensor_in_thermostat", "ver", "slot",
            ),
            _IN_SYS,
        ),
    ),
    "wifi": Kind(
        DeviceType.GENERIC,
        (Rule("rssi", "Signal.strength"),),
        left=dict.fromkeys(
            ("sta_ip", "sta_ip6", "status", "ssid", "bssid", "ap_client_count", "gw", "mac",
             "nameserver", "netmask", "channel"),
            _ADDRESS,
        ),
    ),
    "eth": _service(_ADDRESS),
    "ble": _service("its bluetooth, which serves the device itself"),
    "cloud": _service("the maker's cloud, of which the hub has no need"),
    "mqtt": _service("its connection to a broker: the hub sees by itself whether it is there"),
    "ws": _service("its connection to another server"),
    "modbus": _service("another way to read the same values"),
    "bacnet": _service("another way to read the same values"),
    "knx": _service("another way to read the same values"),
    "matter": _service("another way to the same device, which the hub takes by itself"),
    "zigbee": _service("another way to the same device, which the hub takes by itself"),
    "bthome": _service("the listening for bluetooth devices: each is told by its own"),
    "bthomecontrol": _service("which bluetooth button moves which output, inside of the device"),
    "blugw": _service("the gateway for bluetooth devices: each is told by its own"),
    "script": _service("a program of its owner's, inside of the device"),
    "service": _service("a program of the maker's: what it says is told by its own components"),
    "group": _service("a list of the device's own values, which are each told"),
    "object": _service("a record inside of the device, which no property holds"),
    "plugs_ui": _service("the look of its light ring"),
    "pill": _service("which add-on is plugged in: what it measures is told by its own"),
    "ht_ui": _service("the look of its display"),
    "wd_ui": _service("the look of its display"),
    "ui": _service("the look of its display"),
    "awaiting_auth_code": _service("the pairing with the maker's cloud"),
    "schedule": _service("a timetable of the device's own"),
    "webhook": _service("what the device calls by itself"),
    "kvs": _service("a notebook of the device's own"),
    "dali": _service("the bus behind the lamp: the lamp is told by itself"),
}  # fmt: skip
"""What components are, by their type. Others are carried value by value."""
