"""What is asked of a service, as the body of a request. Pure.

Source: https://developers.meethue.com/develop/hue-api-v2/api-reference/#resource_light__id__put.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from drivers.hue.device import effects_of
from drivers.hue.gamut import shown
from drivers.hue.resource import Light, Point
from drivers.kit.color import xy
from drivers.kit.errors import RefusedError
from drivers.kit.numbers import is_number
from hubd.model.command import Command
from hubd.model.value import Value

LONGEST_MS = 6_000_000
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"


class Tint(Struct, frozen=True):
    """A colour that was asked for, and the one that the lamp shows for it."""

    hue: float
    saturation: float
    shown: Point


class Asked(Struct, frozen=True):
    """A request's body, and the colour in it if there is one."""

    body: Mapping[str, object]
    tint: Tint | None = None


def asked(
    light: Light, commands: Sequence[Command], hue: Value = None, saturation: Value = None
) -> Asked:
    """Return what to ask a lamp for; `hue` and `saturation` are what it shows now.

    Raises RefusedError if none of the commands can be carried out.
    """
    body: dict[str, object] = {}
    tint: dict[str, float] = {}
    refused: RefusedError | None = None
    for command in commands:
        try:
            if command.name in {_HUE, _SATURATION}:
                tint[command.name] = _number(command.value, 360 if command.name == _HUE else 100)
            else:
                body |= _field(light, command.name, command.value)
        except RefusedError as error:
            refused = error
    colour = _tint(light, tint, hue, saturation) if tint and light.color is not None else None
    if colour is not None:
        body["color"] = {"xy": {"x": colour.shown.x, "y": colour.shown.y}}
    if not body:
        raise refused or RefusedError("it shows no colours")
    over_ms = max((command.over_us for command in commands), default=0) // 1000
    if over_ms > 0 and "effects" not in body and "effects_v2" not in body:
        body["dynamics"] = {"duration": min(over_ms, LONGEST_MS)}
    return Asked(body, colour)


def _field(light: Light, name: str, value: Value) -> Mapping[str, object]:
    match name:
        case "OnOff.on":
            if not isinstance(value, bool):
                raise RefusedError(f"takes true or false, not {value!r}")
            return {"on": {"on": value}}
        case "LevelControl.level" if light.dimming is not None:
            return {"dimming": {"brightness": round(_number(value, 100), 2)}}
        case "ColorControl.colorTemperature" if light.color_temperature is not None:
            return {"color_temperature": {"mirek": _mireds(light, value)}}
        case "Light.effect":
            return _effect(light, value)
        case _:
            raise RefusedError(f"{name} cannot be set there")


def _mireds(light: Light, value: Value) -> int:
    kelvins = _number(value, 100_000)
    if kelvins < 100:
        raise RefusedError(f"takes kelvins, not {kelvins:g}")
    schema = light.color_temperature.mirek_schema if light.color_temperature else None
    low = (schema.mirek_minimum if schema else None) or 153
    high = (schema.mirek_maximum if schema else None) or 500
    return round(max(low, min(high, 1e6 / kelvins)))


def _effect(light: Light, value: Value) -> Mapping[str, object]:
    effects = effects_of(light)
    if not isinstance(value, str) or value not in effects:
        raise RefusedError(f"cannot play {value!r}, only {' or '.join(effects) or 'nothing'}")
    if light.effects_v2 is not None and light.effects_v2.action is not None:
        return {"effects_v2": {"action": {"effect": value}}}
    return {"effects": {"effect": value}}


def _tint(light: Light, tint: Mapping[str, float], hue: Value, saturation: Value) -> Tint:
    angle = tint.get(_HUE, float(hue) if isinstance(hue, int | float) else 0.0)
    depth = tint.get(
        _SATURATION, float(saturation) if isinstance(saturation, int | float) else 100.0
    )
    wished = Point(*xy(angle, depth))
    point = shown(wished, light.color.gamut if light.color else None)
    return Tint(angle, depth, Point(round(point.x, 4), round(point.y, 4)))


def _number(value: Value, most: float) -> float:
    if not is_number(value):
        raise RefusedError(f"takes a number, not {value!r}")
    if not 0 <= value <= most:
        raise RefusedError(f"takes 0 to {most:g}, not {value:g}")
    return float(value)
