"""Sensors of quantities and texts. Source: https://www.home-assistant.io/integrations/sensor.mqtt/.

The device class says which property of the vocabulary it is; a unit does where there is no class.
"""

from collections.abc import Mapping

from drivers.kit.units import conversion, known
from drivers.mqtt.codec import text
from drivers.mqtt.draft import Draft
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType
from hubd.model.vocabulary import term

_CLASSES: Mapping[str, tuple[str, DeviceType]] = {
    "apparent_power": ("ElectricalPowerMeasurement.apparentPower", DeviceType.ELECTRICAL_SENSOR),
    "aqi": ("AirQuality.index", DeviceType.AIR_QUALITY_SENSOR),
    "atmospheric_pressure": ("PressureMeasurement.pressure", DeviceType.PRESSURE_SENSOR),
    "battery": ("PowerSource.batteryLevel", DeviceType.BATTERY),
    "carbon_dioxide": (
        "CarbonDioxideConcentrationMeasurement.value",
        DeviceType.AIR_QUALITY_SENSOR,
    ),
    "carbon_monoxide": (
        "CarbonMonoxideConcentrationMeasurement.value",
        DeviceType.AIR_QUALITY_SENSOR,
    ),
    "current": ("ElectricalPowerMeasurement.activeCurrent", DeviceType.ELECTRICAL_SENSOR),
    "distance": ("Distance.value", DeviceType.GENERIC),
    "duration": ("Duration.value", DeviceType.GENERIC),
    "energy": ("ElectricalEnergyMeasurement.energy", DeviceType.ELECTRICAL_SENSOR),
    "frequency": ("ElectricalPowerMeasurement.frequency", DeviceType.ELECTRICAL_SENSOR),
    "gas": ("Volume.value", DeviceType.GENERIC),
    "humidity": ("RelativeHumidityMeasurement.humidity", DeviceType.HUMIDITY_SENSOR),
    "illuminance": ("IlluminanceMeasurement.illuminance", DeviceType.LIGHT_SENSOR),
    "moisture": ("SoilMeasurement.moisture", DeviceType.HUMIDITY_SENSOR),
    "nitrogen_dioxide": (
        "NitrogenDioxideConcentrationMeasurement.value",
        DeviceType.AIR_QUALITY_SENSOR,
    ),
    "ozone": ("OzoneConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    "pm1": ("Pm1ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    "pm10": ("Pm10ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    "pm25": ("Pm25ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    "power": ("ElectricalPowerMeasurement.activePower", DeviceType.ELECTRICAL_SENSOR),
    "power_factor": ("ElectricalPowerMeasurement.powerFactor", DeviceType.ELECTRICAL_SENSOR),
    "precipitation": ("Precipitation.value", DeviceType.RAIN_SENSOR),
    "pressure": ("PressureMeasurement.pressure", DeviceType.PRESSURE_SENSOR),
    "reactive_power": ("ElectricalPowerMeasurement.reactivePower", DeviceType.ELECTRICAL_SENSOR),
    "signal_strength": ("Signal.strength", DeviceType.GENERIC),
    "sound_pressure": ("SoundMeasurement.level", DeviceType.GENERIC),
    "speed": ("Speed.value", DeviceType.GENERIC),
    "temperature": ("TemperatureMeasurement.temperature", DeviceType.TEMPERATURE_SENSOR),
    "volatile_organic_compounds": (
        "TotalVolatileOrganicCompoundsConcentrationMeasurement.value",
        DeviceType.AIR_QUALITY_SENSOR,
    ),
    "voltage": ("ElectricalPowerMeasurement.voltage", DeviceType.ELECTRICAL_SENSOR),
    "volume": ("Volume.value", DeviceType.GENERIC),
    "volume_flow_rate": ("FlowMeasurement.flow", DeviceType.FLOW_SENSOR),
    "volume_storage": ("Volume.value", DeviceType.GENERIC),
    "water": ("Volume.value", DeviceType.FLOW_SENSOR),
    "weight": ("Weight.value", DeviceType.GENERIC),
    "wind_speed": ("Speed.value", DeviceType.GENERIC),
}
_BY_UNIT: Mapping[str, str] = {
    "°C": "temperature", "°F": "temperature", "W": "power", "kW": "power", "kWh": "energy",
    "Wh": "energy", "V": "voltage", "A": "current", "lx": "illuminance", "hPa": "pressure",
    "dBm": "signal_strength", "Hz": "frequency",
}  # fmt: skip
_TEXTS: Mapping[str, str] = {"timestamp": "Timestamp.value", "date": "Timestamp.value"}


def sensor(draft: Draft) -> DeviceType:
    """Add the property that the device class or the unit names; else a plain number or text."""
    options = draft.options
    unit = options.text("unit_of_measurement")
    kind = options.text("device_class") or _BY_UNIT.get(unit, "")
    if kind in _CLASSES and known(unit, term(_CLASSES[kind][0]).unit):
        name, device_type = _CLASSES[kind]
        return _quantity(draft, name, unit, device_type)
    if kind not in _TEXTS and kind != "enum" and _is_number(draft):
        return _quantity(draft, "Number.value", unit, DeviceType.GENERIC)
    choices = options.texts("options")
    draft.property(
        _TEXTS.get(kind, "Text.value"),
        text(),
        state="state_topic",
        state_template="value_template",
        shape={"choices": choices} if choices else None,
    )
    return DeviceType.GENERIC


def quantity(kind: str, unit: str) -> tuple[str, DeviceType] | None:
    """Return the property and the type of endpoint of a class, if it can be told in `unit`."""
    found = _CLASSES.get(kind)
    return found if found is not None and known(unit, term(found[0]).unit) else None


def _is_number(draft: Draft) -> bool:
    options = draft.options
    return any(
        key in options
        for key in ("unit_of_measurement", "state_class", "suggested_display_precision")
    )


def _quantity(draft: Draft, name: str, unit: str, device_type: DeviceType) -> DeviceType:
    wanted = term(name).unit
    draft.property(
        name,
        measured(unit, wanted),
        state="state_topic",
        state_template="value_template",
        shape=None if wanted or not unit else {"unit": unit},
    )
    if (
        unit != wanted
        and wanted
        and conversion(unit, wanted) == (1.0, 0.0)
        and not known(unit, wanted)
    ):
        draft.trouble(f"its unit {unit!r} is not known; taken as {wanted}")
    return device_type
