"""Actions of Home Assistant (once called services) as claims and deeds."""

import json
from collections.abc import Mapping

from scenes.homeassistant.effects import Call, Effect, Service, Settings, amount, transition
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.lights import light_on
from scenes.homeassistant.marked import Keys
from scenes.homeassistant.measures import number
from scenes.homeassistant.states import of_name, quoted
from scenes.homeassistant.targets import Meant
from scenes.homeassistant.templates import words_of


def effect(call: Call, meant: Meant) -> Effect:
    """Return what `call` does to `meant`. Raises NotCarriedError."""
    own = meant.domain if call.domain == "homeassistant" else call.domain
    service = _SERVICES.get(f"{own}.{call.service}") or _SERVICES.get(f"*.{call.service}")
    plain_ones = own not in _ONLY_OWN
    if service is None or (not plain_ones and f"{own}.{call.service}" not in _SERVICES):
        raise NotCarriedError(f"the action {call.domain}.{call.service} has no counterpart here")
    return service(call, meant)


def is_known(domain: str, service: str) -> bool:
    """Say whether there is a counterpart of `domain.service`."""
    if domain in _ONLY_OWN:
        return f"{domain}.{service}" in _SERVICES
    return domain in _DOMAINS and (
        f"{domain}.{service}" in _SERVICES or f"*.{service}" in _SERVICES
    )


def _on(call: Call, meant: Meant) -> Effect:
    del call, meant
    return Effect("on")


def _off(call: Call, meant: Meant) -> Effect:
    del meant
    if call.get("transition") is not None:
        call.over = transition(call)
    return Effect("off")


def _toggle(call: Call, meant: Meant) -> Effect:
    del call, meant
    return Effect("toggle")


def _set(
    setting: str, key: str, unit: str, factor: float = 1.0, low: float = 0, high: float = 100
) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        del meant
        if call.get(key) is None:
            raise NotCarriedError(f"{call.domain}.{call.service} without {key}")
        return Effect({setting: amount(call, key, unit, factor, low, high)})

    return service


def _word(setting: str, key: str) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        del meant
        if call.get(key) is None:
            raise NotCarriedError(f"{call.domain}.{call.service} without {key}")
        return Effect({setting: words_of(call.get(key), call.job)})

    return service


def _wish(value: object) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        del call, meant
        return Effect(value)

    return service


def _deed(verb: str) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        del call, meant
        return Effect(deed=verb)

    return service


def _climate(call: Call, meant: Meant) -> Effect:
    del meant
    unit = "°F" if call.job.names.fahrenheit else "°C"
    settings: Settings = {}
    for key, setting in (
        ("temperature", "temperature"),
        ("target_temp_low", "at least"),
        ("target_temp_high", "at most"),
    ):
        if call.get(key) is not None:
            settings[setting] = amount(call, key, unit, 1, None, None)
    if call.get("hvac_mode") is not None:
        settings["mode"] = words_of(call.get("hvac_mode"), call.job)
    if not settings:
        raise NotCarriedError("a thermostat that is set to nothing")
    return Effect(settings["temperature"] if set(settings) == {"temperature"} else settings)


def _fan(call: Call, meant: Meant) -> Effect:
    del meant
    settings: Settings = {}
    if call.get("percentage") is not None:
        settings["speed"] = amount(call, "percentage", "%", 1, 0, 100)
    if call.get("preset_mode") is not None:
        settings["mode"] = words_of(call.get("preset_mode"), call.job)
    if call.get("speed") is not None:
        speeds = {"off": 0, "low": 33, "medium": 66, "high": 100}
        word = words_of(call.get("speed"), call.job)
        if word not in speeds:
            raise NotCarriedError(f'the speed "{word}" of a fan')
        settings["speed"] = f"{speeds[word]} %"
    return Effect(settings or "on")


def _number_set(call: Call, meant: Meant) -> Effect:
    del meant
    return Effect({"value": amount(call, "value", "", 1, None, None)})


def _stepped(sign: str) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        helper = call.job.library.helpers.get(meant.entity)
        given = call.get("amount")
        step = amount(call, "amount", "", 1, None, None) if given is not None else None
        size = step if step is not None else number(helper.step if helper is not None else 1)
        return Effect({"value": f"= Number.value of {of_name(meant.phrase)} {sign} {size}"})

    return service


def _counter_reset(call: Call, meant: Meant) -> Effect:
    helper = call.job.library.helpers.get(meant.entity)
    first = helper.first if helper is not None else 0
    return Effect({"value": first if isinstance(first, int | float) else 0})


def _option_at(which: int) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        helper = call.job.library.helpers.get(meant.entity)
        if helper is None or not helper.choices:
            raise NotCarriedError(f"nothing in the folder says what {meant.phrase} may be")
        return Effect({"option": helper.choices[which]})

    return service


def _option_next(step: int) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        helper = call.job.library.helpers.get(meant.entity)
        if helper is None or not helper.choices:
            raise NotCarriedError(f"nothing in the folder says what {meant.phrase} may be")
        choices = list(helper.choices)
        following = choices[step:] + choices[:step]
        text = quoted(following[-1])
        for now, then in list(zip(choices, following, strict=True))[-2::-1]:
            is_now = f"Select.option of {of_name(meant.phrase)} = {quoted(now)}"
            text = f"if({is_now}, {quoted(then)}, {text})"
        return Effect({"option": f"= {text}"})

    return service


def _volume_step(sign: str) -> Service:
    def service(call: Call, meant: Meant) -> Effect:
        del call
        return Effect({"volume": f"= MediaPlayback.volume of {of_name(meant.phrase)} {sign} 10 %"})

    return service


def _cover_toggle(call: Call, meant: Meant) -> Effect:
    del call
    return Effect({"position": f"= if(position of {of_name(meant.phrase)} > 0 %, 0 %, 100 %)"})


def _humidity(call: Call, meant: Meant) -> Effect:
    del meant
    return Effect({"humidity": amount(call, "humidity", "%", 1, 0, 100)})


def _alarm(state: str) -> Service:
    return _wish({"alarm": state})


def _command(call: Call, meant: Meant) -> Effect:
    """Return a vacuum's own command, as its MQTT topic takes it."""
    del meant
    said = words_of(call.get("command"), call.job)
    params = call.get("params")
    if isinstance(params, Keys) and not any(isinstance(p, dict | list) for p in params.values()):
        said = json.dumps({"command": said, **params}, default=str)
    elif params:
        raise NotCarriedError("a command with a list of values", call.data.at("params"))
    return Effect(deed={"command": said})


def _siren(call: Call, meant: Meant) -> Effect:
    del meant
    if call.get("duration") is not None or call.get("tone") is not None:
        call.job.note("the siren's own tone and duration are not set")
    return Effect("on")


_DOMAINS = frozenset(
    {"light", "switch", "fan", "input_boolean", "siren", "humidifier", "cover", "lock", "climate"}
    | {"media_player", "vacuum", "alarm_control_panel", "valve", "input_number", "number"}
    | {"input_select", "select", "input_text", "text", "counter", "button", "input_button"}
    | {"water_heater", "homeassistant", "group", "remote", "lawn_mower"}
)
_ONLY_OWN = frozenset(
    {"cover", "lock", "vacuum", "alarm_control_panel", "valve", "input_number", "number"}
    | {"input_select", "select", "input_text", "text", "counter", "button", "input_button"}
    | {"lawn_mower", "climate", "automation", "script", "scene", "timer", "person"}
    | {"sensor", "binary_sensor", "device_tracker", "camera", "sun", "zone", "weather"}
)
"""Domains that are not simply switched on and off."""

_SERVICES: Mapping[str, Service] = {
    "*.turn_on": _on,
    "*.turn_off": _off,
    "*.toggle": _toggle,
    "light.turn_on": light_on,
    "light.toggle": _toggle,
    "siren.turn_on": _siren,
    "fan.turn_on": _fan,
    "fan.set_percentage": _set("speed", "percentage", "%"),
    "fan.set_speed": _fan,
    "fan.set_preset_mode": _word("mode", "preset_mode"),
    "fan.set_direction": _word("FanControl.direction", "direction"),
    "fan.oscillate": _word("oscillating", "oscillating"),
    "cover.open_cover": _wish("open"),
    "cover.close_cover": _wish("closed"),
    "cover.turn_on": _wish("open"),
    "cover.turn_off": _wish("closed"),
    "cover.stop_cover": _deed("stop"),
    "cover.toggle": _cover_toggle,
    "cover.set_cover_position": _set("position", "position", "%"),
    "cover.set_cover_tilt_position": _set("tilt", "tilt_position", "%"),
    "cover.open_cover_tilt": _wish({"tilt": "100 %"}),
    "cover.close_cover_tilt": _wish({"tilt": "0 %"}),
    "lock.lock": _wish("locked"),
    "lock.unlock": _wish("unlocked"),
    "lock.open": _deed("open the door"),
    "valve.open_valve": _wish("open"),
    "valve.close_valve": _wish("closed"),
    "valve.set_valve_position": _set("position", "position", "%"),
    "climate.set_temperature": _climate,
    "climate.set_hvac_mode": _word("mode", "hvac_mode"),
    "climate.set_preset_mode": _word("preset", "preset_mode"),
    "climate.set_fan_mode": _word("FanControl.mode", "fan_mode"),
    "climate.set_swing_mode": _word("Thermostat.swing", "swing_mode"),
    "climate.set_humidity": _humidity,
    "climate.turn_off": _wish({"mode": "off"}),
    "climate.turn_on": _on,
    "water_heater.set_temperature": _climate,
    "humidifier.set_humidity": _humidity,
    "humidifier.set_mode": _word("mode", "mode"),
    "media_player.volume_set": _set("volume", "volume_level", "%", 100),
    "media_player.volume_up": _volume_step("+"),
    "media_player.volume_down": _volume_step("-"),
    "vacuum.start": _deed("start cleaning"),
    "vacuum.turn_on": _deed("start cleaning"),
    "vacuum.stop": _deed("stop"),
    "vacuum.pause": _deed("pause"),
    "vacuum.return_to_base": _deed("return to the dock"),
    "vacuum.turn_off": _deed("return to the dock"),
    "vacuum.locate": _deed("call out"),
    "vacuum.send_command": _command,
    "vacuum.clean_spot": _deed("clean this spot"),
    "lawn_mower.start_mowing": _deed("start cleaning"),
    "lawn_mower.dock": _deed("return to the dock"),
    "alarm_control_panel.alarm_arm_away": _alarm("armed_away"),
    "alarm_control_panel.alarm_arm_home": _alarm("armed_home"),
    "alarm_control_panel.alarm_arm_night": _alarm("armed_night"),
    "alarm_control_panel.alarm_arm_vacation": _alarm("armed_vacation"),
    "alarm_control_panel.alarm_disarm": _alarm("disarmed"),
    "alarm_control_panel.alarm_trigger": _deed("raise the alarm"),
    "input_number.set_value": _number_set,
    "number.set_value": _number_set,
    "input_number.increment": _stepped("+"),
    "input_number.decrement": _stepped("-"),
    "counter.increment": _stepped("+"),
    "counter.decrement": _stepped("-"),
    "counter.reset": _counter_reset,
    "counter.set_value": _number_set,
    "input_select.select_option": _word("option", "option"),
    "select.select_option": _word("option", "option"),
    "input_select.select_first": _option_at(0),
    "input_select.select_last": _option_at(-1),
    "input_select.select_next": _option_next(1),
    "input_select.select_previous": _option_next(-1),
    "select.select_next": _option_next(1),
    "input_text.set_value": _word("text", "value"),
    "text.set_value": _word("text", "value"),
    "button.press": _deed("press"),
    "input_button.press": _deed("press"),
}
