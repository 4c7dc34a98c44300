"""The units that devices use, turned into the vocabulary's."""

from collections.abc import Mapping

_SCALES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "°C": {
        "°C": (1, 0),
        "C": (1, 0),
        "°F": (5 / 9, -160 / 9),
        "F": (5 / 9, -160 / 9),
        "K": (1, -273.15),
    },
    "%": {"%": (1, 0)},
    "hPa": {
        "hPa": (1, 0),
        "mbar": (1, 0),
        "Pa": (0.01, 0),
        "kPa": (10, 0),
        "bar": (1000, 0),
        "cbar": (10, 0),
        "mmHg": (1.333223874, 0),
        "inHg": (33.863886667, 0),
        "psi": (68.947573, 0),
    },
    "lx": {"lx": (1, 0), "lm": (1, 0), "klx": (1000, 0)},
    "W": {"W": (1, 0), "mW": (0.001, 0), "kW": (1000, 0), "MW": (1_000_000, 0)},
    "VA": {"VA": (1, 0), "kVA": (1000, 0)},
    "var": {"var": (1, 0), "kvar": (1000, 0)},
    "V": {"V": (1, 0), "mV": (0.001, 0), "µV": (1e-6, 0), "kV": (1000, 0)},
    "A": {"A": (1, 0), "mA": (0.001, 0)},
    "Hz": {"Hz": (1, 0), "kHz": (1000, 0), "MHz": (1_000_000, 0)},
    "kWh": {
        "kWh": (1, 0),
        "Wh": (0.001, 0),
        "mWh": (1e-6, 0),
        "MWh": (1000, 0),
        "GWh": (1_000_000, 0),
        "J": (1 / 3_600_000, 0),
        "kJ": (1 / 3600, 0),
        "MJ": (1 / 3.6, 0),
        "GJ": (1000 / 3.6, 0),
        "cal": (1 / 860_420.65, 0),
        "kcal": (1 / 860.42065, 0),
    },
    "ppm": {"ppm": (1, 0), "ppb": (0.001, 0)},
    "µg/m³": {"µg/m³": (1, 0), "ug/m3": (1, 0), "μg/m³": (1, 0), "mg/m³": (1000, 0)},
    "mg/m³": {"mg/m³": (1, 0), "µg/m³": (0.001, 0), "μg/m³": (0.001, 0)},
    "m³/h": {
        "m³/h": (1, 0),
        "L/min": (0.06, 0),
        "l/min": (0.06, 0),
        "L/h": (0.001, 0),
        "m³/s": (3600, 0),
        "ft³/min": (1.699010796, 0),
        "gal/min": (0.227124707, 0),
    },
    "m³": {
        "m³": (1, 0),
        "L": (0.001, 0),
        "l": (0.001, 0),
        "mL": (1e-6, 0),
        "gal": (0.003785411784, 0),
        "ft³": (0.028316846592, 0),
        "CCF": (2.8316846592, 0),
    },
    "dB": {"dB": (1, 0), "dBA": (1, 0)},
    "dBm": {"dBm": (1, 0), "dB": (1, 0)},
    "m": {
        "m": (1, 0),
        "cm": (0.01, 0),
        "mm": (0.001, 0),
        "km": (1000, 0),
        "in": (0.0254, 0),
        "ft": (0.3048, 0),
        "yd": (0.9144, 0),
        "mi": (1609.344, 0),
    },
    "m/s": {
        "m/s": (1, 0),
        "km/h": (1 / 3.6, 0),
        "mph": (0.44704, 0),
        "kn": (0.514444444, 0),
        "ft/s": (0.3048, 0),
        "mm/s": (0.001, 0),
    },
    "kg": {
        "kg": (1, 0),
        "g": (0.001, 0),
        "mg": (1e-6, 0),
        "lb": (0.45359237, 0),
        "oz": (0.028349523125, 0),
    },
    "mm": {"mm": (1, 0), "cm": (10, 0), "in": (25.4, 0)},
    "s": {
        "s": (1, 0),
        "ms": (0.001, 0),
        "µs": (1e-6, 0),
        "min": (60, 0),
        "h": (3600, 0),
        "d": (86400, 0),
    },
}
"""The vocabulary's unit -> a device's unit -> scale and offset: value = said * scale + offset."""


def known(said: str, wanted: str) -> bool:
    """Say whether `said` can be turned into `wanted`; no unit counts as the wanted one."""
    return not said or said == wanted or said in _SCALES.get(wanted, {})


def conversion(said: str, wanted: str) -> tuple[float, float]:
    """Return scale and offset from the unit `said` to `wanted`; (1, 0) where neither is known."""
    return _SCALES.get(wanted, {}).get(said, (1.0, 0.0))
