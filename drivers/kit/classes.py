"""Device classes: the words by which many systems say what a sensor measures.

They are Home Assistant's (https://www.home-assistant.io/integrations/sensor#device-class and
.../binary_sensor/#device-class), which its MQTT discovery and ESPHome use as well. A unit tells the
class where there is none.
"""

from collections.abc import Mapping

from drivers.kit.units import known
from hubd.model.device import DeviceType
from hubd.model.vocabulary import term

QUANTITIES: Mapping[str, tuple[str, DeviceType]] = {
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
"""Class of a number -> its property, and what its endpoint is."""
CLASS_OF_UNIT: Mapping[str, str] = {
    "°C": "temperature", "°F": "temperature", "W": "power", "kW": "power", "kWh": "energy",
    "Wh": "energy", "V": "voltage", "A": "current", "lx": "illuminance", "hPa": "pressure",
    "dBm": "signal_strength", "Hz": "frequency",
}  # fmt: skip
TIMES: Mapping[str, str] = {"timestamp": "Timestamp.value", "date": "Timestamp.value"}
"""Class of a text -> its property."""
STATES: Mapping[str, tuple[str, DeviceType]] = {
    "battery": ("PowerSource.batteryLow", DeviceType.BATTERY),
    "battery_charging": ("PowerSource.charging", DeviceType.BATTERY),
    "carbon_monoxide": ("SmokeCoAlarm.co", DeviceType.SMOKE_CO_ALARM),
    "cold": ("BooleanState.freeze", DeviceType.TEMPERATURE_SENSOR),
    "connectivity": ("BooleanState.connected", DeviceType.GENERIC),
    "door": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "garage_door": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "gas": ("SmokeCoAlarm.gas", DeviceType.SMOKE_CO_ALARM),
    "moisture": ("BooleanState.leak", DeviceType.WATER_LEAK_DETECTOR),
    "motion": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "moving": ("BooleanState.vibration", DeviceType.GENERIC),
    "occupancy": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "opening": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "presence": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "problem": ("BooleanState.problem", DeviceType.GENERIC),
    "safety": ("BooleanState.problem", DeviceType.GENERIC),
    "smoke": ("SmokeCoAlarm.smoke", DeviceType.SMOKE_CO_ALARM),
    "tamper": ("SmokeCoAlarm.tamper", DeviceType.GENERIC),
    "vibration": ("BooleanState.vibration", DeviceType.GENERIC),
    "window": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
}
"""Class of a yes or no -> its property, and what its endpoint is."""
PLAIN_STATE = ("BooleanState.state", DeviceType.GENERIC)
"""What a yes or no is whose class says nothing."""


def quantity(kind: str, unit: str) -> tuple[str, DeviceType] | None:
    """Return the property and the endpoint's type of a class, if it can be told in `unit`."""
    found = QUANTITIES.get(kind)
    return found if found is not None and known(unit, term(found[0]).unit) else None
