"""Lamps behind Zigbee2MQTT: the JSON schema of MQTT lights, brightness 0-254, colour in mireds."""

from typing import ClassVar

from firmware_sim.devices.device import (
    Fields,
    Json,
    RefusedError,
    Step,
    as_number,
    read_json,
    switched,
)
from firmware_sim.devices.properties import Property, State, Value, flag, number
from firmware_sim.devices.zigbee import Zigbee
from firmware_sim.devices.zigbee_exposes import ASKABLE, SET_ONLY, choice, level, whole
from firmware_sim.devices.zigbee_exposes import flag as two_states
from firmware_sim.devices.zigbee_exposes import number as quantity

_FULL = 254
_EFFECTS = ("blink", "breathe", "okay", "channel_change", "stop_effect")


class DimmableLight(Zigbee):
    """A dimmable lamp; it remembers its level while it is off."""

    primary = Property.ON
    manufacturer = "IKEA"
    model = "TRADFRI bulb E27 WW 806lm (LED1836G9)"

    def initial(self) -> State:
        """Return off, full when switched on."""
        return {Property.ON: False, Property.LEVEL: 100.0}

    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return the lamp, with the colour modes that it has."""
        lamp: Fields = {
            "brightness": True,
            "brightness_scale": _FULL,
            "command_topic": f"{self.topic}/set",
            "effect": True,
            "effect_list": list(_EFFECTS),
            "name": None,
            "schema": "json",
        }
        return {("light", "light"): lamp | self.colour()}

    def colour(self) -> Fields:
        """Return the fields of the lamp's colour."""
        return {"supported_color_modes": ["brightness"]}

    def exposes(self) -> list[Json]:
        """Return the lamp, and what it can play."""
        switch = two_states("state", on="ON", off="OFF", access=ASKABLE)
        features = [{**switch, "value_toggle": "TOGGLE"}, level(), *self.tints()]
        return [whole("light", features), choice("effect", _EFFECTS, access=SET_ONLY)]

    def tints(self) -> list[Fields]:
        """Return the features of the lamp's colour."""
        return []

    def body(self, state: State) -> Fields:
        """Return state, brightness 0-254 and colour mode."""
        return {
            "state": "ON" if flag(state, Property.ON) else "OFF",
            "brightness": round(number(state, Property.LEVEL, 100) / 100 * _FULL),
            "linkquality": 142,
        }

    def topics(self) -> tuple[str, ...]:
        """Return the command topic."""
        return (f"{self.topic}/set",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take `{"state", "brightness", …}`; a brightness alone switches on, and 0 off."""
        del topic
        wish = read_json(payload)
        changes: dict[Property, Value] = {}
        if "brightness" in wish:
            level = as_number(wish["brightness"], 0, _FULL) / _FULL * 100
            changes[Property.ON] = level > 0
            if level > 0:
                changes[Property.LEVEL] = level
        if "state" in wish:
            changes[Property.ON] = switched(wish["state"], flag(state, Property.ON))
        changes |= self.coloured(wish)
        if not changes and "effect" not in wish:
            raise RefusedError(f"nothing in it for a lamp: {payload[:60]!r}")
        return (Step(changes),)

    def coloured(self, wish: Fields) -> dict[Property, Value]:
        """Return the change of colour in `wish`."""
        del wish
        return {}


class ColorTemperatureLight(DimmableLight):
    """A lamp from warm to cool white; on the wire in mireds (1,000,000 / K)."""

    model = "TRADFRI bulb E27 WS 1055lm (LED2003G10)"
    mireds: ClassVar[tuple[int, int]] = (153, 454)

    def initial(self) -> State:
        """Return off, warm white."""
        return {**super().initial(), Property.COLOR_TEMPERATURE: 2700.0}

    def colour(self) -> Fields:
        """Return the range in mireds."""
        low, high = self.mireds
        return {"max_mireds": high, "min_mireds": low, "supported_color_modes": ["color_temp"]}

    def tints(self) -> list[Fields]:
        """Return the range in mireds."""
        low, high = self.mireds
        return [quantity("color_temp", "mired", low, high, access=ASKABLE)]

    def body(self, state: State) -> Fields:
        """Return the lamp's state with `color_temp`."""
        kelvin = number(state, Property.COLOR_TEMPERATURE, 2700)
        return super().body(state) | {
            "color_mode": "color_temp",
            "color_temp": round(1_000_000 / kelvin),
        }

    def coloured(self, wish: Fields) -> dict[Property, Value]:
        """Take `color_temp`."""
        if "color_temp" not in wish:
            return {}
        return {Property.COLOR_TEMPERATURE: 1_000_000 / as_number(wish["color_temp"], *self.mireds)}
