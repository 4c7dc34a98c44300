"""Devices behind Zigbee2MQTT: one JSON a device, availability of bridge and device.

The bridge tells of them both natively (https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html)
and by Home Assistant's discovery (https://www.zigbee2mqtt.io/guide/usage/integrations/home_assistant.html),
in the shapes of Zigbee2MQTT 2.
"""

import json
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

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
    read_json,
)
from firmware_sim.devices.properties import Changes, Property, State, Value
from firmware_sim.devices.zigbee_exposes import LINK_QUALITY

BASE = "zigbee2mqtt"
_BRIDGE = f"{BASE}/bridge/state"
_VERSION = "2.1.3"


def _directory(devices: Sequence[Device]) -> tuple[Message, ...]:
    """Return `bridge/info` and `bridge/devices`."""
    behind = [device for device in devices if isinstance(device, Zigbee)]
    options: Fields = {
        device.id: {"friendly_name": device.id, "homeassistant": {"name": device.identity.name}}
        for device in behind
    }
    info: Fields = {
        "version": _VERSION,
        "coordinator": {"ieee_address": "0x00124b0000000000", "type": "zStack3x0", "meta": {}},
        "network": {"channel": 11, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd"},
        "permit_join": False,
        "config": {
            "advanced": {"output": "json", "last_seen": "disable"},
            "availability": {"enabled": any(device.watched for device in behind)},
            "devices": options,
        },
    }
    entries: list[Json] = [device.entry() for device in behind]
    told = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)
    return (
        Message(f"{BASE}/bridge/info", as_json(info)),
        Message(f"{BASE}/bridge/devices", told),
    )


BRIDGE = Gateway(
    "zigbee2mqtt",
    birth=Message(_BRIDGE, '{"state":"online"}'),
    will=Message(_BRIDGE, '{"state":"offline"}'),
    directory=_directory,
)


class Zigbee(Device):
    """A device of the Zigbee bridge: one retained JSON of its whole state on `zigbee2mqtt/<id>`."""

    sw_version: ClassVar[str] = "2.3.093"
    sleeps: ClassVar[bool] = False
    """It runs on a battery."""
    watched: ClassVar[bool] = True
    """The bridge watches whether it is there (its `availability`)."""

    @property
    def gateway(self) -> Gateway:
        """The bridge, shared by all Zigbee devices."""
        return BRIDGE

    @property
    def topic(self) -> str:
        """The topic of the device's state."""
        return f"{BASE}/{self.id}"

    @abstractmethod
    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return what is announced: fields by component and object id."""

    @abstractmethod
    def exposes(self) -> list[Json]:
        """Return its features, as the bridge itself tells of them."""

    @abstractmethod
    def body(self, state: State) -> Fields:
        """Return the state as the bridge writes it."""

    def entry(self) -> Fields:
        """Return the device in `bridge/devices`; its address is the name of the home file."""
        what, _, number = self.model.removesuffix(")").partition(" (")
        return {
            "ieee_address": self.id,
            "friendly_name": self.id,
            "type": "EndDevice" if self.sleeps else "Router",
            "network_address": 4711,
            "power_source": "Battery" if self.sleeps else "Mains (single phase)",
            "supported": True,
            "disabled": False,
            "interview_state": "SUCCESSFUL",
            "manufacturer": self.manufacturer,
            "model_id": number,
            "software_build_id": self.sw_version,
            "definition": {
                "source": "native",
                "model": number,
                "vendor": self.manufacturer,
                "description": what,
                "exposes": [*self.exposes(), LINK_QUALITY],
                "supports_ota": False,
                "options": [],
            },
        }

    def announcement(self) -> tuple[Message, ...]:
        """Return one message an entity: `homeassistant/<component>/<id>/<object>/config`."""
        return tuple(
            Message(
                f"{DISCOVERY}/{component}/{self.id}/{name}/config",
                as_json(self._common(name) | fields),
            )
            for (component, name), fields in self.entities().items()
        )

    def online(self) -> tuple[Message, ...]:
        """Return the device's own availability."""
        return (
            (Message(f"{self.topic}/availability", '{"state":"online"}'),) if self.watched else ()
        )

    def offline(self) -> tuple[Message, ...]:
        """Return the device's own availability."""
        return (
            (Message(f"{self.topic}/availability", '{"state":"offline"}'),) if self.watched else ()
        )

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the whole state: the bridge repeats what it knows with each change."""
        return (Message(self.topic, as_json(self.body(state))),) if changed else ()

    def questions(self) -> tuple[str, ...]:
        """Return the topic on which the bridge asks the device itself, for any of its values."""
        return (f"{self.topic}/get",)

    def answers(self) -> bool:
        """Say whether it is awake."""
        return not self.sleeps

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take settings: several in JSON, or one on the topic of its name."""
        if topic == f"{self.topic}/set":
            wishes = read_json(payload)
        else:
            wishes = {topic.removeprefix(f"{self.topic}/set/"): payload}
        changes: dict[Property, Value] = {}
        for name, wish in wishes.items():
            changes |= self.setting({**state, **changes}, name, wish)
        if not changes:
            return super().react(state, topic, payload)
        return (Step(changes),)

    def setting(self, state: State, name: str, wish: Json) -> Changes:
        """Return what a wish for one setting changes; raises RefusedError for what it has not."""
        raise RefusedError(f"{self.id} has no {name} to be set to {wish!r} ({len(state)})")

    def _common(self, name: str) -> Fields:
        described: Fields = {
            "identifiers": [self.id, f"zigbee2mqtt_{self.id}"],
            "manufacturer": self.manufacturer,
            "model": self.model,
            "name": self.identity.name,
            "sw_version": self.sw_version,
            "via_device": "zigbee2mqtt_bridge",
        }
        if self.identity.area:
            described["suggested_area"] = self.identity.area
        template = "{{ value_json.state }}"
        told = (_BRIDGE, f"{self.topic}/availability") if self.watched else (_BRIDGE,)
        return {
            "availability": [{"topic": topic, "value_template": template} for topic in told],
            "availability_mode": "all",
            "device": described,
            "object_id": f"{self.id}_{name}",
            "origin": {
                "name": "Zigbee2MQTT",
                "sw": _VERSION,
                "url": "https://www.zigbee2mqtt.io",
            },
            "state_topic": self.topic,
            "unique_id": f"{self.id}_{name}_zigbee2mqtt",
        }


def battery() -> Fields:
    """Return the fields of a battery's entity."""
    return {
        "device_class": "battery",
        "enabled_by_default": True,
        "entity_category": "diagnostic",
        "state_class": "measurement",
        "unit_of_measurement": "%",
        "value_template": "{{ value_json.battery }}",
    }
