"""What is switched, dimmed and moved: switches, lamps, covers of Gen2 and later. Pure.

Sources: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/{Switch,Light,RGBW,Cover}.
"""

from collections.abc import Mapping

from drivers.shelly import lamps
from drivers.shelly.function import Call, Wish
from drivers.shelly.metering import ERRORS, METERED
from drivers.shelly.reading import flag, hue, number, record, saturation, text, word
from drivers.shelly.sketch import Component, Kind, Rule
from drivers.shelly.terms import (
    HUE,
    KELVIN,
    LEVEL,
    MODE,
    ON,
    POSITION,
    SATURATION,
    TILT,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value


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
    match said:
        case [int() | float() as low, int() | float() as high] if 1000 <= low < high <= 12000:
            return float(low), float(high)
        case _:
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


_LAMP = Kind(
    DeviceType.DIMMABLE_LIGHT,
    (Rule("output", ON, flag), Rule("brightness", LEVEL), *METERED, ERRORS),
    more=_lamp,
)
OUTPUTS: Mapping[str, Kind] = {
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
}
"""What outputs are, by their type."""
