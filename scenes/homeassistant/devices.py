"""Device triggers, conditions and actions: what the UI of Home Assistant writes."""

from collections.abc import Mapping

from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Keys, plain
from scenes.homeassistant.measures import measure
from scenes.homeassistant.pressing import press_word
from scenes.homeassistant.senses import is_state
from scenes.homeassistant.states import OPPOSITES, States, Truth

_TYPES: Mapping[str, str] = {
    "turned_on": "on",
    "is_on": "on",
    "turned_off": "off",
    "is_off": "off",
    "opened": "open",
    "is_open": "open",
    "not_opened": "closed",
    "is_not_open": "closed",
    "closed": "closed",
    "is_closed": "closed",
    "motion": "occupied",
    "is_motion": "occupied",
    "no_motion": "unoccupied",
    "is_no_motion": "unoccupied",
    "occupied": "occupied",
    "is_occupied": "occupied",
    "not_occupied": "unoccupied",
    "is_not_occupied": "unoccupied",
    "present": "occupied",
    "is_present": "occupied",
    "not_present": "unoccupied",
    "is_not_present": "unoccupied",
    "moist": "leak",
    "is_moist": "leak",
    "smoke": "smoke",
    "is_smoke": "smoke",
    "gas": "smoke",
    "co": "smoke",
    "vibration": "vibration",
    "bat_low": "battery_low",
    "is_bat_low": "battery_low",
    "locked": "locked",
    "is_locked": "locked",
    "unlocked": "unlocked",
    "is_unlocked": "unlocked",
}
"""Type of a device trigger or condition -> the word of States."""
_NOT: Mapping[str, str] = {
    "not_moist": "leak",
    "is_not_moist": "leak",
    "no_smoke": "smoke",
    "is_no_smoke": "smoke",
    "no_gas": "smoke",
    "no_vibration": "vibration",
    "not_bat_low": "battery_low",
}
_MEASURED = frozenset(
    {"temperature", "humidity", "illuminance", "battery_level", "power", "carbon_dioxide", "pm25"}
    | {"value", "energy", "voltage", "current", "pressure"}
)
_REMOTES = frozenset(
    {"mqtt", "zha", "deconz", "hue", "shelly", "tasmota", "zwave_js", "lutron_caseta", "homekit"}
    | {"homekit_controller", "knx", "philips_js", "ikea", "tuya", "switchbot", "bthome", "esphome"}
    | {"xiaomi_ble", "xiaomi_aqara", "kodi", "nanoleaf", "wemo", "lcn", "netatmo", "rfxtrx"}
)


def device_word(item: Keys, job: Job) -> tuple[str, str]:
    """Return the entity ("" where only the device is known) and the word of what is meant."""
    given = item.get("entity_id")
    device = plain(item.get("device_id"))
    if given is not None:
        try:
            entity = job.names.entity(plain(given))
        except NotCarriedError:
            if device not in job.names.registry.devices and device not in job.names.mentioned:
                raise
        else:
            return entity, job.names.word(entity)
    if not device:
        raise NotCarriedError("a device that is not named")
    return "", job.names.device(device)


def device_trigger(item: Keys, job: Job) -> tuple[str, States]:
    """Return the entity, and what comes about. Raises NotCarriedError."""
    domain, kind = plain(item.get("domain")), plain(item.get("type"))
    subtype = plain(item.get("subtype"))
    if domain in _REMOTES or subtype:
        _, word = device_word(item, job)
        press = press_word(kind) if kind not in {"action", "click", "button", ""} else ""
        return "", {"pressed": word, "press": " ".join(p for p in (subtype, press) if p)}
    entity, word = device_word(item, job)
    if kind in {"changed_states", "toggled"}:
        raise NotCarriedError(f'the device trigger "{kind}": say at which state')
    if domain == "event" or kind == "pressed":
        return entity, {"pressed": word}
    return entity, _states(domain, kind, entity, word, item, job)


def device_condition(item: Keys, job: Job) -> Truth:
    """Return the states that a device condition asks for. Raises NotCarriedError."""
    entity, word = device_word(item, job)
    return _states(plain(item.get("domain")), plain(item.get("type")), entity, word, item, job)


def _states(domain: str, kind: str, entity: str, word: str, item: Keys, job: Job) -> States:  # noqa: PLR0911 - one case a kind
    kind = kind.removeprefix("trigger_")
    measured = kind.removeprefix("is_")
    if measured in _MEASURED and (item.get("above") is not None or item.get("below") is not None):
        return _measured(measured, entity, word, item, job)
    if domain == "cover" and kind.removeprefix("is_") in {"open", "opened", "closed"}:
        low = "open" if "open" in kind else "closed"
        truth = is_state(entity or f"cover.{word.replace(' ', '_')}", low, job.names)
        return truth if isinstance(truth, dict) else {}
    if domain in {"person", "device_tracker"}:
        person = job.names.person(entity or f"person.{word}") or "anyone"
        return {"home" if kind in {"enters", "is_home"} else "away": person}
    if domain == "climate" and kind == "hvac_mode_changed":
        wanted = plain(item.get("to"))
        return {"property": {"of": word, "name": "Thermostat.systemMode", "is": wanted}}
    if domain == "alarm_control_panel":
        wanted = kind.removeprefix("is_")
        return {"property": {"of": word, "name": "AlarmPanel.state", "is": wanted}}
    if domain == "binary_sensor" and kind in {"turned_on", "is_on", "turned_off", "is_off"}:
        truth = is_state(entity or f"binary_sensor.{word}", _TYPES[kind], job.names)
        return truth if isinstance(truth, dict) else {}
    if kind in _TYPES:
        return {_TYPES[kind]: word}
    if kind in _NOT:
        return {"not": {_NOT[kind]: word}}
    if kind.removeprefix("is_") in OPPOSITES:
        return {kind.removeprefix("is_"): word}
    raise NotCarriedError(f'"{kind}" of a device ({domain})')


def _measured(kind: str, entity: str, word: str, item: Keys, job: Job) -> States:
    name = "battery" if kind == "battery_level" else kind
    known = entity or f"sensor.{word.replace(' ', '_')}_{name}"
    found = measure(known, "", job.names)
    limits = [item.get("above"), item.get("below")]
    try:
        above, below = (None if limit is None else float(plain(limit)) for limit in limits)
    except ValueError as error:
        raise NotCarriedError("a limit that is no number") from error
    return found.beyond(above, below)
