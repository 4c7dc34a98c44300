"""Thermostats and air conditioners. Source: .../integrations/climate.mqtt/."""

from collections.abc import Mapping

from drivers.kit.units import conversion
from drivers.mqtt.codec import Codec, either, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType

_MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
_CHOICES = (
    ("Thermostat.systemMode", "mode", "modes", _MODES),
    ("Thermostat.preset", "preset_mode", "preset_modes", ()),
    ("FanControl.mode", "fan_mode", "fan_modes", ("auto", "low", "medium", "high")),
    ("Thermostat.swing", "swing_mode", "swing_modes", ("on", "off")),
)
"""Property, the options' beginning, the option that lists its choices, and these by default."""
_SETPOINTS = (
    ("Thermostat.setpoint", "temperature"),
    ("Thermostat.setpointLow", "temperature_low"),
    ("Thermostat.setpointHigh", "temperature_high"),
)


def climate(draft: Draft) -> DeviceType:
    """Add what is measured, wished and set."""
    options = draft.options
    for name, stem, listed, default in _CHOICES:
        choices = options.texts(listed) or default
        _add(draft, name, stem, text(choices), {"choices": choices} if choices else {})
    unit = "°F" if options.text("temperature_unit", "C").upper().endswith("F") else "°C"
    shape = _temperatures(draft, unit)
    low, high = shape["minimum"], shape["maximum"]
    for name, stem in _SETPOINTS:
        _add(draft, name, stem, measured(unit, "°C", low=low, high=high), shape)
    humidity = measured("%", "%", low=0, high=100)
    _add(draft, "Thermostat.humiditySetpoint", "target_humidity", humidity, {})
    for name, stem, codec in (
        ("Thermostat.localTemperature", "current_temperature", measured(unit, "°C")),
        ("Thermostat.localHumidity", "current_humidity", measured("%", "%")),
        ("Thermostat.runningState", "action", text()),
    ):
        topic, template = f"{stem}_topic", _template(draft, f"{stem}_template")
        draft.property(name, codec, state=topic, state_template=template)
    power = either(yes=options.text("payload_on", "ON"), no=options.text("payload_off", "OFF"))
    _add(draft, "OnOff.on", "power", power, {})
    return DeviceType.THERMOSTAT


def _add(draft: Draft, name: str, stem: str, codec: Codec, shape: Mapping[str, object]) -> None:
    state = f"{stem}_state_template"
    if stem == "preset_mode" and state not in draft.options:
        state = "preset_mode_value_template"
    draft.property(
        name,
        codec,
        state=f"{stem}_state_topic",
        state_template=_template(draft, state),
        command=f"{stem}_command_topic",
        command_template=f"{stem}_command_template",
        shape=shape,
    )


def _template(draft: Draft, own: str) -> str:
    """Return the option that holds the template: its own, or the one for all."""
    return own if own in draft.options else "value_template"


def _temperatures(draft: Draft, unit: str) -> dict[str, float]:
    """Return range and step of the setpoints, in °C."""
    options = draft.options
    scale, offset = conversion(unit, "°C")
    usual = (7.0, 35.0) if unit == "°C" else (44.6, 95.0)
    low, high = options.number("min_temp", usual[0]), options.number("max_temp", usual[1])
    step = options.number("temp_step", 1.0) * scale
    return {
        "minimum": round(low * scale + offset, 2),
        "maximum": round(high * scale + offset, 2),
        "step": round(step, 3),
        "tolerance": round(max(0.05, step / 2), 3),
    }
