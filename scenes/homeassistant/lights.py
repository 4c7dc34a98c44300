"""How a light is to shine: brightness, colour, effect."""

from scenes.homeassistant import colors
from scenes.homeassistant.effects import Call, Effect, Settings, amount, transition
from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Items
from scenes.homeassistant.states import of_name
from scenes.homeassistant.targets import Meant
from scenes.homeassistant.templates import value_of, words_of
from scenes.homeassistant.values import Lit

_LIGHT = frozenset(
    {"brightness", "brightness_pct", "brightness_step", "brightness_step_pct", "transition"}
    | {"color_temp", "color_temp_kelvin", "kelvin", "rgb_color", "rgbw_color", "rgbww_color"}
    | {"hs_color", "xy_color", "color_name", "effect", "white", *("entity_id", "area_id")}
    | {"device_id", "floor_id", "label_id"}
)
_COLORS: tuple[str, ...] = (
    *("color_temp_kelvin", "kelvin", "color_temp", "rgb_color", "rgbw_color", "rgbww_color"),
    *("hs_color", "xy_color", "color_name"),
)


def light_on(call: Call, meant: Meant) -> Effect:
    """Return what `light.turn_on` does. Raises NotCarriedError for what has no word here."""
    for key in call.data:
        if key not in _LIGHT:
            raise NotCarriedError(f'"{key}" of a light', call.data.at(key))
    settings = _level(call, meant)
    color = next((key for key in _COLORS if call.get(key) is not None), "")
    settings |= _color(call, color) if color else {}
    if call.get("effect") is not None:
        settings["effect"] = words_of(call.get("effect"), call.job)
    if call.get("transition") is not None:
        call.over = transition(call)
    if not settings:
        return Effect("on")
    return Effect(settings["level"] if set(settings) == {"level"} else settings)


def _level(call: Call, meant: Meant) -> Settings:
    for key, factor in (("brightness_pct", 1.0), ("brightness", 100 / 255), ("white", 100 / 255)):
        if call.get(key) is not None and not isinstance(call.get(key), bool):
            return {"level": amount(call, key, "%", factor, 0, 100)}
    for key, factor in (("brightness_step_pct", 1.0), ("brightness_step", 100 / 255)):
        if call.get(key) is not None:
            step = str(amount(call, key, "%", factor, -100, 100))
            if step.startswith("="):
                raise NotCarriedError("a step of brightness that is worked out")
            sign, size = ("-", step[1:]) if step.startswith("-") else ("+", step)
            return {"level": f"= level of {of_name(meant.phrase)} {sign} {size}"}
    return {}


def _color(call: Call, key: str) -> Settings:
    value = call.get(key)
    if isinstance(value, Items):
        value = [_constant(item, call) for item in value]
    elif is_template(value) and key in {"color_temp_kelvin", "kelvin"}:
        return {"color temperature": amount(call, key, "K", 1, 1000, 12000)}
    elif is_template(value):
        value = _constant(value, call)
        if isinstance(value, tuple):
            value = [item.value for item in value if isinstance(item, Lit)]
    return colors.look(key, value)


def _constant(item: object, call: Call) -> object:
    value = value_of(item, call.job, deciding=True)
    if not isinstance(value, Lit):
        raise NotCarriedError("a colour that is worked out while it runs")
    return value.value
