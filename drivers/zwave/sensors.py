"""Measurements, meters and batteries. Pure.

Source: Z-Wave application command class specification, sections "Multilevel Sensor" (types and
scales in its annex), "Meter", "Battery", "Binary Sensor" and "Energy Production".
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from drivers.kit.units import conversion, known
from drivers.zwave.function import Function, Mapped, Setting, Site, Values, one
from drivers.zwave.values import NodeValue, number
from hubd.model.device import Action, DeviceType, Endpoint, Property
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, term, typical

SENSOR, METER, BATTERY, BINARY, PRODUCTION = 49, 50, 128, 48, 144
AIR_TEMPERATURE, HUMIDITY = 1, 5

_TEMPERATURE = "TemperatureMeasurement.temperature"
_PRESSURE = "PressureMeasurement.pressure"
_TYPES: Mapping[int, tuple[str, DeviceType]] = {
    3: ("IlluminanceMeasurement.illuminance", DeviceType.LIGHT_SENSOR),
    4: ("ElectricalPowerMeasurement.activePower", DeviceType.ELECTRICAL_SENSOR),
    5: ("RelativeHumidityMeasurement.humidity", DeviceType.HUMIDITY_SENSOR),
    6: ("Speed.value", DeviceType.GENERIC),
    14: ("Weight.value", DeviceType.GENERIC),
    15: ("ElectricalPowerMeasurement.voltage", DeviceType.ELECTRICAL_SENSOR),
    16: ("ElectricalPowerMeasurement.activeCurrent", DeviceType.ELECTRICAL_SENSOR),
    17: ("CarbonDioxideConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    18: ("FlowMeasurement.flow", DeviceType.FLOW_SENSOR),
    19: ("Volume.value", DeviceType.GENERIC),
    13: ("Distance.value", DeviceType.GENERIC),
    20: ("Distance.value", DeviceType.GENERIC),
    30: ("SoundMeasurement.level", DeviceType.GENERIC),
    31: ("SoilMeasurement.moisture", DeviceType.HUMIDITY_SENSOR),
    32: ("ElectricalPowerMeasurement.frequency", DeviceType.ELECTRICAL_SENSOR),
    33: ("Duration.value", DeviceType.GENERIC),
    35: ("Pm25ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    39: (
        "TotalVolatileOrganicCompoundsConcentrationMeasurement.value",
        DeviceType.AIR_QUALITY_SENSOR,
    ),
    40: ("CarbonMonoxideConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    41: ("SoilMeasurement.moisture", DeviceType.HUMIDITY_SENSOR),
    56: ("FlowMeasurement.flow", DeviceType.FLOW_SENSOR),
    58: ("Signal.strength", DeviceType.GENERIC),
    59: ("Pm10ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    81: ("OzoneConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    83: ("NitrogenDioxideConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    86: ("Pm1ConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR),
    **dict.fromkeys((8, 9, 57, 78, 79), (_PRESSURE, DeviceType.PRESSURE_SENSOR)),
    **dict.fromkeys(
        (1, 11, 23, 24, 34, 62, 63, 64, 65, 72, 73, 74, 75, 76, 77, 80),
        (_TEMPERATURE, DeviceType.TEMPERATURE_SENSOR),
    ),
}
"""Sensor type -> what it measures. The others are plain numbers in their own unit."""
_UNITS: Mapping[str, str] = {
    "Lux": "lx", "Mph": "mph", "cfm": "ft³/min", "l/h": "L/h", "gallons": "gal", "gallon": "gal",
    "US gallon": "gal", "US gallons": "gal", "kVar": "kvar", "kVAR": "kvar", "Btu/h": "BTU/h",
}  # fmt: skip
"""How Z-Wave JS writes units, where the vocabulary writes them in another way."""
_UNITLESS = {"ElectricalPowerMeasurement.powerFactor": 100.0}
_SCALES: Mapping[tuple[int, int], str] = {
    (1, 0): "ElectricalEnergyMeasurement.energy",
    (1, 2): "ElectricalPowerMeasurement.activePower",
    (1, 4): "ElectricalPowerMeasurement.voltage",
    (1, 5): "ElectricalPowerMeasurement.activeCurrent",
    (1, 6): "ElectricalPowerMeasurement.powerFactor",
    (1, 7): "ElectricalPowerMeasurement.reactivePower",
    (2, 0): "Volume.value",
    (2, 1): "Volume.value",
    (3, 0): "Volume.value",
    (3, 1): "Volume.value",
    (3, 2): "Volume.value",
    (4, 0): "ElectricalEnergyMeasurement.energy",
    (5, 0): "ElectricalEnergyMeasurement.energy",
}
"""Meter type and scale -> what it counts."""
_METERS = {1: "electric", 2: "gas", 3: "water", 4: "heating", 5: "cooling"}
_RATES = {0: "", 1: "", 2: "_produced"}
_FLOW_TYPES = frozenset({2, 3})
_BINARY: Mapping[int, tuple[str, DeviceType]] = {
    2: ("SmokeCoAlarm.smoke", DeviceType.SMOKE_CO_ALARM),
    3: ("SmokeCoAlarm.co", DeviceType.SMOKE_CO_ALARM),
    4: ("SmokeCoAlarm.gas", DeviceType.SMOKE_CO_ALARM),
    6: ("BooleanState.leak", DeviceType.WATER_LEAK_DETECTOR),
    7: ("BooleanState.freeze", DeviceType.TEMPERATURE_SENSOR),
    8: ("SmokeCoAlarm.tamper", DeviceType.GENERIC),
    10: ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    12: ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
}
"""Binary sensor type -> what it says; the others are plain states."""


def sensors(site: Site) -> Mapped:
    """Return what a site measures."""
    functions = [
        *(_sensor(site, v) for v in site.of(SENSOR) if "sensorType" in v.specific),
        *(_binary(site, v) for v in site.of(BINARY) if v.type == "boolean"),
        *_meters(site),
        *_produced(site),
        *_battery(site),
    ]
    used = {key for f in functions for key in f.sources}
    used |= {v.key for v in site.of(METER) if v.key.property == "reset"} if functions else set()
    return Mapped(tuple(functions), frozenset(used))


def measured(value: NodeValue, unit: str) -> Callable[[object], float | None] | None:
    """Return what turns a value's number into `unit`, or None where its own unit cannot be."""
    said = _UNITS.get(value.unit, value.unit)
    if not known(said, unit):
        return None
    scale, offset = conversion(said, unit)

    def read(told: object) -> float | None:
        amount = number(told)
        return None if amount is None else _tidy(amount * scale + offset)

    return read


def plain(value: NodeValue, unit: str = "") -> tuple[Property, Callable[[object], float | None]]:
    """Return a number in its own unit, and what reads it."""
    shape = replace(typical("Number.value"), unit=unit or value.unit, title=value.label)
    return shape, number


def quantity(name: str, value: NodeValue) -> tuple[Property, Callable[[object], float | None]]:
    """Return the property `name` and what reads it; a plain number where the units do not meet."""
    read = measured(value, term(name).unit)
    if name in _UNITLESS:
        factor = _UNITLESS[name]
        return typical(
            name
        ), lambda said: None if (n := number(said)) is None else _tidy(n * factor)
    return plain(value) if read is None else (typical(name), read)


def _tidy(amount: float) -> float:
    return round(amount, 6)


def _sensor(site: Site, value: NodeValue) -> Function:
    name, kind = _TYPES.get(value.specific["sensorType"], ("Number.value", DeviceType.GENERIC))
    stem = slug(str(value.key.property))
    if name == "Number.value":
        shape, read = plain(value)
    else:
        shape, read = quantity(name, value)
    endpoint = Endpoint(site.id(stem), kind, str(value.key.property), (shape,))
    return one(endpoint, value, read)


def _binary(site: Site, value: NodeValue) -> Function:
    name, kind = _BINARY.get(
        value.specific.get("sensorType", 0), ("BooleanState.state", DeviceType.GENERIC)
    )
    said = str(value.key.property)
    title = "Sensor" if said == "Any" else said
    endpoint = Endpoint(site.id(f"sensor_{slug(said)}"), kind, title, (typical(name),))
    return one(endpoint, value, lambda told: told if isinstance(told, bool) else None)


def _meters(site: Site) -> list[Function]:
    """Return one function for each meter and direction, with the resetting of all."""
    reset = next(
        (v for v in site.of(METER) if v.key.property == "reset" and v.key.key is None), None
    )
    found: dict[str, list[NodeValue]] = {}
    alone: list[Function] = []
    for value in site.of(METER):
        if value.key.property != "value":
            continue
        meter = value.specific.get("meterType", 0)
        stem = _METERS.get(meter, "meter") + _RATES.get(value.specific.get("rateType", 0), "")
        if (meter, value.specific.get("scale", -1)) in _SCALES:
            found.setdefault(stem, []).append(value)
        else:
            shape, read = plain(value)
            own = site.id(f"{stem}_{slug(value.unit or value.label)}")
            endpoint = Endpoint(own, DeviceType.GENERIC, value.label, (shape,))
            alone.append(one(endpoint, value, read))
    out = [_meter(site, stem, values, reset) for stem, values in found.items()]
    return [*out, *alone]


def _meter(site: Site, stem: str, values: list[NodeValue], reset: NodeValue | None) -> Function:
    lines: dict[str, tuple[Property, NodeValue, Callable[[object], float | None]]] = {}
    for value in values:
        name = _SCALES[value.specific["meterType"], value.specific["scale"]]
        shape, read = quantity(name, value)
        lines.setdefault(shape.name, (shape, value, read))
    kind = DeviceType.ELECTRICAL_SENSOR
    if values[0].specific["meterType"] in _FLOW_TYPES:
        kind = DeviceType.FLOW_SENSOR
    actions: tuple[Action, ...] = ()
    asked: Mapping[str, Setting] = {}
    if reset is not None and reset.writable:
        actions = (Action("Meter.reset", ACTIONS["Meter.reset"]),)
        asked = {"Meter.reset": Setting(reset.key, value=True)}
    endpoint = Endpoint(
        site.id(stem),
        kind,
        stem.replace("_", " ").capitalize() if not site.label else site.label,
        tuple(shape for shape, _, _ in lines.values()),
        actions,
    )

    def tell(told: Values) -> Iterable[tuple[str, Value]]:
        return [(name, read(told.get(value.key))) for name, (_, value, read) in lines.items()]

    sources = frozenset(value.key for value in values)
    return Function(endpoint, sources, tell, actions=asked)


def _produced(site: Site) -> list[Function]:
    """Return what a power plant tells: Energy Production, in W and Wh."""
    out = []
    for value in site.of(PRODUCTION):
        name = {
            "W": "ElectricalPowerMeasurement.activePower",
            "Wh": "ElectricalEnergyMeasurement.energy",
            "kWh": "ElectricalEnergyMeasurement.energy",
        }.get(value.unit, "Duration.value")
        shape, read = quantity(name, value)
        stem = slug(value.label or str(value.key.key))
        endpoint = Endpoint(site.id(stem), DeviceType.ELECTRICAL_SENSOR, value.label, (shape,))
        out.append(one(endpoint, value, read))
    return out


def _battery(site: Site) -> list[Function]:
    """Return the battery: its level, whether it is low, and whether it is charged."""
    level, low = site.find(BATTERY, "level"), site.find(BATTERY, "isLow")
    charging = site.find(BATTERY, "chargingStatus")
    readers: list[tuple[str, NodeValue, Callable[[object], Value]]] = []
    if level is not None:
        readers.append(("PowerSource.batteryLevel", level, _charge))
    if low is not None:
        readers.append(
            ("PowerSource.batteryLow", low, lambda said: said if isinstance(said, bool) else None)
        )
    if charging is not None:
        readers.append(("PowerSource.charging", charging, _charges))
    if not readers:
        return []
    properties = tuple(typical(name) for name, _, _ in readers)
    endpoint = Endpoint(EndpointId(site.id("battery")), DeviceType.BATTERY, "", properties)

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        return [(name, tell(values.get(value.key))) for name, value, tell in readers]

    return [Function(endpoint, frozenset(value.key for _, value, _ in readers), read)]


def _charge(said: object) -> float | None:
    """A node that says 255 means that its battery is low: a warning, not a level."""
    level = number(said)
    return level if level is not None and 0 <= level <= 100 else None


def _charges(said: object) -> bool | None:
    """0 is discharging, 1 charging, 2 kept full."""
    code = number(said)
    return code == 1 if code in {0, 1, 2} else None
