"""Scenes of Home Assistant: how things are to be, as claims."""

from collections.abc import Mapping

from scenes.homeassistant.effects import Call
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Items, Keys, Place, plain
from scenes.homeassistant.services import effect
from scenes.homeassistant.targets import Meant

_LIGHT = ("brightness", "brightness_pct", "effect")
_COLORS = ("color_temp_kelvin", "kelvin", "color_temp", "hs_color", "rgb_color", "xy_color")
_BY_MODE = {
    "color_temp": ("color_temp_kelvin", "kelvin", "color_temp"),
    "hs": ("hs_color",),
    "xy": ("xy_color", "hs_color", "rgb_color"),
    "rgb": ("rgb_color",),
    "brightness": (),
    "onoff": (),
}
_ON_OFF: Mapping[str, str] = {"on": "turn_on", "off": "turn_off"}
_STATES: Mapping[tuple[str, str], str] = {
    ("cover", "open"): "open_cover",
    ("cover", "closed"): "close_cover",
    ("lock", "locked"): "lock",
    ("lock", "unlocked"): "unlock",
    ("valve", "open"): "open_valve",
    ("valve", "closed"): "close_valve",
    ("climate", "off"): "turn_off",
    ("alarm_control_panel", "armed_away"): "alarm_arm_away",
    ("alarm_control_panel", "armed_home"): "alarm_arm_home",
    ("alarm_control_panel", "armed_night"): "alarm_arm_night",
    ("alarm_control_panel", "disarmed"): "alarm_disarm",
}


def claims_of(entities: Keys, job: Job) -> dict[str, object]:
    """Return the claims for `entities`. Raises NotCarriedError at the first that has none."""
    claims: dict[str, object] = {}
    for word, said in entities.items():
        with job.at(entities.at(word)):
            claims |= claim_of(word, said, job)
    return claims


def claim_of(word: str, said: object, job: Job) -> dict[str, object]:
    """Return the claims for one thing that is to be as `said`. Raises NotCarriedError."""
    entity = job.names.entity(word)
    keys = said if isinstance(said, Keys) else _keys(said, job.place)
    claims: dict[str, object] = {}
    for member in job.names.members(entity):
        meant = Meant(job.names.word(member), member.partition(".")[0], member)
        claims[meant.phrase] = _wish(meant, keys, job)
    return claims


def _keys(state: object, place: Place) -> Keys:
    keys = Keys(place)
    keys.put("state", state, place)
    return keys


def _wish(meant: Meant, keys: Keys, job: Job) -> object:
    state = plain(keys.get("state", True)).casefold()
    service, data = _service(meant.domain, state, keys)
    if state in {"unavailable", "unknown"}:
        raise NotCarriedError(f"{meant.entity} has no state in this scene")
    call = Call(meant.domain, service, data, job)
    found = effect(call, meant)
    if found.wish is None:
        raise NotCarriedError(f'there is no word here for {meant.entity} being "{state}"')
    return found.wish


def _service(domain: str, state: str, keys: Keys) -> tuple[str, Keys]:  # noqa: C901, PLR0911 - one case a kind
    data = Keys(keys.place)

    def take(*names: str, to: str = "") -> bool:
        for name in names:
            if keys.get(name) is not None:
                data.put(to or name, keys[name], keys.at(name))
                return True
        return False

    match domain:
        case "light" if state == "on":
            for name in _LIGHT:
                take(name)
            if plain(data.get("effect", "")).casefold() in {"none", "off"}:
                del data["effect"]
            mode = plain(keys.get("color_mode", ""))
            take(*_BY_MODE.get(mode, _COLORS))
            return "turn_on", data
        case "cover" if take("current_position", "position", to="position"):
            return "set_cover_position", data
        case "climate" if state != "off":
            take("temperature")
            take("target_temp_low")
            take("target_temp_high")
            data.put("hvac_mode", state, keys.at("state"))
            return "set_temperature", data
        case "fan" if state == "on":
            take("percentage")
            return "turn_on", data
        case "media_player" if take("volume_level"):
            return "volume_set", data
        case "humidifier" if state == "on" and take("humidity"):
            return "set_humidity", data
        case "input_number" | "number" | "counter":
            data.put("value", keys.get("state"), keys.at("state"))
            return "set_value", data
        case "input_select" | "select":
            data.put("option", keys.get("state"), keys.at("state"))
            return "select_option", data
        case "input_text" | "text":
            data.put("value", keys.get("state"), keys.at("state"))
            return "set_value", data
    service = _STATES.get((domain, state)) or _ON_OFF.get(state)
    if service is None:
        raise NotCarriedError(f'there is no word here for a {domain} being "{state}"')
    return service, data


def read_scene(scene: Keys, job: Job) -> dict[str, object]:
    """Return the claims of a scene; what cannot be carried is left."""
    entities = scene.get("entities")
    if isinstance(entities, Items) or not isinstance(entities, Keys):
        job.leave(NotCarriedError("a scene without things in it", scene.at("entities")))
        return {}
    claims: dict[str, object] = {}
    for word, said in entities.items():
        try:
            with job.at(entities.at(word)):
                claims |= claim_of(word, said, job)
        except NotCarriedError as error:
            job.leave(error)
    return claims
