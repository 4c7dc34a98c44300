"""Lamps of both generations: on, level, colour and warmth, asked for in one call. Pure.

Sources: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/{Light,RGB,RGBW,CCT,RGBCCT}
and https://shelly-api-docs.shelly.cloud/gen1/ (`/light/0`, `/color/0`, `/white/0`).
"""

from drivers.kit import color
from drivers.kit.errors import RefusedError
from drivers.shelly.function import Call, Wish, Write
from drivers.shelly.reading import excerpt
from drivers.shelly.terms import EFFECT, HUE, KELVIN, LEVEL, ON, SATURATION
from hubd.model.value import Value

LONGEST_S = 10_800.0
LONGEST_GEN1_S = 5.0


def number_of(name: str, value: Value, low: float, high: float) -> float:
    """Return a wished number. Raises RefusedError for another value."""
    if isinstance(value, bool | str | None):
        raise RefusedError(f"{name} takes a number, not {excerpt(value)}")
    if not low <= value <= high:
        raise RefusedError(f"{name} takes {low:g} to {high:g}, not {value:g}")
    return value


def flag_of(name: str, value: Value) -> bool:
    """Return a wished boolean. Raises RefusedError for another value."""
    if not isinstance(value, bool):
        raise RefusedError(f"{name} takes true or false, not {excerpt(value)}")
    return value


def word_of(name: str, value: Value, choices: tuple[str, ...]) -> str:
    """Return a wished word. Raises RefusedError for another one."""
    if not isinstance(value, str) or value not in choices:
        raise RefusedError(f"{name} takes {', '.join(choices)}, not {excerpt(value)}")
    return value


def needs_positions(known: object) -> None:
    """Raise RefusedError for a position between the ends of a cover that knows none."""
    if not known:
        raise RefusedError(
            "it knows no positions: it takes 0 and 100 only",
            mend="Calibrate the cover in the maker's app",
        )


def primaries(wish: Wish) -> tuple[int, int, int]:
    """Return red, green and blue; half of a colour that is not asked for stays as it was."""
    halves: dict[str, float] = {}
    for name, high, otherwise in ((HUE, 360, 0.0), (SATURATION, 100, 100.0)):
        value = wish.values.get(name, wish.known.get(name))
        halves[name] = number_of(name, otherwise if value is None else value, 0, high)
    return color.rgb(halves[HUE], halves[SATURATION])


def lamp(method: str, number: int, *, modes: bool = False) -> Write:
    """Return what sets a lamp of Gen2+; `modes` if it must be told colour from white."""

    def write(wish: Wish) -> Call:
        values = wish.values
        on = flag_of(ON, values[ON]) if ON in values else None
        params: dict[str, object] = {"id": number}
        # A level alone lights the lamp up: it means nothing while it is off.
        params["on"] = on if on is not None else True
        if LEVEL in values:
            params["brightness"] = round(number_of(LEVEL, values[LEVEL], 0, 100))
        if HUE in values or SATURATION in values:
            params["rgb"] = list(primaries(wish))
            if modes:
                params["mode"] = "rgb"
        elif KELVIN in values:
            params["ct"] = round(number_of(KELVIN, values[KELVIN], 1000, 12000))
            if modes:
                params["mode"] = "cct"
        if wish.over_s:
            params["transition_duration"] = round(min(LONGEST_S, max(0.5, wish.over_s)), 2)
        return Call(method, params)

    return write


def old_lamp(path: str, *, colored: bool, modes: bool, effects: tuple[str, ...]) -> Write:
    """Return what sets a lamp of Gen1, at `path` such as `light/0`.

    `colored`: its level is `gain` while it shows a colour. `modes`: it shows a colour or white, and
    must be told which.
    """

    def write(wish: Wish) -> Call:
        values = wish.values
        on = flag_of(ON, values[ON]) if ON in values else True
        params: dict[str, object] = {"turn": "on" if on else "off"}
        tinted = HUE in values or SATURATION in values
        if tinted:
            params["red"], params["green"], params["blue"] = primaries(wish)
        elif KELVIN in values:
            params["temp"] = round(number_of(KELVIN, values[KELVIN], 1000, 12000))
        if modes and (tinted or KELVIN in values):
            params["mode"] = "color" if tinted else "white"
        if EFFECT in values:
            params["effect"] = effects.index(word_of(EFFECT, values[EFFECT], effects))
        if LEVEL in values:
            level = round(number_of(LEVEL, values[LEVEL], 0, 100))
            if colored:
                params["gain"] = level
            if not colored or modes:
                params["brightness"] = level
        if wish.over_s:
            params["transition"] = round(min(LONGEST_GEN1_S, wish.over_s) * 1000)
        return Call(path, params)

    return write
