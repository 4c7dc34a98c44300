"""A robot vacuum on Valetudo: state schema, `$state` as availability (https://valetudo.cloud)."""

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
)
from firmware_sim.devices.properties import Property, State, number, word


class RoboticVacuum(Device):
    """A vacuum that cleans for half an hour and then goes home by itself."""

    primary = Property.ACTIVITY
    manufacturer = "Dreame"
    model = "L10S Ultra"
    clean_s: ClassVar[float] = 1800.0
    home_s: ClassVar[float] = 45.0

    @property
    def gateway(self) -> Gateway:
        """The robot itself; `lost` is its will."""
        topic = f"valetudo/{self.id}/$state"
        return Gateway(self.id, Message(topic, "ready"), Message(topic, "lost"))

    def initial(self) -> State:
        """Return docked and full."""
        return {Property.ACTIVITY: "docked", Property.BATTERY: 100.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the vacuum."""
        device: Fields = {
            "manufacturer": self.manufacturer,
            "model": self.model,
            "name": self.identity.name,
            "identifiers": [self.id],
            "sw_version": "Valetudo 2025.06.0",
        }
        if self.identity.area:
            device["suggested_area"] = self.identity.area
        base = f"valetudo/{self.id}"
        fields: Fields = {
            "availability_topic": f"{base}/$state",
            "payload_available": "ready",
            "payload_not_available": "lost",
            "command_topic": f"{base}/BasicControl/operation/set",
            "device": device,
            "name": None,
            "payload_pause": "PAUSE",
            "payload_return_to_base": "HOME",
            "payload_start": "START",
            "payload_stop": "STOP",
            "state_topic": f"{base}/hass/{self.id}_vacuum/state",
            "supported_features": ["battery", "status", "start", "stop", "pause", "return_home"],
            "unique_id": f"{self.id}_vacuum",
        }
        topic = f"{DISCOVERY}/vacuum/{self.id}/{self.id}_vacuum/config"
        return (Message(topic, as_json(fields)),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return `{"state", "battery_level"}`."""
        if not changed:
            return ()
        body: Fields = {
            "state": word(state, Property.ACTIVITY, "docked"),
            "battery_level": round(number(state, Property.BATTERY, 100)),
        }
        topic = f"valetudo/{self.id}/hass/{self.id}_vacuum/state"
        return (Message(topic, as_json(body)),)

    def topics(self) -> tuple[str, ...]:
        """Return the topic of its operations."""
        return (f"valetudo/{self.id}/BasicControl/operation/set",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take START, PAUSE, STOP or HOME."""
        del topic
        docked = Step({Property.ACTIVITY: "docked"}, self.home_s)
        match payload:
            case "START":
                home = Step({Property.ACTIVITY: "returning"}, self.clean_s)
                docked = Step({Property.ACTIVITY: "docked"}, self.clean_s + self.home_s)
                return (Step({Property.ACTIVITY: "cleaning"}), home, docked)
            case "PAUSE":
                return (Step({Property.ACTIVITY: "paused"}),)
            case "STOP":
                return (Step({Property.ACTIVITY: "idle"}),)
            case "HOME" if word(state, Property.ACTIVITY) == "docked":
                return (Step({Property.ACTIVITY: "docked"}),)
            case "HOME":
                return (Step({Property.ACTIVITY: "returning"}), docked)
        raise RefusedError(f"{payload[:40]!r} is none of START, PAUSE, STOP, HOME")
