"""Fans: speed, direction, oscillation, presets."""

from collections.abc import Mapping

from aioesphomeapi import (
    APIVersion,
    FanDirection,
    FanInfo,
    FanSpeed,
    FanState,
)
from msgspec import Struct

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    Wish,
    choice,
    endpoint,
    flag,
    number,
    settable,
    told,
    words,
)
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value

_ON, _SPEED, _PRESET = "OnOff.on", "FanControl.speed", "FanControl.mode"
_SWINGS, _DIRECTION = "FanControl.oscillating", "FanControl.direction"
_COUNTS_LEVELS = APIVersion(1, 3)
"""Before this version of the API there were three speeds, with names."""
_DIRECTIONS = {"forward": FanDirection.FORWARD, "reverse": FanDirection.REVERSE}


def fan(info: FanInfo, api: APIVersion) -> Entity:
    """Return a fan as an endpoint.

    Its speed is that which it has or would have on: a fan that stands still is off, not at 0 %.
    """
    counted = api >= _COUNTS_LEVELS
    levels = max(1, info.supported_speed_count) if counted else len(FanSpeed)
    presets = {name: name for name in info.supported_preset_modes}
    own = _Fan(info, counted, levels, 100 / levels, presets)
    return Entity(
        endpoint(info, "fan", DeviceType.FAN, properties=own.properties()),
        told(FanState, own.read),
        own.write,
    )


class _Fan(Struct, frozen=True):
    """A fan, by what it can do. `step`: from one of its `levels` to the next, in %."""

    info: FanInfo
    counted: bool
    levels: int
    step: float
    presets: Mapping[str, str]

    def properties(self) -> list[Property]:
        out = [settable(_ON)]
        if self.info.supports_speed:
            step = round(self.step, 2)
            out.append(settable(_SPEED, minimum=step, step=step, tolerance=max(1.0, step / 2)))
        if self.presets:
            out.append(settable(_PRESET, choices=tuple(self.presets)))
        if self.info.supports_oscillation:
            out.append(settable(_SWINGS))
        if self.info.supports_direction:
            out.append(settable(_DIRECTION, choices=tuple(_DIRECTIONS)))
        return out

    def read(self, state: FanState) -> Values:
        out: list[tuple[str, Value]] = [(_ON, state.state)]
        if self.info.supports_speed:
            level = state.speed_level
            if not self.counted:
                level = 0 if state.speed is None else int(state.speed) + 1
            known = 0 < level <= self.levels
            out.append((_SPEED, round(level * self.step, 2) if known else None))
        if self.presets:
            out.append((_PRESET, words(state.preset_mode) or None))
        if self.info.supports_oscillation:
            out.append((_SWINGS, state.oscillating))
        if self.info.supports_direction:
            direction = None if state.direction is None else state.direction.name.lower()
            out.append((_DIRECTION, direction))
        return out

    def write(self, wish: Wish) -> Order:
        values = wish.values
        on = flag(values[_ON]) if _ON in values else None
        level = self._level(values[_SPEED]) if _SPEED in values else None
        swings = flag(values[_SWINGS]) if _SWINGS in values else None
        direction = choice(values[_DIRECTION], _DIRECTIONS) if _DIRECTION in values else None
        preset = choice(values[_PRESET], self.presets) if _PRESET in values else None
        return lambda client: client.fan_command(
            self.info.key,
            state=on,
            speed=None if self.counted or level is None else FanSpeed(level - 1),
            speed_level=level if self.counted else None,
            oscillating=swings,
            direction=direction,
            preset_mode=preset,
            device_id=self.info.device_id,
        )

    def _level(self, value: Value) -> int:
        return min(self.levels, max(1, round(number(value, 0.001, 100) / self.step)))
