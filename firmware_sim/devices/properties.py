"""What a simulated device has to tell or to be told: properties, their values, and their text."""

import math
from collections.abc import Mapping
from enum import StrEnum

type Value = bool | int | float | str


class Property(StrEnum):
    """A property of a device; its text is the word in a recording's `property` column."""

    ON = "on"
    LEVEL = "level_pct"
    COLOR_TEMPERATURE = "color_temperature_k"
    HUE = "hue_deg"
    SATURATION = "saturation_pct"
    OCCUPIED = "occupied"
    OPEN = "open"
    IN_BED = "in_bed"
    LEAK = "leak"
    SMOKE = "smoke"
    CARBON_MONOXIDE = "carbon_monoxide"
    ILLUMINANCE = "illuminance_lx"
    TEMPERATURE = "temperature_c"
    HUMIDITY = "humidity_pct"
    CO2 = "co2_ppm"
    POWER = "power_w"
    ENERGY = "energy_kwh"
    BATTERY = "battery_pct"
    POSITION = "position_pct"
    MOVEMENT = "movement"
    SETPOINT = "setpoint_c"
    MODE = "mode"
    HEATING = "heating"
    SPEED = "speed_pct"
    LOCKED = "locked"
    ACTIVITY = "activity"
    VOLUME = "volume_pct"
    SOURCE = "source"
    TIMEOUT = "timeout_s"
    SENSITIVITY = "sensitivity"
    HOME = "home"
    PRESS = "press"
    ASKED = "asked"


FLAGS = frozenset(
    {
        Property.ON,
        Property.OCCUPIED,
        Property.OPEN,
        Property.IN_BED,
        Property.LEAK,
        Property.SMOKE,
        Property.CARBON_MONOXIDE,
        Property.HEATING,
        Property.LOCKED,
        Property.HOME,
    }
)
WORDS = frozenset(
    {
        Property.MOVEMENT,
        Property.MODE,
        Property.ACTIVITY,
        Property.SOURCE,
        Property.SENSITIVITY,
        Property.PRESS,
        Property.ASKED,
    }
)
MOMENTARY = frozenset({Property.PRESS, Property.ASKED})
"""Happens and is over: never retained, and no part of a state that is announced again. `asked` is
what a device is asked to tell, for those that tell when they are asked."""

type State = Mapping[Property, Value]
type Changes = Mapping[Property, Value]

_TRUE = frozenset({"ON", "OPEN", "OPENED", "PRESENT", "TRUE", "LOCKED", "HOME", "1"})
_FALSE = frozenset(
    {"OFF", "CLOSE", "CLOSED", "ABSENT", "FALSE", "UNLOCKED", "AWAY", "NOT_HOME", "0"}
)
_TEXT = {
    Property.OPEN: ("OPEN", "CLOSE"),
    Property.LOCKED: ("LOCKED", "UNLOCKED"),
    Property.HOME: ("PRESENT", "ABSENT"),
}


def parse(prop: Property, text: str) -> Value:
    """Return the value that `text` of a recording gives to `prop`; raises ValueError."""
    word = text.strip()
    if prop in WORDS:
        if not word:
            raise ValueError(f"{prop} without a value")
        return word
    if prop in FLAGS:
        upper = word.upper()
        if upper in _TRUE:
            return True
        if upper in _FALSE:
            return False
        if (number := float(word)) in (0.0, 1.0):
            return bool(number)
        raise ValueError(f"{word!r} is neither on nor off")
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(f"{word!r} is not a number that a sensor can report")
    return number


def text(prop: Property, value: Value) -> str:
    """Return the text of `value` in a recording; `parse` takes it back."""
    if prop in FLAGS:
        return _TEXT.get(prop, ("ON", "OFF"))[not value]
    return str(value) if isinstance(value, str) else format(float(value), ".10g")


def flag(state: State, prop: Property) -> bool:
    """Return the truth of `prop`, False when the state lacks it."""
    return bool(state.get(prop, False))


def number(state: State, prop: Property, default: float = 0.0) -> float:
    """Return the number of `prop`, `default` when the state lacks it."""
    value = state.get(prop, default)
    return default if isinstance(value, str) else float(value)


def word(state: State, prop: Property, default: str = "") -> str:
    """Return the word of `prop`, `default` when the state lacks it."""
    return str(state.get(prop, default))
