"""What Gen1 switches, dims, moves and warms: what it says, and how it is asked. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen1/ (status and settings of each model).
"""

from collections.abc import Mapping

from drivers.shelly import lamps
from drivers.shelly.function import Call, Wish
from drivers.shelly.reading import (
    Read,
    flag,
    hue,
    number,
    record,
    saturation,
    text,
    word,
)
from drivers.shelly.sketch import Component, Kind, Rule
from drivers.shelly.terms import (
    EFFECT,
    ENERGY,
    HUE,
    KELVIN,
    LEVEL,
    MODE,
    ON,
    POSITION,
    POWER,
    PROBLEM,
    SATURATION,
    SETPOINT,
    STATE,
    SYSTEM_MODE,
    VALVE,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

_WATT_MINUTES = number(1 / 60_000)
_KNOWN = number(low=-273.15, high=998)
MOVES: Mapping[str, Value] = {"open": "opening", "close": "closing", "stop": "stopped"}
EFFECTS = ("Off", "Meteor Shower", "Gradual Change", "Flash")
BULB_EFFECTS = (*EFFECTS, "Breath", "On/Off Gradual", "Red/Green Change")
_BULB, _RGBW2 = "SHBLB-1", "SHRGBW2"
_BOTH_MODES = frozenset({_BULB, "SHCB-1"})
_WARM_FROM_K: Mapping[str, float] = {_BULB: 3000.0, "SHCB-1": 3000.0}
_TRV_MODES = ("off", "heat")
VALVE_OPEN: Mapping[str, Value] = {
    "opened": True,
    "opening": True,
    "closed": False,
    "closing": False,
}
_METERED = (
    Rule("meter.power", POWER),
    Rule("meter.total", ENERGY, _WATT_MINUTES),
)
_LOAD_ERROR = Rule("overpower", PROBLEM, flag, title="over its power limit")


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


def _update(component: Component) -> None:
    component.outline().acts("Update.install", lambda _: Call("ota", {"update": "true"}))


OUTPUTS: Mapping[str, Kind] = {
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
            Rule(
                "state",
                "WindowCovering.operation",
                word(MOVES),
                shape={"choices": tuple(map(str, MOVES.values()))},
            ),
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
            Rule(
                "window_open",
                "BooleanState.open",
                flag,
                "window",
                DeviceType.CONTACT_SENSOR,
                "window",
            ),
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
}
"""What outputs are, by their type."""
