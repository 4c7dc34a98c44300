"""What a resource says, as values and signals of its endpoint. Pure.

What an update does not mention is not among them.
"""

import math
from collections.abc import Iterator, Mapping

from drivers.hue.resource import (
    Button,
    Contact,
    Light,
    LightLevel,
    Motion,
    Power,
    Resource,
    Rotary,
    Tamper,
    Temperature,
)
from drivers.kit.color import hue_saturation_of_xy
from hubd.model.value import Value

type Values = Iterator[tuple[str, Value]]

_CONTACT: Mapping[str, Value] = {"contact": False, "no_contact": True}
_BATTERY: Mapping[str, Value] = {"normal": False, "low": True, "critical": True}
_DIRECTIONS = {"clock_wise": "clockwise", "counter_clock_wise": "counterclockwise"}


def values(resource: Resource) -> Values:
    """Return what a resource says of its endpoint's properties."""
    match resource:
        case Light():
            yield from _light(resource)
        case Motion():
            yield from _motion(resource)
        case Temperature():
            yield from _temperature(resource)
        case LightLevel():
            yield from _light_level(resource)
        case Contact():
            yield from _contact(resource)
        case Tamper(tamper_reports=reports) if reports is not None:
            states = {report.state for report in reports}
            yield "SmokeCoAlarm.tamper", "tampered" in states if states else None
        case Power(power_state=state) if state is not None:
            yield "PowerSource.batteryLevel", _finite(state.battery_level)
            yield "PowerSource.batteryLow", _BATTERY.get(state.battery_state or "")
        case _:
            return


def signal(resource: Resource) -> tuple[str, str, str] | None:
    """Return the signal that an update tells, its kind, and when it happened; or None."""
    match resource:
        case Button(button=feature) if feature and (report := feature.button_report):
            return ("press", report.event, report.updated) if report.event else None
        case Rotary(relative_rotary=turned) if turned and (dial := turned.rotary_report):
            direction = dial.rotation.direction if dial.rotation else None
            kind = _DIRECTIONS.get(direction or "")
            return ("turn", kind, dial.updated) if kind else None
        case _:
            return None


def lux(level: float | None) -> float | None:
    """Return the light in lx of the bridge's measure of it, 10000 log10(lux) + 1."""
    if level is None or not 0 <= level <= 100_000:
        return None
    return round(10 ** ((level - 1) / 10_000), 2) if level else 0.0


def kelvins(mireds: float | None) -> float | None:
    """Return the colour temperature in kelvins that a number of mireds is."""
    return round(1e6 / mireds, 1) if mireds is not None and 1 <= mireds <= 10_000 else None


def _light(light: Light) -> Values:
    if light.on is not None and light.on.on is not None:
        yield "OnOff.on", light.on.on
    if light.dimming is not None and light.dimming.brightness is not None:
        yield "LevelControl.level", _percent(light.dimming.brightness)
    warmth = light.color_temperature
    if warmth is not None and (warmth.mirek is not None or warmth.mirek_valid is not None):
        valid = warmth.mirek_valid is not False
        yield "ColorControl.colorTemperature", kelvins(warmth.mirek) if valid else None
    if light.color is not None and light.color.xy is not None:
        point = light.color.xy
        hue, saturation = hue_saturation_of_xy(point.x, point.y)
        yield "ColorControl.hue", hue
        yield "ColorControl.saturation", saturation
    effect = _effect(light)
    if effect is not None:
        yield "Light.effect", effect


def _effect(light: Light) -> str | None:
    if light.effects_v2 is not None and light.effects_v2.status is not None:
        return light.effects_v2.status.effect
    return light.effects.status if light.effects is not None else None


def _motion(sensor: Motion) -> Values:
    if sensor.enabled is False:
        yield "OccupancySensing.occupied", None
    elif (said := sensor.motion) is not None:
        report = said.motion_report
        yield (
            "OccupancySensing.occupied",
            report.motion if report else _valid(said.motion, said.motion_valid),
        )


def _temperature(sensor: Temperature) -> Values:
    if sensor.enabled is False:
        yield "TemperatureMeasurement.temperature", None
    elif (said := sensor.temperature) is not None:
        report = said.temperature_report
        told = report.temperature if report else said.temperature
        valid = report is not None or said.temperature_valid is not False
        yield "TemperatureMeasurement.temperature", _finite(told) if valid else None


def _light_level(sensor: LightLevel) -> Values:
    if sensor.enabled is False:
        yield "IlluminanceMeasurement.illuminance", None
    elif (said := sensor.light) is not None:
        report = said.light_level_report
        told = report.light_level if report else said.light_level
        valid = report is not None or said.light_level_valid is not False
        yield "IlluminanceMeasurement.illuminance", lux(told) if valid else None


def _contact(sensor: Contact) -> Values:
    if sensor.enabled is False:
        yield "BooleanState.open", None
    elif sensor.contact_report is not None:
        yield "BooleanState.open", _CONTACT.get(sensor.contact_report.state or "")


def _valid(said: bool | None, valid: bool | None) -> bool | None:
    return said if valid is not False else None


def _percent(said: float) -> float:
    return min(100.0, max(0.0, said)) if math.isfinite(said) else 0.0


def _finite(said: float | None) -> float | None:
    return said if said is not None and math.isfinite(said) else None
