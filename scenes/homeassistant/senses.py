"""What a state of an entity means here: `binary_sensor.hall_motion` is `on` = `occupied: hall`."""

from collections.abc import Callable, Mapping

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.names import Names
from scenes.homeassistant.states import States, Truth, either, negated, of_name

_CLASSES: Mapping[str, str] = {
    "motion": "occupied",
    "occupancy": "occupied",
    "presence": "occupied",
    "moving": "occupied",
    "opening": "open",
    "door": "open",
    "window": "open",
    "garage_door": "open",
    "garage": "open",
    "moisture": "leak",
    "smoke": "smoke",
    "gas": "smoke",
    "carbon_monoxide": "smoke",
    "vibration": "vibration",
    "battery": "battery_low",
    "bed": "in_bed",
    "rain": "rain",
}
"""Device class of a binary sensor -> the word of States while it is on."""
_PLAIN_CLASSES: Mapping[str, str] = {
    "plug": "BooleanState.connected",
    "connectivity": "BooleanState.connected",
    "problem": "BooleanState.problem",
    "tamper": "SmokeCoAlarm.tamper",
    "cold": "BooleanState.freeze",
    "battery_charging": "PowerSource.charging",
}
_SWITCHED = frozenset(
    {"light", "switch", "fan", "input_boolean", "siren", "humidifier", "remote", "group"}
    | {"schedule", "water_heater"}
)
_STATES_OF: Mapping[str, str] = {
    "climate": "Thermostat.systemMode",
    "alarm_control_panel": "AlarmPanel.state",
    "media_player": "MediaPlayback.state",
    "vacuum": "RvcOperationalState.state",
    "select": "Select.option",
    "input_select": "Select.option",
    "sensor": "Text.value",
    "input_text": "Text.value",
    "text": "Text.value",
    "weather": "Text.value",
    "timer": "Select.option",
    "lawn_mower": "RvcOperationalState.state",
}
"""Domain -> the property that holds its state as a word."""
_NUMBERS = frozenset({"input_number", "number", "counter"})
UNKNOWN = frozenset({"unavailable", "unknown", "none", ""})
"""States that say that there is none."""
PRESSED = frozenset({"button", "input_button", "event", "scene"})
"""Domains whose state is when they were pressed last."""
PEOPLE = frozenset({"person", "device_tracker"})


def is_state(entity: str, value: str, names: Names) -> Truth:  # noqa: C901, PLR0911 - one case a kind
    """Return what holds while `entity` (no group) is `value`. Raises NotCarriedError."""
    domain = entity.partition(".")[0]
    word = names.word(entity)
    low = value.strip().casefold()
    if low in UNKNOWN:
        return {"unavailable": word}
    if domain in _SWITCHED and low in {"on", "off"}:
        return {low: word}
    is_presence = domain == "group" and low in {"home", "not_home"}
    if domain in PEOPLE or entity == "zone.home" or is_presence:
        return _presence(entity, value, names)
    special = _SPECIAL.get(domain)
    if special is not None:
        found = special(entity, word, low)
        if found is not None:
            return found
    if domain == "binary_sensor":
        return _sensed(entity, word, names, holds=low == "on")
    if domain == "sensor" and (number := _number(low)) is not None:
        return {"property": {"of": word, "name": "Number.value", "is": number}}
    if domain == "sensor" and names.device_class(entity) == "" and entity.endswith(_ACTIONS):
        raise NotCarriedError(f"{entity} tells of presses; as a state it does not last")
    if domain in _NUMBERS and (number := _number(low)) is not None:
        return {"property": {"of": word, "name": "Number.value", "is": number}}
    if domain in _STATES_OF:
        return {"property": {"of": word, "name": _STATES_OF[domain], "is": value.strip()}}
    raise NotCarriedError(f'there is no word here for {entity} being "{value}"')


_ACTIONS = ("_action", "_click")


def is_any_state(entity: str, values: list[str], names: Names) -> Truth:
    """Return what holds while `entity` is one of `values`."""
    if set(values) and {value.casefold() for value in values} <= UNKNOWN:
        return is_state(entity, values[0], names)
    return either([is_state(entity, value, names) for value in values])


def _number(text: str) -> float | int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not abs(number) <= 1e12:
        return None
    return int(number) if number.is_integer() else number


def _presence(entity: str, value: str, names: Names) -> Truth:
    person = names.person(entity)
    low = value.strip().casefold()
    if entity == "zone.home":
        if low in {"0", "0.0"}:
            return {"away": "everyone"}
        raise NotCarriedError(f"how many people are home ({value}) cannot be asked")
    if low in {"home", "on"}:
        return {"home": person or "anyone"}
    if low in {"not_home", "off"}:
        return {"away": person or "everyone"}
    if not person:
        raise NotCarriedError(f"where everybody is ({value}) cannot be asked")
    place = value.strip().removeprefix("zone.").replace("_", " ")
    return {"property": {"of": person, "name": "Presence.place", "is": place}}


def _sensed(entity: str, word: str, names: Names, *, holds: bool) -> Truth:
    kind = names.device_class(entity)
    if entity.endswith(("workday_sensor", "workday")):
        return {"days": "weekdays" if holds else "weekend"}
    if kind == "lock":
        return {"unlocked" if holds else "locked": word}
    found = _CLASSES.get(kind)
    if found is None:
        name = _PLAIN_CLASSES.get(kind, "BooleanState.state")
        return {"property": {"of": word, "name": name, "is": holds}}
    return {found: word} if holds else negated({found: word})


def _cover(entity: str, word: str, low: str) -> States | None:
    del entity
    match low:
        case "open":
            return {"position": {"of": word, "above": "0 %"}}
        case "closed":
            return {"position": {"of": word, "below": "1 %"}}
        case "opening" | "closing":
            return {"property": {"of": word, "name": "WindowCovering.operation", "is": low}}
    return None


def _lock(entity: str, word: str, low: str) -> States | None:
    del entity
    return {low: word} if low in {"locked", "unlocked"} else None


def _sun(entity: str, word: str, low: str) -> States | None:
    del entity, word
    known = {"above_horizon": "up", "below_horizon": "down"}.get(low)
    return {"sun": known} if known else None


def _calendar(entity: str, word: str, low: str) -> States | None:
    del entity
    return {"calendar": word} if low == "on" else {"not": {"calendar": word}}


def _valve(entity: str, word: str, low: str) -> States | None:
    del entity
    if low not in {"open", "closed"}:
        return None
    return {"property": {"of": word, "name": "Valve.open", "is": low == "open"}}


def _switched_off(entity: str, word: str, low: str) -> States | None:
    """Return the words for on and off of what has other states beside."""
    domain = entity.partition(".")[0]
    if low in {"on", "off"} and domain == "media_player":
        return {low: word}
    return None


def _update(entity: str, word: str, low: str) -> States | None:
    del entity
    sign, word = "!=" if low == "on" else "=", of_name(word)
    return {"that": f"Update.latest of {word} {sign} Update.installed of {word}"}


def _timer(entity: str, word: str, low: str) -> States | None:
    del entity
    running: States = {"property": {"of": word, "name": "Select.option", "is": "active"}}
    if low == "active":
        return running
    return {"not": running} if low == "idle" else None


_SPECIAL: Mapping[str, Callable[[str, str, str], States | None]] = {
    "cover": _cover,
    "lock": _lock,
    "sun": _sun,
    "calendar": _calendar,
    "valve": _valve,
    "media_player": _switched_off,
    "update": _update,
    "timer": _timer,
}
