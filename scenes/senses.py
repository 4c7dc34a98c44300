"""What a scene's words for states mean: which properties, at which value, and how it is told."""

import re

from msgspec import Struct

from hubd.documents import did_you_mean, wrong
from hubd.model.vocabulary import TERMS


class Sense(Struct, frozen=True):
    """A word for a state of things.

    It holds if any of `names` is `value`; or, if `every`, if all that are known are. `began` tells
    that it just came about, `lasts` that it has held for some time, as clauses after "because".
    `opposite` is the word for its contrary.
    """

    names: tuple[str, ...]
    began: str
    lasts: str
    opposite: str = ""
    value: bool = True
    every: bool = False


def _yes(names: tuple[str, ...], began: str, lasts: str, opposite: str = "") -> Sense:
    return Sense(names, began, lasts, opposite)


def _no(names: tuple[str, ...], began: str, lasts: str, opposite: str) -> Sense:
    return Sense(names, began, lasts, opposite, value=False, every=True)


_SEEN = ("OccupancySensing.occupied", "BooleanState.bed")
_BED = ("BooleanState.bed",)
_OPEN = ("BooleanState.open",)
_LOCKED = ("DoorLock.locked",)
_ON = ("OnOff.on",)
_LEAK = ("BooleanState.leak",)
_SMOKE = ("SmokeCoAlarm.smoke", "SmokeCoAlarm.co", "SmokeCoAlarm.gas")
_RAIN = ("BooleanState.rain",)
_SHAKES = ("BooleanState.vibration",)
_LOW = ("PowerSource.batteryLow",)
_HOME = ("Presence.home",)

SENSES: dict[str, Sense] = {
    "occupied": _yes(_SEEN, "{device} saw someone", "someone was in {place}", "unoccupied"),
    "unoccupied": _no(_SEEN, "nobody is in {place} any more", "nobody was in {place}", "occupied"),
    "in_bed": _yes(_BED, "someone lay down on {device}", "someone was in bed", "out_of_bed"),
    "out_of_bed": _no(_BED, "nobody is in bed any more", "nobody was in bed", "in_bed"),
    "open": _yes(_OPEN, "{device} opened", "{place} was open", "closed"),
    "closed": _no(_OPEN, "{device} closed", "{place} was closed", "open"),
    "locked": Sense(_LOCKED, "{device} was locked", "{place} was locked", "unlocked", every=True),
    "unlocked": Sense(
        _LOCKED, "{device} was unlocked", "{place} was unlocked", "locked", value=False
    ),
    "on": _yes(_ON, "{device} went on", "{place} was on", "off"),
    "off": _no(_ON, "{device} went off", "{place} was off", "on"),
    "leak": _yes(_LEAK, "{device} found water", "{device} found water"),
    "smoke": _yes(_SMOKE, "{device} smelt smoke or gas", "{device} smelt smoke or gas"),
    "rain": _yes(_RAIN, "it began to rain", "it rained", "dry"),
    "dry": _no(_RAIN, "it stopped raining", "it did not rain", "rain"),
    "vibration": _yes(_SHAKES, "{device} shook", "{device} shook"),
    "battery_low": _yes(_LOW, "the battery of {device} is low", "the battery of {device} was low"),
    "home": _yes(_HOME, "{device} came home", "{place} was home", "away"),
    "away": _no(_HOME, "{device} left home", "{place} was away", "home"),
}
"""By the key of language.States."""


TROUBLES = (
    _yes(("BooleanState.problem",), "{device} has a problem", "{place} had a problem"),
    _yes(("SmokeCoAlarm.tamper",), "{device} was tampered with", "{place} was tampered with"),
    SENSES["battery_low"],
)
"""What counts as trouble of a device, beside being out of reach and undoing what is asked."""


class Measure(Struct, frozen=True):
    """A word for something measured: where it is read, its unit, and what it is called."""

    names: tuple[str, ...]
    unit: str
    title: str


MEASURES: dict[str, Measure] = {
    "temperature": Measure(
        ("TemperatureMeasurement.temperature", "Thermostat.localTemperature"), "°C", "temperature"
    ),
    "humidity": Measure(
        ("RelativeHumidityMeasurement.humidity", "Thermostat.localHumidity"), "%", "humidity"
    ),
    "light": Measure(("IlluminanceMeasurement.illuminance",), "lx", "light"),
    "co2": Measure(("CarbonDioxideConcentrationMeasurement.value",), "ppm", "CO2"),
    "pm25": Measure(("Pm25ConcentrationMeasurement.value",), "µg/m³", "PM2.5"),
    "sound": Measure(("SoundMeasurement.level",), "dB", "sound"),
    "power": Measure(("ElectricalPowerMeasurement.activePower",), "W", "power"),
    "battery": Measure(("PowerSource.batteryLevel",), "%", "battery"),
    "level": Measure(("LevelControl.level",), "%", "level"),
    "position": Measure(("WindowCovering.position",), "%", "opening"),
}
"""By the key of language.States."""


def percept_names(word: object) -> tuple[str, ...]:
    """Return the properties that `word` means: a word for a state, or a Cluster.attribute.

    Raises "wrong".
    """
    if isinstance(word, list | tuple):
        return tuple(name for item in word for name in percept_names(item))
    text = str(word).strip()
    sense = SENSES.get(text.casefold().replace(" ", "_"))
    if sense is not None and sense.value:
        return sense.names
    if text in TERMS or re.fullmatch(r"[A-Z]\w*\.\w+", text):
        return (text,)
    words = [key for key, known in SENSES.items() if known.value]
    hint = did_you_mean(text, [*words, *TERMS]) or "write a Cluster.attribute"
    raise wrong(f'"{text}" is nothing that can be perceived', hint)
