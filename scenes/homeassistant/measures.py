"""What is measured: `sensor.hall_temperature` is the temperature of the hall, in °C."""

from collections.abc import Mapping

from msgspec import Struct

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.names import Names
from scenes.homeassistant.states import States, of_name

DEGREES = frozenset({"°C", "°F"})
"""Units in which a temperature is no multiple of one degree: it counts from nought."""


class Measure(Struct, frozen=True):
    """A number that can be read: `text` of an expression in `unit`.

    `word` is the key of States for it ("" if there is none but `property`). Home Assistant's number
    times `factor` is ours.
    """

    of: str
    name: str
    word: str = ""
    unit: str = ""
    factor: float = 1.0

    @property
    def text(self) -> str:
        """Return it as an expression."""
        return f"{self.word or self.name} of {of_name(self.of)}"

    def ours(self, number: float) -> str | float | int:
        """Return a number of Home Assistant's as a quantity in our unit."""
        return quantity(round(number * self.factor, 4 if self.factor == 1 else 1), self.unit)

    def beyond(self, above: float | None, below: float | None) -> States:
        """Return the states that hold while it is above and below these (of Home Assistant's)."""
        limits: dict[str, object] = {"of": self.of}
        if not self.word:
            limits["name"] = self.name
        if above is not None:
            limits["above"] = self.ours(above)
        if below is not None:
            limits["below"] = self.ours(below)
        return {self.word or "property": limits}


def number(value: float) -> float | int:
    """Return `value` without needless digits."""
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def quantity(value: float, unit: str) -> str | float | int:
    """Return a number with its unit, as scenes say it."""
    return f"{number(value)} {unit}" if unit else number(value)


_SENSORS: Mapping[str, tuple[str, str, str]] = {
    "temperature": ("temperature", "TemperatureMeasurement.temperature", "°C"),
    "humidity": ("humidity", "RelativeHumidityMeasurement.humidity", "%"),
    "illuminance": ("light", "IlluminanceMeasurement.illuminance", "lx"),
    "carbon_dioxide": ("co2", "CarbonDioxideConcentrationMeasurement.value", "ppm"),
    "pm25": ("pm25", "Pm25ConcentrationMeasurement.value", "µg/m³"),
    "battery": ("battery", "PowerSource.batteryLevel", "%"),
    "power": ("power", "ElectricalPowerMeasurement.activePower", "W"),
    "sound_pressure": ("sound", "SoundMeasurement.level", "dB"),
    "energy": ("", "ElectricalEnergyMeasurement.energy", "kWh"),
    "voltage": ("", "ElectricalPowerMeasurement.voltage", "V"),
    "current": ("", "ElectricalPowerMeasurement.activeCurrent", "A"),
    "pressure": ("", "PressureMeasurement.pressure", "hPa"),
    "atmospheric_pressure": ("", "PressureMeasurement.pressure", "hPa"),
    "moisture": ("", "SoilMeasurement.moisture", "%"),
    "aqi": ("", "AirQuality.index", ""),
    "distance": ("", "Distance.value", "m"),
    "signal_strength": ("", "Signal.strength", "dBm"),
}
"""Device class -> word of States, property, unit."""

_ATTRIBUTES: Mapping[tuple[str, str], tuple[str, str, str, float]] = {
    ("light", "brightness"): ("level", "LevelControl.level", "%", 100 / 255),
    ("light", "color_temp_kelvin"): ("", "ColorControl.colorTemperature", "K", 1.0),
    ("cover", "current_position"): ("position", "WindowCovering.position", "%", 1.0),
    ("cover", "current_tilt_position"): ("", "WindowCovering.tilt", "%", 1.0),
    ("climate", "current_temperature"): ("temperature", "Thermostat.localTemperature", "°C", 1.0),
    ("climate", "current_humidity"): ("humidity", "Thermostat.localHumidity", "%", 1.0),
    ("climate", "temperature"): ("", "Thermostat.setpoint", "°C", 1.0),
    ("climate", "target_temp_low"): ("", "Thermostat.setpointLow", "°C", 1.0),
    ("climate", "target_temp_high"): ("", "Thermostat.setpointHigh", "°C", 1.0),
    ("fan", "percentage"): ("", "FanControl.speed", "%", 1.0),
    ("humidifier", "humidity"): ("", "Humidifier.setpoint", "%", 1.0),
    ("humidifier", "current_humidity"): ("", "Humidifier.humidity", "%", 1.0),
    ("media_player", "volume_level"): ("", "MediaPlayback.volume", "%", 100.0),
    ("weather", "temperature"): ("temperature", "TemperatureMeasurement.temperature", "°C", 1.0),
    ("weather", "humidity"): ("humidity", "RelativeHumidityMeasurement.humidity", "%", 1.0),
    ("vacuum", "battery_level"): ("battery", "PowerSource.batteryLevel", "%", 1.0),
}
_WORDED: Mapping[tuple[str, str], str] = {
    ("climate", "hvac_action"): "Thermostat.runningState",
    ("climate", "hvac_mode"): "Thermostat.systemMode",
    ("climate", "preset_mode"): "Thermostat.preset",
    ("climate", "fan_mode"): "FanControl.mode",
    ("fan", "preset_mode"): "FanControl.mode",
    ("fan", "direction"): "FanControl.direction",
    ("light", "effect"): "Light.effect",
    ("humidifier", "mode"): "Humidifier.mode",
}
_PLAIN = frozenset({"input_number", "number", "counter", "sensor", "sun"})
_PERCENT = frozenset({"%"})


def measure(entity: str, attribute: str, names: Names) -> Measure:
    """Return the number that `entity` (or an attribute of it) tells. Raises NotCarriedError."""
    domain = entity.partition(".")[0]
    word = names.word(entity)
    if attribute:
        if attribute in {"battery", "battery_level"}:
            return Measure(word, "PowerSource.batteryLevel", "battery", "%")
        if attribute in {"temperature", "humidity", "illuminance"} and domain not in {
            "climate",
            "humidifier",
            "weather",
        }:
            key, name, unit = _SENSORS[attribute]
            return _local(Measure(word, name, key, unit), entity, names)
        found = _ATTRIBUTES.get((domain, attribute))
        if found is None:
            raise NotCarriedError(f'the attribute "{attribute}" of {entity}')
        key, name, unit, factor = found
        return _local(Measure(word, name, key, unit, factor), entity, names)
    if domain not in _PLAIN or entity == "sun.sun":
        raise NotCarriedError(f"{entity} is not a number here")
    sensed = _SENSORS.get(names.device_class(entity)) if domain == "sensor" else None
    if sensed is None:
        return Measure(word, "Number.value")
    key, name, unit = sensed
    told = names.unit(entity)
    factor = 1000.0 if told == "kW" and unit == "W" else 0.001 if told == "Wh" else 1.0
    return _local(Measure(word, name, key, unit, factor), entity, names)


def _local(found: Measure, entity: str, names: Names) -> Measure:
    told = names.unit(entity)
    if found.unit == "°C" and (told == "°F" or (names.fahrenheit and told != "°C")):
        return Measure(found.of, found.name, found.word, "°F", found.factor)
    return found


def worded(entity: str, attribute: str) -> str:
    """Return the property that holds an attribute that is a word; "" if there is none."""
    return _WORDED.get((entity.partition(".")[0], attribute), "")
