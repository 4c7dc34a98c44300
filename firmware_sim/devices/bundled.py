"""Devices that announce all their entities at once: `homeassistant/device/<id>/config`.

Device-based discovery (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload),
with abbreviated keys (`dev`, `o`, `cmps`, `p`) and shared options at the root.
"""

from abc import abstractmethod
from typing import ClassVar

from firmware_sim.devices.device import (
    DISCOVERY,
    Device,
    Fields,
    Gateway,
    Message,
    RefusedError,
    Step,
    as_json,
    as_number,
    switched,
)
from firmware_sim.devices.properties import Changes, Property, State, flag, number, word


class Bundled(Device):
    """A Wi-Fi device of its own connection, with one JSON of its state on `<id>/state`."""

    manufacturer = "Open Home"

    @property
    def gateway(self) -> Gateway:
        """The device itself."""
        topic = f"{self.id}/availability"
        return Gateway(self.id, Message(topic, "online"), Message(topic, "offline"))

    @abstractmethod
    def components(self) -> dict[str, Fields]:
        """Return the entities by key."""

    @abstractmethod
    def body(self, state: State) -> Fields:
        """Return the state as the device writes it."""

    def announcement(self) -> tuple[Message, ...]:
        """Return one message for the whole device."""
        device: Fields = {
            "ids": [self.id],
            "name": self.identity.name,
            "mf": self.manufacturer,
            "mdl": self.model,
            "sw": "1.4.0",
            "hw": "1.0rev2",
        }
        if self.identity.area:
            device["sa"] = self.identity.area
        entities: Fields = {
            key: {**fields, "uniq_id": f"{self.id}_{key}"}
            for key, fields in self.components().items()
        }
        config: Fields = {
            "dev": device,
            "o": {"name": "openhome", "sw": "2.1", "url": "https://example.org/support"},
            "cmps": entities,
            "stat_t": f"{self.id}/state",
            "avty_t": f"{self.id}/availability",
            "qos": 1,
        }
        return (Message(f"{DISCOVERY}/device/{self.id}/config", as_json(config)),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the whole state."""
        return (Message(f"{self.id}/state", as_json(self.body(state))),) if changed else ()


class AirQualitySensor(Bundled):
    """A CO2 meter."""

    primary = Property.CO2
    model = "CO2 monitor (SCD41)"

    def initial(self) -> State:
        """Return outside air."""
        return {Property.CO2: 420.0}

    def components(self) -> dict[str, Fields]:
        """Return one sensor."""
        return {
            "co2": {
                "p": "sensor",
                "name": "CO2",
                "dev_cla": "carbon_dioxide",
                "stat_cla": "measurement",
                "unit_of_meas": "ppm",
                "val_tpl": "{{ value_json.co2 | int }}",
            }
        }

    def body(self, state: State) -> Fields:
        """Return ppm."""
        return {"co2": round(number(state, Property.CO2, 420))}


class GenericSwitch(Bundled):
    """A push button: single, double and long press."""

    primary = Property.PRESS
    model = "Scene button"
    presses: ClassVar[tuple[str, ...]] = ("single", "double", "long")

    def initial(self) -> State:
        """Return a full battery; a press is no state."""
        return {Property.BATTERY: 100.0}

    def components(self) -> dict[str, Fields]:
        """Return an event entity, and the battery."""
        return {
            "button": {
                "p": "event",
                "name": "Button",
                "dev_cla": "button",
                "evt_typ": list(self.presses),
                "stat_t": f"{self.id}/event",
            },
            "battery": {
                "p": "sensor",
                "dev_cla": "battery",
                "unit_of_meas": "%",
                "ent_cat": "diagnostic",
                "val_tpl": "{{ value_json.battery }}",
            },
        }

    def body(self, state: State) -> Fields:
        """Return the battery."""
        return {"battery": round(number(state, Property.BATTERY, 100))}

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return a press as an event, never retained: it would be pressed again at each start."""
        messages = super().report(state, changed - {Property.PRESS})
        if Property.PRESS not in changed:
            return messages
        press = as_json({"event_type": word(state, Property.PRESS)})
        return (*messages, Message(f"{self.id}/event", press, retain=False))


class WaterValve(Bundled):
    """The main water valve; it takes four seconds to turn."""

    primary = Property.OPEN
    model = "Motor ball valve"
    turn_s: ClassVar[float] = 4.0

    def initial(self) -> State:
        """Return open."""
        return {Property.OPEN: True, Property.MOVEMENT: "stopped"}

    def components(self) -> dict[str, Fields]:
        """Return a valve without position."""
        return {
            "valve": {
                "p": "valve",
                "name": None,
                "dev_cla": "water",
                "cmd_t": f"{self.id}/valve/set",
                "val_tpl": "{{ value_json.valve }}",
                "pl_open": "OPEN",
                "pl_cls": "CLOSE",
                "stat_open": "open",
                "stat_clsd": "closed",
                "stat_opening": "opening",
                "stat_closing": "closing",
                "pos": False,
            }
        }

    def body(self, state: State) -> Fields:
        """Return open, closed, opening or closing."""
        movement = word(state, Property.MOVEMENT, "stopped")
        still = "open" if flag(state, Property.OPEN) else "closed"
        return {"valve": still if movement == "stopped" else movement}

    def topics(self) -> tuple[str, ...]:
        """Return the command topic."""
        return (f"{self.id}/valve/set",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take OPEN or CLOSE."""
        if payload not in {"OPEN", "CLOSE"}:
            return super().react(state, topic, payload)
        goal = payload == "OPEN"
        arrived: Changes = {Property.OPEN: goal, Property.MOVEMENT: "stopped"}
        if goal == flag(state, Property.OPEN):
            return (Step(arrived),)
        moving = Step({Property.MOVEMENT: "opening" if goal else "closing"})
        return (moving, Step(arrived, self.turn_s))


class Speaker(Bundled):
    """A loudspeaker, in the parts that MQTT discovery has words for."""

    primary = Property.ON
    model = "Network speaker"
    sources: ClassVar[tuple[str, ...]] = ("radio", "bluetooth", "line in")

    def initial(self) -> State:
        """Return silence."""
        return {Property.ON: False, Property.VOLUME: 30.0, Property.SOURCE: "radio"}

    def components(self) -> dict[str, Fields]:
        """Return a switch, a number, a select and a button."""
        return {
            "play": {
                "p": "switch",
                "name": "Playing",
                "cmd_t": f"{self.id}/play/set",
                "val_tpl": "{{ value_json.play }}",
            },
            "volume": {
                "p": "number",
                "name": "Volume",
                "cmd_t": f"{self.id}/volume/set",
                "val_tpl": "{{ value_json.volume }}",
                "min": 0,
                "max": 100,
                "step": 1,
                "unit_of_meas": "%",
            },
            "source": {
                "p": "select",
                "name": "Source",
                "cmd_t": f"{self.id}/source/set",
                "val_tpl": "{{ value_json.source }}",
                "ops": list(self.sources),
            },
            "next": {"p": "button", "name": "Next", "cmd_t": f"{self.id}/next/press"},
        }

    def body(self, state: State) -> Fields:
        """Return what plays, how loud, from where."""
        return {
            "play": "ON" if flag(state, Property.ON) else "OFF",
            "volume": round(number(state, Property.VOLUME, 30)),
            "source": word(state, Property.SOURCE, "radio"),
        }

    def topics(self) -> tuple[str, ...]:
        """Return a topic for each part."""
        return (
            f"{self.id}/play/set",
            f"{self.id}/volume/set",
            f"{self.id}/source/set",
            f"{self.id}/next/press",
        )

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take what the part's topic is for."""
        match topic.removeprefix(f"{self.id}/"):
            case "play/set":
                return (Step({Property.ON: switched(payload, flag(state, Property.ON))}),)
            case "volume/set":
                return (Step({Property.VOLUME: as_number(payload, 0, 100)}),)
            case "source/set" if payload in self.sources:
                return (Step({Property.SOURCE: payload}),)
            case "next/press":
                return (Step({}),)
        raise RefusedError(f"{payload[:40]!r} is not for {topic}")
