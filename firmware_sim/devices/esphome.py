"""Devices on ESPHome: abbreviated keys, a topic for each entity, plain values, `<id>/status`.

Shapes as ESPHome's MQTT client publishes them (https://esphome.io/components/mqtt); `ids` is a
string here, not a list, as there.
"""

import colorsys
from typing import ClassVar
from zlib import crc32

from firmware_sim.devices.device import (
    DISCOVERY,
    Device,
    Fields,
    Gateway,
    Json,
    Message,
    RefusedError,
    Step,
    as_json,
    as_number,
    read_json,
    rounded,
    switched,
)
from firmware_sim.devices.properties import Property, State, Value, flag, number


class EspHome(Device):
    """A Wi-Fi device of its own connection; topics `<id>/<component>/<object>/…`."""

    manufacturer = "Espressif"

    @property
    def gateway(self) -> Gateway:
        """The device itself, `<id>/status` online or offline."""
        status = f"{self.id}/status"
        return Gateway(self.id, Message(status, "online"), Message(status, "offline"))

    def base(self, component: str, name: str) -> str:
        """Return the topic under which the entity's topics lie."""
        return f"{self.id}/{component}/{name}"

    def config(self, component: str, name: str, fields: Fields) -> Message:
        """Return the discovery of one entity."""
        device: Fields = {
            "ids": self.id,
            "name": self.identity.name,
            "sw": "2025.9.3 (ESPHome)",
            "mdl": self.model,
            "mf": self.manufacturer,
        }
        if self.identity.area:
            device["sa"] = self.identity.area
        common: Fields = {
            "name": name.replace("_", " ").capitalize(),
            "avty_t": f"{self.id}/status",
            "uniq_id": f"{self.id}{component}{name}",
            "dev": device,
        }
        topic = f"{DISCOVERY}/{component}/{self.id}/{name}/config"
        return Message(topic, as_json(common | fields))


class Discovered(EspHome):
    """A device as ESPHome announces it since 2023: known by its address, which it also publishes.

    `esphome/discover/<name>` says who it is; it says so again when `esphome/discover` or its own
    `esphome/ping/<name>` is written to (`discover_ip`, mqtt_client.cpp of ESPHome).
    """

    announces: ClassVar[bool] = True
    """Whether it says what it can do (`discovery: true`)."""

    @property
    def mac(self) -> str:
        """The address, twelve digits, made of the id."""
        return f"a803{crc32(self.id.encode()):08x}"

    def config(self, component: str, name: str, fields: Fields) -> Message:
        """Return the discovery of one entity, whose device is known by its address."""
        message = super().config(component, name, fields)
        said = read_json(message.payload)
        device = said["dev"]
        if isinstance(device, dict):
            said["dev"] = {**device, "ids": self.mac, "cns": [["mac", self.mac]]}
        return Message(message.topic, as_json(said))

    def facts(self) -> Message:
        """Return what the device says of itself."""
        said: Fields = {
            "ip": "192.168.1.44",
            "name": self.id,
            "friendly_name": self.identity.name,
            "port": 6053,
            "version": "2025.9.3",
            "mac": self.mac,
            "platform": "ESP32",
            "board": "esp32dev",
            "network": "wifi",
        }
        return Message(f"esphome/discover/{self.id}", as_json(said))

    def asking(self) -> tuple[str, ...]:
        """Return the topics by which it is asked who it is."""
        return ("esphome/discover", f"esphome/ping/{self.id}")


class LightSensor(EspHome):
    """A lux meter (BH1750)."""

    primary = Property.ILLUMINANCE
    model = "esp32dev with BH1750"

    def initial(self) -> State:
        """Return darkness."""
        return {Property.ILLUMINANCE: 0.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the sensor."""
        fields: Fields = {
            "dev_cla": "illuminance",
            "unit_of_meas": "lx",
            "stat_cla": "measurement",
            "stat_t": f"{self.base('sensor', 'illuminance')}/state",
        }
        return (self.config("sensor", "illuminance", fields),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the plain number."""
        if not changed:
            return ()
        text = f"{number(state, Property.ILLUMINANCE):.1f}"
        return (Message(f"{self.base('sensor', 'illuminance')}/state", text),)


class BedSensor(EspHome):
    """A pressure strip under the mattress."""

    primary = Property.IN_BED
    model = "esp32dev with FSR pressure strip"

    def initial(self) -> State:
        """Return an empty bed."""
        return {Property.IN_BED: False}

    def announcement(self) -> tuple[Message, ...]:
        """Return a binary sensor without payloads: ON and OFF are the default."""
        fields: Fields = {
            "dev_cla": "occupancy",
            "icon": "mdi:bed",
            "stat_t": f"{self.base('binary_sensor', 'bed')}/state",
        }
        return (self.config("binary_sensor", "bed", fields),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return ON or OFF."""
        if not changed:
            return ()
        text = "ON" if flag(state, Property.IN_BED) else "OFF"
        return (Message(f"{self.base('binary_sensor', 'bed')}/state", text),)


class Fan(EspHome):
    """A ceiling fan with speeds of 1-100, and a button that restarts the board."""

    primary = Property.ON
    model = "esp8266 with a fan controller"

    def initial(self) -> State:
        """Return off, half speed when switched on."""
        return {Property.ON: False, Property.SPEED: 50.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the fan and the button."""
        base = self.base("fan", "fan")
        fan: Fields = {
            "cmd_t": f"{base}/command",
            "stat_t": f"{base}/state",
            "pct_cmd_t": f"{base}/speed_level/command",
            "pct_stat_t": f"{base}/speed_level/state",
            "spd_rng_max": 100,
        }
        button: Fields = {
            "cmd_t": f"{self.base('button', 'restart')}/command",
            "dev_cla": "restart",
            "ent_cat": "config",
        }
        return (self.config("fan", "fan", fan), self.config("button", "restart", button))

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return state and speed, each on its topic."""
        base = self.base("fan", "fan")
        messages: list[Message] = []
        if Property.ON in changed:
            messages.append(Message(f"{base}/state", "ON" if flag(state, Property.ON) else "OFF"))
        if Property.SPEED in changed:
            speed = f"{round(number(state, Property.SPEED, 50))}"
            messages.append(Message(f"{base}/speed_level/state", speed))
        return tuple(messages)

    def topics(self) -> tuple[str, ...]:
        """Return the topics of state, speed and restart."""
        base = self.base("fan", "fan")
        restart = f"{self.base('button', 'restart')}/command"
        return (f"{base}/command", f"{base}/speed_level/command", restart)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take a state or a speed; speed 0 is off. A restart changes nothing that is reported."""
        if topic.endswith("/restart/command"):
            return (Step({}),)
        if topic.endswith("/speed_level/command"):
            speed = as_number(payload, 0, 100)
            if speed == 0:
                return (Step({Property.ON: False}),)
            return (Step({Property.ON: True, Property.SPEED: speed}),)
        return (Step({Property.ON: switched(payload, flag(state, Property.ON))}),)


class DiscoveredFan(Discovered, Fan):
    """The fan, as newer versions announce it."""

    def announcement(self) -> tuple[Message, ...]:
        """Return who it is and, if it says so, what it can do."""
        return (self.facts(), *(Fan.announcement(self) if self.announces else ()))

    def topics(self) -> tuple[str, ...]:
        """Return the fan's topics, and those by which it is asked who it is."""
        return (*super().topics(), *self.asking())

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Say who it is, or do what the fan is told."""
        if topic in self.asking():
            return (Step({Property.ASKED: "discover"}),)
        return super().react(state, topic, payload)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return who it is if that was asked, and what changed."""
        asked = (self.facts(),) if Property.ASKED in changed else ()
        return (*asked, *super().report(state, changed))


class SilentFan(DiscoveredFan):
    """The fan, with `discovery: false`."""

    announces = False


class ExtendedColorLight(EspHome):
    """A strip of coloured light: the JSON schema, brightness 0-255, red, green and blue."""

    primary = Property.ON
    model = "esp32dev with SK6812 strip"

    def initial(self) -> State:
        """Return off, warm when switched on."""
        return {
            Property.ON: False,
            Property.LEVEL: 100.0,
            Property.HUE: 30.0,
            Property.SATURATION: 40.0,
        }

    def announcement(self) -> tuple[Message, ...]:
        """Return the light."""
        base = self.base("light", "strip")
        fields: Fields = {
            "schema": "json",
            "stat_t": f"{base}/state",
            "cmd_t": f"{base}/command",
            "brightness": True,
            "color_mode": True,
            "supported_color_modes": ["rgb"],
        }
        return (self.config("light", "strip", fields),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return state, brightness and colour."""
        if not changed:
            return ()
        red, green, blue = colorsys.hsv_to_rgb(
            number(state, Property.HUE) / 360 % 1, number(state, Property.SATURATION) / 100, 1
        )
        colour: Fields = {"r": round(red * 255), "g": round(green * 255), "b": round(blue * 255)}
        body: Fields = {
            "color_mode": "rgb",
            "state": "ON" if flag(state, Property.ON) else "OFF",
            "brightness": round(number(state, Property.LEVEL, 100) * 2.55),
            "color": colour,
        }
        return (Message(f"{self.base('light', 'strip')}/state", as_json(body)),)

    def topics(self) -> tuple[str, ...]:
        """Return the command topic."""
        return (f"{self.base('light', 'strip')}/command",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take `{"state", "brightness", "color": {"r", "g", "b"}}`."""
        del topic
        wish = read_json(payload)
        changes: dict[Property, Value] = {}
        if "brightness" in wish:
            level = as_number(wish["brightness"], 0, 255) / 2.55
            changes[Property.ON] = level > 0
            if level > 0:
                changes[Property.LEVEL] = level
        if "color" in wish:
            changes |= _hue(wish["color"])
        if "state" in wish:
            changes[Property.ON] = switched(wish["state"], flag(state, Property.ON))
        if not changes:
            raise RefusedError(f"nothing in it for a light: {payload[:60]!r}")
        return (Step(changes),)


def _hue(colour: Json) -> dict[Property, Value]:
    if not isinstance(colour, dict) or not {"r", "g", "b"} <= colour.keys():
        raise RefusedError(f"not a colour of r, g and b: {colour!r}")
    red, green, blue = (as_number(colour[key], 0, 255) / 255 for key in "rgb")
    hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
    return {Property.HUE: rounded(hue * 360), Property.SATURATION: rounded(saturation * 100)}
