"""What keeps a temperature: thermostats, air conditioners, water heaters.

Temperatures are in the unit that the entity names: degrees Celsius, unless its author chose another
(https://github.com/esphome/esphome/pull/15815).
"""

import math
from collections.abc import Mapping, Sequence
from enum import IntEnum

from aioesphomeapi import (
    APIVersion,
    ClimateAction,
    ClimateFanMode,
    ClimateFeature,
    ClimateInfo,
    ClimateMode,
    ClimatePreset,
    ClimateState,
    ClimateSwingMode,
    TemperatureUnit,
    WaterHeaterFeature,
    WaterHeaterInfo,
    WaterHeaterState,
    WaterHeaterStateFlag,
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
    measured,
    number,
    prop,
    settable,
    told,
    words,
)
from drivers.kit.units import conversion
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value

_MODE, _DOING, _PRESET = "Thermostat.systemMode", "Thermostat.runningState", "Thermostat.preset"
_WISHED, _LOW, _HIGH = "Thermostat.setpoint", "Thermostat.setpointLow", "Thermostat.setpointHigh"
_ROOM, _AIR = "Thermostat.localTemperature", "Thermostat.localHumidity"
_DAMP, _FAN, _SWING = "Thermostat.humiditySetpoint", "FanControl.mode", "Thermostat.swing"
_ON = "OnOff.on"
_UNITS = {TemperatureUnit.FAHRENHEIT: "°F", TemperatureUnit.KELVIN: "K"}


class _Scale(Struct, frozen=True):
    """How temperatures are told: value in °C = said * scale + offset."""

    scale: float
    offset: float

    def read(self, said: float) -> float | None:
        value = measured(said)
        return None if value is None else round(value * self.scale + self.offset, 3)

    def write(self, value: Value, within: Property) -> float:
        asked = number(value, within.minimum, within.maximum)
        return round((asked - self.offset) / self.scale, 4)

    def setpoint(self, name: str, low: float, high: float, step: float) -> Property:
        """Return a setpoint's property, with the entity's own range and step."""
        shape: dict[str, object] = {}
        bounds = self.read(low), self.read(high)
        if bounds[0] is not None and bounds[1] is not None and bounds[0] < bounds[1]:
            shape = {"minimum": bounds[0], "maximum": bounds[1]}
        if math.isfinite(step) and step > 0:
            size = round(step * self.scale, 3)
            shape |= {"step": size, "tolerance": round(max(0.05, size / 2), 3)}
        return settable(name, **shape)


def _scale(unit: TemperatureUnit | None) -> _Scale:
    said = "°C" if unit is None else _UNITS.get(unit, "°C")
    return _Scale(*conversion(said, "°C"))


def _names[E: IntEnum](members: Sequence[E]) -> Mapping[str, E]:
    return {member.name.lower(): member for member in members}


def _called(member: IntEnum | None) -> str | None:
    return None if member is None else member.name.lower()


class _Climate(Struct, frozen=True):
    """A climate entity, by what it can do."""

    key: int
    device: int
    features: int
    scale: _Scale
    modes: Mapping[str, ClimateMode]
    fans: Mapping[str, ClimateFanMode]
    own_fans: Mapping[str, str]
    presets: Mapping[str, ClimatePreset]
    own_presets: Mapping[str, str]
    swings: Mapping[str, ClimateSwingMode]
    setpoints: Mapping[str, Property]
    api: APIVersion

    def properties(self, info: ClimateInfo) -> list[Property]:
        out = []
        if self.modes:
            out.append(settable(_MODE, choices=tuple(self.modes)))
        out += self.setpoints.values()
        if self._has(ClimateFeature.SUPPORTS_CURRENT_TEMPERATURE):
            out.append(prop(_ROOM))
        if self._has(ClimateFeature.SUPPORTS_ACTION):
            out.append(prop(_DOING, choices=tuple(_names(tuple(ClimateAction)))))
        if self._has(ClimateFeature.SUPPORTS_TARGET_HUMIDITY):
            low, high = info.visual_min_humidity, info.visual_max_humidity
            shape = {"minimum": low, "maximum": high} if 0 <= low < high <= 100 else {}
            out.append(settable(_DAMP, **shape))
        if self._has(ClimateFeature.SUPPORTS_CURRENT_HUMIDITY):
            out.append(prop(_AIR))
        for name, choices in (
            (_PRESET, (*self.presets, *self.own_presets)),
            (_FAN, (*self.fans, *self.own_fans)),
            (_SWING, tuple(self.swings)),
        ):
            if choices:
                out.append(settable(name, choices=tuple(dict.fromkeys(choices))))
        return out

    def _has(self, feature: ClimateFeature) -> bool:
        return bool(self.features & feature)

    def read(self, state: ClimateState) -> Values:
        preset = state.preset_compat(self.api)
        said: dict[str, Value] = {
            _MODE: _called(state.mode),
            _WISHED: self.scale.read(state.target_temperature),
            _LOW: self.scale.read(state.target_temperature_low),
            _HIGH: self.scale.read(state.target_temperature_high),
            _ROOM: self.scale.read(state.current_temperature),
            _DOING: _called(state.action),
            _DAMP: measured(state.target_humidity),
            _AIR: measured(state.current_humidity),
            _PRESET: words(state.custom_preset) or _called(preset),
            _FAN: words(state.custom_fan_mode) or _called(state.fan_mode),
            _SWING: _called(state.swing_mode),
        }
        has = {
            _MODE: bool(self.modes),
            _ROOM: self._has(ClimateFeature.SUPPORTS_CURRENT_TEMPERATURE),
            _DOING: self._has(ClimateFeature.SUPPORTS_ACTION),
            _DAMP: self._has(ClimateFeature.SUPPORTS_TARGET_HUMIDITY),
            _AIR: self._has(ClimateFeature.SUPPORTS_CURRENT_HUMIDITY),
            _PRESET: bool(self.presets or self.own_presets),
            _FAN: bool(self.fans or self.own_fans),
            _SWING: bool(self.swings),
            **{name: name in self.setpoints for name in (_WISHED, _LOW, _HIGH)},
        }
        return [
            (name, None if state.missing_state else value)
            for name, value in said.items()
            if has[name]
        ]

    def write(self, wish: Wish) -> Order:
        values = wish.values
        mode = choice(values[_MODE], self.modes) if _MODE in values else None
        wished, low, high = (
            self.scale.write(values[name], self.setpoints[name])
            if name in values and name in self.setpoints
            else None
            for name in (_WISHED, _LOW, _HIGH)
        )
        fans: dict[str, str | ClimateFanMode] = {**self.own_fans, **self.fans}
        fan = choice(values[_FAN], fans) if _FAN in values else None
        presets: dict[str, str | ClimatePreset] = {**self.own_presets, **self.presets}
        preset = choice(values[_PRESET], presets) if _PRESET in values else None
        swing = choice(values[_SWING], self.swings) if _SWING in values else None
        damp = number(values[_DAMP], 0, 100) if _DAMP in values else None
        return lambda client: client.climate_command(
            self.key,
            mode=mode,
            target_temperature=wished,
            target_temperature_low=low,
            target_temperature_high=high,
            fan_mode=fan if isinstance(fan, ClimateFanMode) else None,
            swing_mode=swing,
            custom_fan_mode=fan if isinstance(fan, str) else None,
            preset=preset if isinstance(preset, ClimatePreset) else None,
            custom_preset=preset if isinstance(preset, str) else None,
            target_humidity=damp,
            device_id=self.device,
        )


def climate(info: ClimateInfo, api: APIVersion) -> Entity:
    """Return a thermostat or an air conditioner as an endpoint."""
    features = info.supported_feature_flags_compat(api)
    scale = _scale(info.temperature_unit)
    only_two = features & ClimateFeature.REQUIRES_TWO_POINT_TARGET_TEMPERATURE
    two = features & ClimateFeature.SUPPORTS_TWO_POINT_TARGET_TEMPERATURE or only_two
    names = [*([] if only_two else [_WISHED]), *([_LOW, _HIGH] if two else [])]
    low, high = info.visual_min_temperature, info.visual_max_temperature
    step = info.visual_target_temperature_step
    entity = _Climate(
        info.key,
        info.device_id,
        features,
        scale,
        _names(info.supported_modes),
        _names(info.supported_fan_modes),
        {name: name for name in info.supported_custom_fan_modes},
        _names(info.supported_presets_compat(api)),
        {name: name for name in info.supported_custom_presets},
        _names(info.supported_swing_modes),
        {name: scale.setpoint(name, low, high, step) for name in names},
        api,
    )
    return Entity(
        endpoint(info, "climate", DeviceType.THERMOSTAT, properties=entity.properties(info)),
        told(ClimateState, entity.read),
        entity.write,
    )


_PRESENCE = {"home": False, "away": True}


def water_heater(info: WaterHeaterInfo) -> Entity:
    """Return a water heater as an endpoint."""
    features = info.supported_features
    scale = _scale(info.temperature_unit)
    two = features & WaterHeaterFeature.SUPPORTS_TWO_POINT_TARGET_TEMPERATURE
    one = features & WaterHeaterFeature.SUPPORTS_TARGET_TEMPERATURE and not two
    names = [*([_WISHED] if one else []), *([_LOW, _HIGH] if two else [])]
    low, high, step = info.min_temperature, info.max_temperature, info.target_temperature_step
    setpoints = {name: scale.setpoint(name, low, high, step) for name in names}
    modes = _names(info.supported_modes)
    properties = list(setpoints.values())
    if features & WaterHeaterFeature.SUPPORTS_CURRENT_TEMPERATURE:
        properties.append(prop(_ROOM, title="water temperature"))
    if modes:
        properties.append(settable(_MODE, choices=tuple(modes)))
    if features & WaterHeaterFeature.SUPPORTS_AWAY_MODE:
        properties.append(settable(_PRESET, choices=tuple(_PRESENCE)))
    if features & WaterHeaterFeature.SUPPORTS_ON_OFF:
        properties.append(settable(_ON))
    has = {p.name for p in properties}

    def read(state: WaterHeaterState) -> Values:
        away = bool(state.state & WaterHeaterStateFlag.AWAY)
        said: dict[str, Value] = {
            _WISHED: scale.read(state.target_temperature),
            _LOW: scale.read(state.target_temperature_low),
            _HIGH: scale.read(state.target_temperature_high),
            _ROOM: scale.read(state.current_temperature),
            _MODE: _called(state.mode),
            _PRESET: "away" if away else "home",
            _ON: bool(state.state & WaterHeaterStateFlag.ON),
        }
        return [
            (name, None if state.missing_state else value)
            for name, value in said.items()
            if name in has
        ]

    def write(wish: Wish) -> Order:
        values = wish.values
        mode = choice(values[_MODE], modes) if _MODE in values else None
        away = choice(values[_PRESET], _PRESENCE) if _PRESET in values else None
        on = flag(values[_ON]) if _ON in values else None
        wished, lowest, highest = (
            scale.write(values[name], setpoints[name])
            if name in values and name in setpoints
            else None
            for name in (_WISHED, _LOW, _HIGH)
        )
        return lambda client: client.water_heater_command(
            info.key,
            mode=mode,
            target_temperature=wished,
            target_temperature_low=lowest,
            target_temperature_high=highest,
            away=away,
            on=on,
            device_id=info.device_id,
        )

    return Entity(
        endpoint(info, "water_heater", DeviceType.THERMOSTAT, properties=properties),
        told(WaterHeaterState, read),
        write,
    )
