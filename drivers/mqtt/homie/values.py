"""A Homie property's values, by its datatype. Pure.

Source: https://homieiot.github.io/specification/spec-core-v5_0_0/ (Payload), which says what 4.0
leaves open.
"""

import math
import re

from drivers.mqtt.codec import Codec, either, number, text, tidy
from drivers.mqtt.errors import DiscoveryError, UnreadableError, UnwritableError, excerpt
from drivers.mqtt.homie.tree import HomieProperty
from drivers.mqtt.payload import MISSING, Missing
from hubd.model.value import Value

NUMBERS = frozenset({"integer", "float", "percent"})
DATATYPES = NUMBERS | {"boolean", "string", "enum", "color", "datetime", "duration", "json"}
EMPTY = "\0"
"""How version 5 writes an empty text, since an empty message withdraws a retained one."""
_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?")


def bounds(prop: HomieProperty) -> tuple[float | None, float | None, float | None]:
    """Return minimum, maximum and step, each None where it is open. Raises DiscoveryError.

    `format` is `min:max:step`, each of which may be left out.
    """
    parts = prop.format.split(":") if prop.format else []
    try:
        said = [float(part) if part.strip() else None for part in parts]
    except ValueError:
        raise DiscoveryError(f"format is {excerpt(prop.format)}, not min:max:step") from None
    if len(said) > 3 or any(n is not None and not math.isfinite(n) for n in said):
        raise DiscoveryError(f"format is {excerpt(prop.format)}, not min:max:step")
    low, high, step = (said[at] if at < len(said) else None for at in range(3))
    if low is not None and high is not None and low >= high:
        raise DiscoveryError(f"format {excerpt(prop.format)} leaves nothing between")
    return low, high, step if step and step > 0 else None


def choices(prop: HomieProperty) -> tuple[str, ...]:
    """Return what an enum can be."""
    return tuple(dict.fromkeys(word for word in prop.format.split(",") if word))


def codec(prop: HomieProperty) -> Codec:
    """Return how a property's values are read and written as they are. Raises DiscoveryError."""
    match prop.datatype:
        case "integer" | "float" | "percent":
            low, high, _ = bounds(prop)
            return number(whole=prop.datatype == "integer", low=low, high=high)
        case "boolean":
            return either(yes="true", no="false")
        case "enum":
            return text(choices(prop))
        case "duration":
            return Codec(_seconds, _duration)
        case _:
            return texts()


def texts() -> Codec:
    """Return the codec of a text; an empty one is a zero byte."""
    inner = text()

    def read(said: object) -> Value | Missing:
        return "" if said == EMPTY else inner.read(said)

    def write(value: Value) -> object:
        return inner.write(value) or EMPTY

    return Codec(read, write)


def scaled(prop: HomieProperty, *, full: float = 100.0) -> Codec:
    """Return the codec of a share that a device counts in its own range, as 0 to `full`.

    Raises DiscoveryError.
    """
    low, high, _ = bounds(prop)
    low = 0.0 if low is None else low
    high = 100.0 if high is None else high
    if low >= high:
        raise DiscoveryError(f"format {excerpt(prop.format)} leaves nothing between")
    scale = full / (high - low)
    inner = number(scale, -low * scale, whole=prop.datatype == "integer", low=0.0, high=full)

    def read(said: object) -> Value | Missing:
        value = inner.read(said)
        if isinstance(value, float) and not -1.0 <= value <= full + 1.0:
            raise UnreadableError(f"says {excerpt(said)}, not {low:g} to {high:g}")
        return min(full, max(0.0, value)) if isinstance(value, float) else value

    return Codec(read, inner.write)


def _seconds(said: object) -> Value | Missing:
    if said is MISSING or said == "":
        return MISSING
    match = _DURATION.fullmatch(said) if isinstance(said, str) else None
    if match is None or not any(match.groups()):
        raise UnreadableError(f"says {excerpt(said)}, not a duration such as PT1H5M")
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def _duration(value: Value) -> object:
    if isinstance(value, bool | str | None) or not 0 <= value <= 1e9:
        raise UnwritableError(f"takes seconds, not {excerpt(value)}")
    return f"PT{tidy(round(value))}S"
