"""Tasmota's sensors: `tasmota/discovery/<MAC>/sensors`, a sample of what its telemetry says. Pure.

A sensor is a group of quantities that are known by their keys, the same in every sensor; arrays are
phases or tariffs. Source: https://tasmota.github.io/docs/MQTT/#examples, Energy-Monitoring/,
Supported-Peripherals/; the keys are those of tasmota/language/en_GB.h.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from drivers.kit.units import known
from drivers.mqtt.codec import number, text
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.sketch import Path, Sketch, at
from drivers.mqtt.tasmota.config import too_long
from drivers.mqtt.tasmota.topics import Topics
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType
from hubd.model.ids import slug
from hubd.model.vocabulary import term

VALUE_LIMIT = 400
"""Values of one device beyond which the rest is not carried."""
_DEEPEST = 4
_NO_SENSORS = frozenset({"Time", "TempUnit", "PressureUnit", "SpeedUnit"})
_NOT_ENERGY = frozenset({"AS3935", "LD2410"})
"""Sensors whose Energy is no energy: a lightning's, a reflection's."""


class Quantity(Struct, frozen=True):
    """What a key means: the property, its unit, and the kind of endpoint."""

    name: str
    unit: str = ""
    kind: DeviceType = DeviceType.GENERIC
    told_unit: str = ""
    """The key of the sample that says the unit, if it may be another."""
    scale: float = 1.0


_POWER = DeviceType.ELECTRICAL_SENSOR
_AIR = DeviceType.AIR_QUALITY_SENSOR
_TEMPERATURE = Quantity(
    "TemperatureMeasurement.temperature", "°C", DeviceType.TEMPERATURE_SENSOR, "TempUnit"
)
_ENERGY = Quantity("ElectricalEnergyMeasurement.energy", "kWh", _POWER)
_PRESSURE = Quantity(
    "PressureMeasurement.pressure", "hPa", DeviceType.PRESSURE_SENSOR, "PressureUnit"
)
_LIGHT = Quantity("IlluminanceMeasurement.illuminance", "lx", DeviceType.LIGHT_SENSOR)
_ACTIVE = Quantity("ElectricalPowerMeasurement.activePower", "W", _POWER)
_CO2 = Quantity("CarbonDioxideConcentrationMeasurement.value", "ppm", _AIR)
_PM1 = Quantity("Pm1ConcentrationMeasurement.value", "µg/m³", _AIR)
_PM25 = Quantity("Pm25ConcentrationMeasurement.value", "µg/m³", _AIR)
_PM10 = Quantity("Pm10ConcentrationMeasurement.value", "µg/m³", _AIR)

QUANTITIES: Mapping[str, Quantity] = {
    "Temperature": _TEMPERATURE,
    "DewPoint": _TEMPERATURE,
    "Humidity": Quantity("RelativeHumidityMeasurement.humidity", "%", DeviceType.HUMIDITY_SENSOR),
    "Pressure": _PRESSURE,
    "SeaPressure": _PRESSURE,
    "Illuminance": _LIGHT,
    "Ambient": _LIGHT,
    "Moisture": Quantity("SoilMeasurement.moisture", "%", DeviceType.HUMIDITY_SENSOR),
    "Distance": Quantity("Distance.value", "cm"),
    "Speed": Quantity("Speed.value", "m/s", told_unit="SpeedUnit"),
    "Weight": Quantity("Weight.value", "kg"),
    "CarbonDioxide": _CO2,
    "eCO2": _CO2,
    "PM1": _PM1,
    "PM2.5": _PM25,
    "PM10": _PM10,
    "CF1": _PM1,
    "CF2.5": _PM25,
    "CF10": _PM10,
    "Power": _ACTIVE,
    "ActivePower": _ACTIVE,
    "ApparentPower": Quantity("ElectricalPowerMeasurement.apparentPower", "VA", _POWER),
    "ReactivePower": Quantity("ElectricalPowerMeasurement.reactivePower", "var", _POWER),
    "Factor": Quantity("ElectricalPowerMeasurement.powerFactor", "%", _POWER, scale=100.0),
    "Frequency": Quantity("ElectricalPowerMeasurement.frequency", "Hz", _POWER),
    "Voltage": Quantity("ElectricalPowerMeasurement.voltage", "V", _POWER),
    "Current": Quantity("ElectricalPowerMeasurement.activeCurrent", "A", _POWER),
    "CurrentNeutral": Quantity("ElectricalPowerMeasurement.activeCurrent", "A", _POWER),
    "Total": _ENERGY,
    "Energy": _ENERGY,
    "Today": _ENERGY,
    "Yesterday": _ENERGY,
    "TotalTariff": _ENERGY,
    "ImportActive": _ENERGY,
    "ExportActive": _ENERGY,
    "ExportTariff": _ENERGY,
    "TotalStartTime": Quantity("Timestamp.value"),
    "Battery": Quantity("PowerSource.batteryLevel", "%", DeviceType.BATTERY),
    "TVOC": Quantity("Number.value", "ppb", _AIR),
    "CCT": Quantity("Number.value", "K"),
    "PhaseAngle": Quantity("Number.value", "°"),
    "ExportReactive": Quantity("Number.value", "kvarh"),
    "ImportReactive": Quantity("Number.value", "kvarh"),
}
"""Key -> what it means; volatile compounds are in ppb there, which no property counts in."""


class Sample(Struct, frozen=True):
    """One value of the sample: the path to it, and what it was."""

    path: Path
    value: object


class _Announced(Struct, frozen=True):
    sn: dict[str, object]
    ver: Literal[1]


def read_sensors(payload: bytes) -> Mapping[str, object]:
    """Return the sample that a `sensors` message announces. Raises DiscoveryError."""
    too_long(payload)
    try:
        return msgspec.json.decode(payload, type=_Announced).sn
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DiscoveryError(f"{error} in {excerpt(payload)}") from None


def sensors(sample: Mapping[str, object], topics: Topics) -> Iterator[Sketch]:
    """Yield an endpoint for each sensor, and one for each value of it that has no place beside.

    An endpoint has each property once: of temperature and dew point the second is its own.
    """
    taken: set[str] = set()
    count = 0
    for group, said in sample.items():
        if group in _NO_SENSORS or not isinstance(said, dict):
            continue  # switches stand in the configuration
        whole: dict[str, Sketch] = {}
        for value in _values((group,), said):
            count += 1
            if count > VALUE_LIMIT:
                return
            quantity = _quantity(value)
            sketch = _place(whole, value, quantity, taken)
            _read(sketch, value, quantity, sample, topics)
        yield from whole.values()


def untold(sample: Mapping[str, object]) -> str:
    """Return why some of the sample is not carried; "" if all is."""
    count = sum(
        1 for group, said in sample.items() if isinstance(said, dict) for _ in _values((), said)
    )
    return f"{count} values, {VALUE_LIMIT} are the most" if count > VALUE_LIMIT else ""


def _values(path: Path, said: object) -> Iterator[Sample]:
    """Yield the values below `said`, in their order."""
    if isinstance(said, dict) and len(path) <= _DEEPEST:
        for key, inner in said.items():
            yield from _values((*path, str(key)), inner)
    elif isinstance(said, list) and len(path) <= _DEEPEST:
        for place, inner in enumerate(said):
            yield from _values((*path, place), inner)
    elif not isinstance(said, dict | list):
        yield Sample(path, said)


def _quantity(value: Sample) -> Quantity:
    """Return what a value means: by its last key, or by the one before (`Speed: {Act, Avg}`)."""
    group, *keys = value.path
    numeric = isinstance(value.value, int | float) or value.value is None
    for key in reversed([k for k in keys if isinstance(k, str)]):
        plainly = key.rstrip("0123456789") if group == "ANALOG" else key
        quantity = QUANTITIES.get(key) or QUANTITIES.get(plainly)
        if quantity is None or (group in _NOT_ENERGY and plainly == "Energy"):
            continue
        if numeric == (term(quantity.name).type != "string"):
            return quantity
    return Quantity("Number.value" if numeric else "Text.value")


def _place(whole: dict[str, Sketch], value: Sample, quantity: Quantity, taken: set[str]) -> Sketch:
    """Return the endpoint that a value belongs to: its sensor's, or its phase's, or its own."""
    group, *keys = value.path
    phases = [k + 1 for k in keys if isinstance(k, int)]
    first = "_".join([slug(str(group)), *(str(p) for p in phases)])
    usual = quantity.name not in {"Number.value", "Text.value", "Timestamp.value"}
    known_here = whole.get(first)
    key = next((k for k in reversed(keys) if isinstance(k, str)), "")
    if usual and (known_here is None or not known_here.has(quantity.name)):
        if known_here is None:
            title = " ".join([str(group), *(str(p) for p in phases)])
            whole[first] = Sketch(_free(first, taken), quantity.kind, title)
        return whole[first]
    own = "_".join(slug(str(k + 1 if isinstance(k, int) else k)) for k in (group, *keys))
    title = " ".join(str(k + 1 if isinstance(k, int) else k) for k in (group, *keys))
    sketch = whole[f"{own}/{key}"] = Sketch(_free(own, taken), quantity.kind, title)
    return sketch


def _free(name: str, taken: set[str]) -> str:
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free)
    return free


def _read(
    sketch: Sketch,
    value: Sample,
    quantity: Quantity,
    sample: Mapping[str, object],
    topics: Topics,
) -> None:
    wanted = term(quantity.name).unit
    shape: dict[str, object] = {}
    if quantity.name in {"Text.value", "Timestamp.value"}:
        codec = text()
    elif quantity.scale != 1.0:
        codec = number(quantity.scale)
    else:
        said = sample.get(quantity.told_unit) if quantity.told_unit else None
        unit = said if isinstance(said, str) and said else quantity.unit
        if wanted and not known(unit, wanted):
            sketch.trouble(f"its unit {unit!r} is not known; taken as {wanted}")
        codec = measured(unit, wanted)
        shape = {"unit": unit} if unit and not wanted else {}
    reads = [(topic, at((*begin, *value.path), codec)) for topic, begin in topics.sensed]
    sketch.property(quantity.name, reads, shape=shape)


def told_by_state(topics: Topics, *, battery: bool) -> Sequence[Sketch]:
    """Return what the state's telemetry says beside the outputs: the signal, and the battery."""
    signal = Sketch("signal", DeviceType.GENERIC, "Wi-Fi signal")
    signal.category = "diagnostic"
    levels = measured("dBm", "dBm")
    states = topics.states()[1:]
    signal.property(
        "Signal.strength", [(t, at((*begin, "Wifi", "Signal"), levels)) for t, begin in states]
    )
    if not battery:
        return (signal,)
    charge = Sketch("battery", DeviceType.BATTERY)
    share = number(low=0, high=100)
    charge.property(
        "PowerSource.batteryLevel",
        [(t, at((*begin, "BatteryPercentage"), share)) for t, begin in states],
    )
    return (charge, signal)
